"""`@listen(CodeIssued)` makes a function a listener: queue, decoding, inbox, unit of work, logs and metrics are the kernel's."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.contracts.base import Event
from shared.db.persons import Hold
from shared.db.unit_of_work import UnitOfWork

E = TypeVar("E", bound=Event)
W = TypeVar("W", bound=UnitOfWork)


@dataclass(frozen=True)
class Listener(Generic[E, W]):
    event: type[E]
    name: str
    handle: Callable[[E, W], Awaitable[None]]
    hold: Hold
    together: bool = False

    async def __call__(self, event: E, work: W) -> None:
        await self.handle(event, work)


def listen(
    event: type[E], *, hold: Hold = Hold.LIVING, together: bool = False
) -> Callable[[Callable[[E, W], Awaitable[None]]], Listener[E, W]]:
    """The decorated `async def name(event, work)` runs once per event and commits with its inbox row.

    Whom the event names is held before: nobody is erased while it runs, and for the erased it does not run.
    `together`: events that wait are done in one transaction, up to 50; for what is a few statements, without a pause.
    """

    def wrap(handle: Callable[[E, W], Awaitable[None]]) -> Listener[E, W]:
        name = f"{handle.__module__.rpartition('.')[2]}.{handle.__name__}"
        if together and hold is Hold.ALONE:
            raise ValueError("an erasure is done by itself")
        return Listener(event, name, handle, hold, together)

    return wrap


AnyListener = Listener[Any, Any]
