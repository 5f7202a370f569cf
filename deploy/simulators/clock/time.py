"""The demo's time: real time plus an offset that can only grow, until it is put back to zero."""

from datetime import datetime, timedelta

from shared.clock import Clock, SystemClock

FARTHEST = timedelta(days=365 * 50)


class TooFar(ValueError):
    """Nobody needs a car forecast beyond fifty years, and dates end in 9999."""


class Backwards(ValueError):
    """Time only goes forward: due dates and leases would come twice."""


class MovableClock(Clock):
    def __init__(self, real: Clock | None = None) -> None:
        self._real = real or SystemClock()
        self.offset = timedelta()

    def now(self) -> datetime:
        return self._real.now() + self.offset

    def advance(self, by: timedelta) -> None:
        if by < timedelta():
            raise Backwards
        if self.offset + by > FARTHEST:
            raise TooFar
        self.offset += by

    def move_to(self, moment: datetime) -> None:
        self.advance(moment - self.now())

    def reset(self) -> None:
        self.offset = timedelta()
