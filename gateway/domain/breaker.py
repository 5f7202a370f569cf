"""When to stop asking a failing service, and how many second tries all of us may have."""

from dataclasses import dataclass, field
from enum import StrEnum


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    PROBING = "probing"


@dataclass(slots=True)
class UpstreamBreaker:
    """Opens after `threshold` failures in a row, or half of a full window; one probe closes it."""

    threshold: int = 8
    window: int = 20
    cool_down: float = 2.0
    max_cool_down: float = 30.0
    state: BreakerState = BreakerState.CLOSED
    opened_at: float = 0.0
    _wait: float = 0.0
    _in_a_row: int = 0
    _seen: int = 0
    _failed: int = 0

    def admits(self, now: float) -> bool:
        """Whether a request may go out now; an open breaker lets exactly one probe through."""
        if self.state is BreakerState.CLOSED:
            return True
        if self.state is BreakerState.OPEN and now - self.opened_at >= self._wait:
            self.state = BreakerState.PROBING
            self.opened_at = now
            return True
        return False

    def give_back_probe(self) -> None:
        """The probe has ended. If it said neither yes nor no (its caller left, its connection was stale), the next is one."""
        if self.state is BreakerState.PROBING:
            self.state = BreakerState.OPEN
            self.opened_at -= self._wait

    def retry_after(self, now: float) -> int:
        return max(1, int(self.opened_at + self._wait - now) + 1)

    def succeeded(self) -> None:
        if self._in_a_row or self._failed or self.state is not BreakerState.CLOSED:
            self._recover()

    def _recover(self) -> None:
        if self.state is not BreakerState.CLOSED:
            self.state = BreakerState.CLOSED
            self._wait = 0.0
            self._seen = self._failed = 0
        self._in_a_row = 0
        self._seen += 1
        if self._seen >= self.window:
            self._seen = self._failed = 0

    def failed(self, now: float) -> None:
        self._in_a_row += 1
        self._seen += 1
        self._failed += 1
        tripped = self._in_a_row >= self.threshold or (
            self._seen >= self.window and self._failed * 2 >= self._seen
        )
        if self.state is BreakerState.PROBING or (self.state is BreakerState.CLOSED and tripped):
            self._open(now)
        elif self._seen >= self.window:
            self._seen = self._failed = 0

    def _open(self, now: float) -> None:
        self.state = BreakerState.OPEN
        self.opened_at = now
        self._wait = min(self._wait * 2 or self.cool_down, self.max_cool_down)
        self._in_a_row = self._seen = self._failed = 0


@dataclass(slots=True)
class RetryBudget:
    """At most `ratio` second tries per first try, so that retries never double an overload."""

    ratio: float = 0.2
    most: float = 10.0
    balance: float = field(default=5.0)

    def earn(self) -> None:
        if self.balance < self.most:
            self.balance += self.ratio

    def spend(self) -> bool:
        if self.balance < 1.0:
            return False
        self.balance -= 1.0
        return True
