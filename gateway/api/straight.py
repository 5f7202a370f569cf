"""The straight way: a read of somebody we know is passed on as soon as it is here, and answered from the callback that brings its answer.

Two thirds of all requests need nothing else. A task, its futures and its turns in the event loop cost as much as all that is judged.
Whatever has to wait (a stranger, a body, a new connection, a second try, an answer in pieces, a slow reader) goes on in a task,
the long way, from where it stands; both ways ask the same functions, so that neither lets anybody through whom the other refuses.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple, Protocol

from gateway.api.answering import Answering, Scope
from gateway.api.cycle import Cycle
from gateway.clients.connection import Answer
from gateway.clients.upstream import Call, Upstream
from gateway.domain.routes import Route
from gateway.storage.verified import Minted


class Errand(NamedTuple):
    """A request that has been let through, and under which name."""

    scope: Scope
    answering: Answering
    route: Route
    path: bytes
    ip: str
    minted: Minted


class LongWay(Protocol):
    async def ask(self, errand: Errand, call: Call, *, begun: Answer | None = None) -> None: ...

    async def relay(self, answer: Answer, answering: Answering) -> None: ...

    def go_on(
        self, cycle: Cycle, answering: Answering, work: Callable[[], Awaitable[None]]
    ) -> None: ...


def pass_on(long: LongWay, cycle: Cycle, errand: Errand, upstream: Upstream, call: Call) -> None:
    """Ask the service, now if a connection is free."""
    answer = upstream.ask_at_once(call)
    if answer is None:
        long.go_on(cycle, errand.answering, partial(long.ask, errand, call))
        return
    passage = _Passage(long, cycle, errand, upstream, call, answer)
    answer.listener = passage.heard
    cycle.when_gone(passage.gone)


class _Passage:
    """One exchange under way."""

    __slots__ = ("_answer", "_call", "_cycle", "_errand", "_long", "_upstream")

    def __init__(  # noqa: PLR0917 - all that an exchange is made of
        self,
        long: LongWay,
        cycle: Cycle,
        errand: Errand,
        upstream: Upstream,
        call: Call,
        answer: Answer,
    ) -> None:
        self._long = long
        self._cycle = cycle
        self._errand = errand
        self._upstream = upstream
        self._call = call
        self._answer = answer

    def heard(self) -> None:
        """More of the answer is here, or no more will come."""
        answer = self._answer
        if not answer.started and answer.broken is None:
            return
        answer.listener = None
        try:
            self._settle(answer)
        except Exception as error:  # noqa: BLE001 - answered and logged where all of them are
            self._long.go_on(self._cycle, self._errand.answering, partial(_fail, error))

    def _settle(self, answer: Answer) -> None:
        errand, cycle, long = self._errand, self._cycle, self._long
        answering = errand.answering
        if answer.broken is not None or not self._upstream.is_settled_by(self._call, answer):
            long.go_on(cycle, answering, partial(long.ask, errand, self._call, begun=answer))
        elif not answer.complete or cycle.is_slow:
            long.go_on(cycle, answering, partial(long.relay, answer, answering))
        else:
            answering.pass_whole(cycle, answer)
            answering.done()

    def gone(self) -> None:
        """The caller has hung up: so do we, and nobody's task is left to count it."""
        answer, answering = self._answer, self._errand.answering
        answering.is_gone = True
        is_ours, answer.listener = answer.listener is not None, None
        answer.abort()
        if is_ours:
            answering.done()


async def _fail(error: Exception) -> None:
    raise error
