"""Sessions that are over, until their last access token has expired by itself."""

from datetime import datetime
from uuid import UUID


class Revocations:
    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def add(self, session_id: UUID, until: datetime) -> None:
        key, at = str(session_id), until.timestamp()
        if at > self._until.get(key, 0.0):
            self._until[key] = at

    def holds(self, session_id: str) -> bool:
        return session_id in self._until

    def forget_expired(self, now: datetime) -> None:
        """Well after the last token died, so that a clock a minute off revives nothing."""
        at = now.timestamp() - 60
        for key in [key for key, until in self._until.items() if until < at]:
            del self._until[key]

    def __len__(self) -> int:
        return len(self._until)
