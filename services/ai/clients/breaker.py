"""Stops asking a model that keeps failing: five failures in thirty seconds close the door for a minute."""

import time
from collections import deque
from collections.abc import Callable

FAILURES = 5
WITHIN_SECONDS = 30.0
OPEN_SECONDS = 60.0


class ModelBreaker:
    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failed: deque[float] = deque(maxlen=FAILURES)
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        return self._now() < self._open_until

    def failed(self) -> None:
        now = self._now()
        self._failed.append(now)
        if len(self._failed) == FAILURES and now - self._failed[0] <= WITHIN_SECONDS:
            self._open_until = now + OPEN_SECONDS
            self._failed.clear()

    def worked(self) -> None:
        self._failed.clear()
