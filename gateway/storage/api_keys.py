"""What auth said of personal API keys, by fingerprint: the keys themselves are nowhere."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from uuid import UUID

from gateway.domain.api_key import REFUSED_FOR_SECONDS, TRUSTED_SECONDS, KnownKey


class ApiKeys:
    """Bounded both ways: who presents random keys fills the list of refused ones, and pushes out its own entries only."""

    def __init__(self, most_good: int = 50_000, most_refused: int = 20_000) -> None:
        self._most_good = most_good
        self._most_refused = most_refused
        self._good: OrderedDict[bytes, tuple[KnownKey, float]] = OrderedDict()
        self._refused_until: OrderedDict[bytes, float] = OrderedDict()
        self._asking: dict[bytes, asyncio.Future[None]] = {}

    def last(self, fingerprint: bytes, *, tick: float) -> tuple[KnownKey, float] | None:
        """The last good word and its age; None when there is none, or none that still counts."""
        found = self._good.get(fingerprint)
        if found is None or tick - found[1] > TRUSTED_SECONDS:
            return None
        return found[0], tick - found[1]

    def is_refused(self, fingerprint: bytes, *, tick: float) -> bool:
        return tick < self._refused_until.get(fingerprint, 0.0)

    def remember(self, fingerprint: bytes, key: KnownKey | None, *, tick: float) -> None:
        """Auth's word; None is a refusal."""
        if key is None:
            self._good.pop(fingerprint, None)
            self._refused_until[fingerprint] = tick + REFUSED_FOR_SECONDS
            self._refused_until.move_to_end(fingerprint)
            if len(self._refused_until) > self._most_refused:
                self._refused_until.popitem(last=False)
            return
        self._refused_until.pop(fingerprint, None)
        self._good[fingerprint] = key, tick
        self._good.move_to_end(fingerprint)
        if len(self._good) > self._most_good:
            self._good.popitem(last=False)

    def forget_of(self, user_id: UUID) -> None:
        """Something happened to this account: its keys are to be asked about again."""
        for fingerprint in [one for one, (key, _) in self._good.items() if key.user_id == user_id]:
            del self._good[fingerprint]

    async def once(self, fingerprint: bytes, ask: Callable[[], Awaitable[None]]) -> None:
        """`ask`, once for all who wait at the same time; then look at what is known."""
        waiting = self._asking.get(fingerprint)
        if waiting is not None:
            await asyncio.shield(waiting)
            return
        future = self._asking[fingerprint] = asyncio.get_running_loop().create_future()
        try:
            await ask()
        finally:
            del self._asking[fingerprint]
            future.set_result(None)

    def __len__(self) -> int:
        return len(self._good) + len(self._refused_until)
