"""How long the gateway waits for an answer: work nobody waits for any more is broken off, and its transaction rolled back."""

import asyncio
import math
from collections.abc import Awaitable, Callable

from starlette.types import Message, Scope, Send

from shared.errors import Unavailable

DEADLINE = "x-autotrack-deadline"
"""Seconds, until the first byte of the answer; a stream may take its time afterwards."""
_LONGEST = 3600.0


def seconds_of(scope: Scope) -> float | None:
    """What the gateway said; None when nothing sensible was said."""
    name = DEADLINE.encode()
    for key, value in scope["headers"]:
        if key == name:
            try:
                seconds = float(value)
            except ValueError:
                return None
            return seconds if math.isfinite(seconds) and 0 < seconds <= _LONGEST else None
    return None


async def within(
    seconds: float | None, answer: Callable[[Send], Awaitable[None]], send: Send
) -> None:
    """Answer, the first byte within so many seconds. Raises Unavailable."""
    if seconds is None:
        await answer(send)
        return
    deadline = asyncio.timeout(seconds)

    async def started(message: Message) -> None:
        if message["type"] == "http.response.start" and not deadline.expired():
            deadline.reschedule(None)
        await send(message)

    try:
        async with deadline:
            await answer(started)
    except TimeoutError:
        if not deadline.expired():
            raise
        raise Unavailable(headers={"Retry-After": "1"}) from None
