"""Who has moved to another time zone than their token says, until the last such token has run out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Moved:
    version: int
    """The account's."""
    zone: str
    until: float


class Zones:
    def __init__(self) -> None:
        self._moved: dict[str, Moved] = {}
        self._doubts: dict[str, object] = {}

    def put(self, user_id: UUID, *, version: int, zone: str, until: datetime) -> None:
        """Never goes back to an older version of the account."""
        key = str(user_id)
        known = self._moved.get(key)
        if known is None or known.version <= version:
            self._moved[key] = Moved(version, zone, until.timestamp())

    def of(self, user_key: str, said: str | None) -> str | None:
        """The person's zone, of whom a token or key says `said`."""
        moved = self._moved.get(user_key)
        return said if moved is None else moved.zone

    def doubt(self, user_key: str) -> None:
        """Their settings may just have changed: auth is asked before their next request goes on."""
        self._doubts[user_key] = object()

    def doubt_of(self, user_key: str) -> object | None:
        return self._doubts.get(user_key)

    def settle(self, user_key: str, doubt: object) -> None:
        """Auth was asked after this doubt came up; one that came up since stays."""
        if self._doubts.get(user_key) is doubt:
            del self._doubts[user_key]

    def forget_expired(self, now: datetime) -> None:
        """Well after the last token died, so that a clock a minute off brings nobody back."""
        at = now.timestamp() - 60
        for key in [key for key, one in self._moved.items() if one.until < at]:
            del self._moved[key]

    def __len__(self) -> int:
        return len(self._moved)
