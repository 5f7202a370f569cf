"""Looking at something of somebody else's (a payment provider) no more often than we want, whoever asks us how it is."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from shared.errors import AppError, Unavailable
from shared.process import supervised

log = structlog.get_logger()
T = TypeVar("T")
GOOD_SECONDS = 60.0
BAD_SECONDS = 15.0
JITTER = 0.2
"""Replicas that started together do not look together for ever."""


class SharedLook(Generic[T]):
    """Whoever asks while one look is under way shares it, also when the first who asked has gone; then its answer is kept.

    A refusal is an answer, too, kept for less long, as is an answer that `is_good` says is not.
    """

    def __init__(
        self,
        look: Callable[[], Awaitable[T]],
        *,
        is_good: Callable[[T], bool] = lambda _: True,
        good_seconds: float = GOOD_SECONDS,
        bad_seconds: float = BAD_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look = look
        self._is_good = is_good
        self._good_seconds = good_seconds
        self._bad_seconds = bad_seconds
        self._now = now
        self._under_way: asyncio.Task[_Seen[T]] | None = None
        self._until = float("-inf")

    async def __call__(self) -> T:
        """Raises the AppError the look ended with, or Unavailable for whatever else went wrong."""
        if self._under_way is None or (self._under_way.done() and self._now() >= self._until):
            self._under_way = supervised(self._once(), name="look")
        seen = await asyncio.shield(self._under_way)
        if seen.refusal is not None:
            raise seen.refusal.with_traceback(None)
        return seen.found[0]

    async def _once(self) -> "_Seen[T]":
        try:
            found = await self._look()
        except AppError as refusal:
            return self._kept(_Seen((), refusal), is_good=False)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the look failed
            log.warning("look.failed", error=type(error).__name__)
            return self._kept(_Seen((), Unavailable()), is_good=False)
        return self._kept(_Seen((found,), None), is_good=self._is_good(found))

    def _kept(self, seen: "_Seen[T]", *, is_good: bool) -> "_Seen[T]":
        seconds = self._good_seconds if is_good else self._bad_seconds
        self._until = self._now() + seconds * (1 + JITTER * random.random())  # noqa: S311 - no secret
        return seen


@dataclass(frozen=True, slots=True)
class _Seen(Generic[T]):
    found: tuple[T, ...]
    refusal: AppError | None
