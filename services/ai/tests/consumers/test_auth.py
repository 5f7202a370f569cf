from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from services.ai.storage.models import CarCopy, Conversation, Message, RecordCopy, UsageEntry
from services.ai.tests.factories import make_car, make_record
from services.ai.usecases.work import Work
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.erasure import AccountErased
from shared.testing.client import Callers

Hear = Callable[..., Awaitable[None]]
OpenWork = Callable[[], AbstractAsyncContextManager[Work]]
CHAT = "/api/ai-assistant/assistant/chat"


class TestErase:
    async def test_forgets_everything_of_one_person_and_nothing_of_another(
        self,
        hear: Hear,
        call: Callers,
        open_work: OpenWork,
        emitted: Callable[..., Awaitable[list[Any]]],
    ) -> None:
        for name in ("standard", "other"):
            car = make_car(call.user_id(name))
            await hear(car)
            await hear(make_record(car))
        await call.standard.post(CHAT, json={"message": "Bonjour"})
        await call.other.post(CHAT, json={"message": "Bonjour"})
        owner = call.user_id("standard")
        going = AccountDeletionStarted(account_id=owner, started_at=datetime.now(UTC))
        await hear(going, times=2)
        async with open_work() as work:
            for table in (CarCopy, RecordCopy, Conversation, Message, UsageEntry):
                whose = select(func.count()).select_from(table).where(table.owner_id == owner)
                assert await work.session.scalar(whose) == 0, table.__tablename__
                kept = await work.session.scalar(select(func.count()).select_from(table))
                assert kept, table.__tablename__
        erased = await emitted(AccountErased)
        assert [(one.account_id, one.service) for one in erased] == [(owner, "ai")]

    async def test_a_late_event_brings_nothing_back(
        self, hear: Hear, call: Callers, open_work: OpenWork
    ) -> None:
        owner = call.user_id("standard")
        await hear(AccountDeletionStarted(account_id=owner, started_at=datetime.now(UTC)))
        car = make_car(owner)
        for event in (car, make_record(car)):
            await hear(event)
        async with open_work() as work:
            assert await work.session.scalar(select(func.count()).select_from(CarCopy)) == 0
            assert await work.session.scalar(select(func.count()).select_from(RecordCopy)) == 0
