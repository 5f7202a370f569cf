"""Many changes asked for at once, each by itself: what one is refused takes nothing from the others."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol, TypeVar

from sqlalchemy.exc import IntegrityError

from services.vehicles.usecases.work import Work
from shared.errors import Conflict, Unavailable

REFUSED: Final = 400
FAILED: Final = 500


class Answered(Protocol):
    @property
    def status(self) -> int: ...


A = TypeVar("A", bound=Answered)


async def attempt_each(
    work: Work,
    asks: Sequence[Callable[[], Awaitable[A]]],
    *,
    refused: Callable[[Conflict], A],
) -> list[A]:
    """In order. `refused` words what the database alone refused. Raises Unavailable when one of them fails for no fault of its own:
    then none is kept.
    """
    return [await _attempt(work, ask, refused) for ask in asks]


async def _attempt(
    work: Work, ask: Callable[[], Awaitable[A]], refused: Callable[[Conflict], A]
) -> A:
    found: list[A] = []

    async def do() -> bool:
        answer = await ask()
        found.append(answer)
        if answer.status < REFUSED:
            await work.flush()  # what the database refuses, it refuses here
        return answer.status < REFUSED

    try:
        await work.attempt(do)
    except IntegrityError:
        return refused(Conflict())
    if found[0].status >= FAILED:
        raise Unavailable(headers={"Retry-After": "2"})
    return found[0]
