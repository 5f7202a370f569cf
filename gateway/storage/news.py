"""How fresh our copies are, by the monotonic clock: the demo may move the other one."""

import time
from dataclasses import dataclass


@dataclass(slots=True)
class News:
    entitlements_at: float | None = None
    revocations_at: float | None = None
    entitlements_cursor: str | None = None
    revocations_cursor: str | None = None
    broker_connected: bool = False

    def heard_entitlements(self, cursor: str | None) -> None:
        self.entitlements_at = time.monotonic()
        self.entitlements_cursor = cursor or self.entitlements_cursor

    def heard_revocations(self, cursor: str | None) -> None:
        self.revocations_at = time.monotonic()
        self.revocations_cursor = cursor or self.revocations_cursor

    @property
    def entitlements_age(self) -> float | None:
        return None if self.entitlements_at is None else time.monotonic() - self.entitlements_at

    @property
    def revocations_age(self) -> float | None:
        return None if self.revocations_at is None else time.monotonic() - self.revocations_at
