"""What each person may use, in memory; billing is the truth, this is the last we heard."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from gateway.domain.entitlement import Entitlement

KNOWN_NOTHING_SECONDS = 600.0
"""How long billing's "I do not know this person" counts; the feed tells us before if that changes."""
UNHEARD_SECONDS = 5.0
"""How long we leave billing alone when it did not answer about somebody."""


class Entitlements:
    """By `str(user_id)`, which hashes in C. Bounded: whoever was not asked about for longest is forgotten first, and fetched when back."""

    def __init__(self, most: int = 200_000) -> None:
        self._most = most
        self._of: OrderedDict[str, Entitlement] = OrderedDict()
        self._ask_again_at: OrderedDict[str, float] = OrderedDict()
        self._asking: dict[str, asyncio.Future[Entitlement | None]] = {}

    def get(self, user_key: str) -> Entitlement | None:
        found = self._of.get(user_key)
        if found is not None:
            self._of.move_to_end(user_key)
        return found

    def put(self, entitlement: Entitlement) -> bool:
        """Keep it unless a newer one is known; versions never go backwards."""
        user_key = str(entitlement.user_id)
        known = self._of.get(user_key)
        if known is not None and known.version >= entitlement.version:
            return False
        self._of[user_key] = entitlement
        self._of.move_to_end(user_key)
        self._ask_again_at.pop(user_key, None)
        while len(self._of) > self._most:
            self._of.popitem(last=False)
        return True

    def is_asked(self, user_key: str) -> bool:
        """Whether billing was asked about this stranger lately, and knew nothing or did not answer."""
        return time.monotonic() < self._ask_again_at.get(user_key, float("-inf"))

    async def fetch(
        self, user_key: str, ask: Callable[[], Awaitable[tuple[Entitlement | None, bool]]]
    ) -> Entitlement | None:
        """Ask billing once, however many requests of this person wait for the answer.

        `ask` gives what was found, and whether billing was heard at all.
        """
        waiting = self._asking.get(user_key)
        if waiting is not None:
            return await asyncio.shield(waiting)
        future = self._asking[user_key] = asyncio.get_running_loop().create_future()
        try:
            found, heard = await ask()
            if found is not None:
                self.put(found)
            else:
                again = KNOWN_NOTHING_SECONDS if heard else UNHEARD_SECONDS
                self._ask_again_at[user_key] = time.monotonic() + again
            if len(self._ask_again_at) > self._most:
                self._ask_again_at.popitem(last=False)
        finally:
            del self._asking[user_key]
            if not future.done():
                future.set_result(self._of.get(user_key))
        return self._of.get(user_key)

    def __len__(self) -> int:
        return len(self._of)
