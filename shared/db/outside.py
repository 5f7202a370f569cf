"""Nobody else is asked while a transaction is open: no vendor, no child program, no mail server, no long work in a thread.

A connection that waits for somebody else is missing to everybody, and a lock that does keeps its person out for as long. A client's
method that leaves the house says so (`@outside`); asked while a unit of work of this task holds a connection it is refused in the
tests, and named in the log elsewhere.
"""

import functools
import inspect
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

if TYPE_CHECKING:  # the programs that open files come by here, and need no database
    from sqlalchemy.ext.asyncio import AsyncSession

log = structlog.get_logger()
F = TypeVar("F", bound=Callable[..., Any])
_open: ContextVar[tuple["weakref.ref[AsyncSession]", ...]] = ContextVar("open_works", default=())


class AskedInTransaction(Exception):
    """Somebody else was asked while a transaction was open; our mistake, not the caller's."""


class Guard:
    """What becomes of a question that leaves the house while a transaction is open."""

    def __init__(self) -> None:
        self.refuses = False
        self.known: frozenset[str] = frozenset()
        """Methods (`Class.method`) that still do it, and are let pass."""
        self.seen: list[str] = []
        self._told: set[str] = set()

    def pass_out(self, name: str) -> None:
        """Raises AskedInTransaction where it refuses."""
        if not holds_connection() or name in self.known:
            return
        if self.refuses:
            self.seen.append(name)
            raise AskedInTransaction(name)
        if name not in self._told:
            self._told.add(name)
            log.warning("outside.asked_in_transaction", asked=name)


guard = Guard()


@contextmanager
def tracked(session: "AsyncSession") -> Iterator[None]:
    """Around a unit of work: what is asked meanwhile, in this task or one it starts, is asked while it is open."""
    mine = weakref.ref(session)  # a task that lives on shall not keep the session alive
    _open.set((*_open.get(), mine))
    try:
        yield
    finally:
        _open.set(tuple(one for one in _open.get() if one is not mine))


@contextmanager
def elsewhere() -> Iterator[None]:
    """As in another process: a test's client asks a service in the test's own task."""
    token = _open.set(())
    try:
        yield
    finally:
        _open.reset(token)


def holds_connection() -> bool:
    """Whether a unit of work opened in this task has one: reading or writing, from its first statement to its end or pause."""
    sessions = (one() for one in _open.get())
    return any(session is not None and session.in_transaction() for session in sessions)


def outside(method: F) -> F:
    """Marks what asks others: a coroutine, an async generator (at each step), or what returns a context."""
    name = ".".join(method.__qualname__.split(".")[-2:])
    wrapper: Any
    if inspect.isasyncgenfunction(method):
        wrapper = _step_by_step(method, name)
    elif inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def asked(*given: Any, **named: Any) -> Any:
            guard.pass_out(name)
            return await method(*given, **named)

        wrapper = asked
    else:

        @functools.wraps(method)
        def opened(*given: Any, **named: Any) -> Any:
            guard.pass_out(name)
            return method(*given, **named)

        wrapper = opened
    return wrapper  # type: ignore[no-any-return]  # the same signature


def _step_by_step(method: Callable[..., Any], name: str) -> Callable[..., AsyncIterator[Any]]:
    @functools.wraps(method)
    async def stepped(*given: Any, **named: Any) -> AsyncIterator[Any]:
        guard.pass_out(name)
        async with aclosing(method(*given, **named)) as pieces:
            async for piece in pieces:
                yield piece
                guard.pass_out(name)

    return stepped
