"""One person's turn at the payment provider.

While the provider is asked no transaction is open and nothing is locked, so what keeps a person's second click, a webhook and the
erasure apart is a lease on the customer's row: taken and committed before, given back after, and running out by itself when the
process dies. Whoever changes something at the provider, or writes down how a subscription is there, has the turn. So whatever else
was read under it is still true after the answer, and an older answer never wins.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import structlog

from services.billing.errors import AtProvider
from services.billing.usecases.work import Work
from shared.ids import new_id

log = structlog.get_logger()
LASTS = timedelta(minutes=3)
"""Longer than all questions of one use case together may take."""
PATIENCE = 8.0
"""Seconds a second click waits for the first, without a connection."""
LOOK_AGAIN = 0.05


class Turn:
    def __init__(self, work: Work, user_id: UUID) -> None:
        self._work = work
        self._user_id = user_id
        self._token = new_id()
        self._is_committed = False

    async def take(self) -> None:
        """Raises AtProvider when somebody else's lasts."""
        clock = asyncio.get_running_loop().time
        until = clock() + PATIENCE
        while not await self._work.customers.take_turn(self._user_id, self._token, LASTS):
            if clock() >= until:
                raise AtProvider
            async with self._work.paused():
                await asyncio.sleep(LOOK_AGAIN)

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """No transaction: what the provider is asked goes here. Nothing of ours may be changed yet; read rows anew afterwards."""
        self._is_committed = True
        async with self._work.paused():
            yield
        await self._work.hold_owner(self._user_id)
        self._work.session.expunge_all()

    async def end(self) -> None:
        """With what is written now. Raises AtProvider when it ran out and another's began: what we heard may be old."""
        if not await self._work.customers.end_turn(self._token):
            raise AtProvider

    async def give_up(self) -> None:
        """Whatever becomes of the rest; a turn that was not committed goes with its transaction."""
        if not self._is_committed:
            return
        try:
            await self._work.keep(lambda: self._work.customers.end_turn(self._token))
        except Exception as error:  # noqa: BLE001 - it runs out by itself, and the first fault is the one to tell
            log.warning("turn.not_given_back", error=type(error).__name__)


@asynccontextmanager
async def turn_at_provider(work: Work, user_id: UUID) -> AsyncIterator[Turn]:
    """Raises AtProvider."""
    turn = Turn(work, user_id)
    await turn.take()
    try:
        yield turn
        await work.flush()
        await turn.end()
    except BaseException:
        await turn.give_up()
        raise
