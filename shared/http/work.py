"""The dependency that opens one unit of work for a request.

Use it with `scope="function"`: FastAPI then commits before the first byte of the answer leaves; otherwise a failed commit would
have been told to the client as success.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import Request

from shared.db.unit_of_work import Mode
from shared.errors import PersonErased, Unauthorized
from shared.http.idempotency import STREAMED, claim, keeps_keys
from shared.http.preconditions import WORK, is_conditional, refuse_if_changed, tag_after
from shared.http.router import RESPONSE
from shared.http.turns import Turn

SAFE = frozenset({"GET", "HEAD"})


@keeps_keys
async def open_work(request: Request) -> AsyncIterator[Any]:
    """`InWork = Annotated[Work, Depends(open_work, scope="function")]` in each service's api/dependencies.py."""
    if WORK in request.scope:
        yield request.scope[WORK]
    elif request.method in SAFE:
        async with request.app.state.open_work(Mode.READING) as work:
            work.stand_with_caller(request.scope["autotrack.caller"].zone)
            yield work
    else:
        async with _transaction(request) as work:
            yield work


@keeps_keys
async def open_transaction(request: Request) -> AsyncIterator[Any]:
    """The same for a GET that changes something after all, or reads with a lock or in plain SQL."""
    async with _transaction(request) as work:
        yield work


@keeps_keys
async def open_alone(request: Request) -> AsyncIterator[Any]:
    """The same for a request that may erase its caller: it waits for whatever else they are doing, and that for it."""
    async with _transaction(request, alone=True) as work:
        yield work


def opener_for(request: Request) -> Callable[[], AbstractAsyncContextManager[Any]]:
    """For a request that opens several short works of its own: each holds its caller."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Any]:
        async with _in_turn(request) as turn, request.app.state.open_work() as work:
            work.turn = turn
            work.stand_with_caller(request.scope["autotrack.caller"].zone)
            await _hold_caller(request, work)
            yield work

    return opened


@asynccontextmanager
async def _in_turn(request: Request) -> AsyncIterator[Turn | None]:
    person = request.scope["autotrack.caller"].user_id
    if person is None:
        yield None
        return
    turn: Turn = request.app.state.turns.of(person)
    await turn.take()
    try:
        yield turn
    finally:
        turn.give_back()


async def _hold_caller(request: Request, work: Any, *, alone: bool = False) -> None:
    """Raises Unauthorized for a token that outlived its account."""
    person = request.scope["autotrack.caller"].user_id
    if person is None:
        return
    if not await (work.hold_alone(person) if alone else work.hold(person)):
        raise Unauthorized


@asynccontextmanager
async def _transaction(request: Request, *, alone: bool = False) -> AsyncIterator[Any]:
    if not request.scope.get(STREAMED):
        await request.body()  # whoever sends slowly waits for himself, without a connection
    conditional = is_conditional(request)
    mode = Mode.STRICT if conditional else Mode.WRITING
    async with _in_turn(request) as turn, request.app.state.open_work(mode) as work:
        work.turn = turn
        work.stand_with_caller(request.scope["autotrack.caller"].zone)
        await _hold_caller(request, work, alone=alone)
        work.claim = claimed = await claim(request, work)
        if conditional:
            work.condition = lambda: refuse_if_changed(request, work)
            await work.condition()
        try:
            yield work
        except PersonErased as gone:  # while its work was paused
            raise Unauthorized from gone
        response = request.scope.get(RESPONSE)
        if claimed is not None:
            await claimed.store(response)
        if conditional and response is not None and request.method != "DELETE":
            tag = await tag_after(request, work)
            if tag is not None:
                response.headers["ETag"] = tag
