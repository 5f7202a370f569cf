import asyncio
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from services.vehicles.storage.base import Base
from services.vehicles.storage.sync import Tombstone
from services.vehicles.tests.factories import (
    make_document,
    make_plan,
    make_record,
    make_reminder,
    make_vehicle,
)
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.erasure import AccountErased
from shared.testing.client import Callers

MARK = "Zwiebelkuchen"


class TestForgetTheOwner:
    async def test_nothing_is_left_and_late_papers_find_the_door_closed(
        self, call: Callers, hear: Any, emitted: Any, open_work: Any, run_schedule: Any,
        run_jobs: Any,
    ) -> None:  # fmt: skip
        owner = call.user_id("free")
        car = (await make_vehicle(call.free, color=MARK, mileage=1000))["id"]
        await make_record(call.free, car, garage=MARK)
        await make_plan(call.free, car, last_done_on="2020-01-01")
        await make_reminder(call.free, car, title=MARK)
        await call.free.post("/api/reminders/calendar")
        await hear(make_document(owner, file_name=MARK))
        await run_schedule("vehicles.reminders")
        await run_jobs("vehicles.remind")
        kept = (await make_vehicle(call.other))["id"]
        gone = AccountDeletionStarted(account_id=owner, started_at=datetime.now(UTC))
        await hear(gone, times=2)
        await hear(gone)
        await hear(make_document(owner, file_name=MARK))
        owned = [table for table in Base.metadata.sorted_tables if "owner_id" in table.c]
        assert len(owned) >= 12
        async with open_work() as work:
            for table in owned:
                count = await work.session.scalar(
                    select(func.count()).select_from(table).where(table.c.owner_id == owner)
                )
                assert count == 0, table.name
            tombs = select(func.count()).where(Tombstone.user_id == owner)
            assert await work.session.scalar(tombs) == 0
        assert (await call.other.get(f"/api/vehicles/{kept}")).status_code == 200
        erased = await emitted(AccountErased)
        assert {(event.account_id, event.service) for event in erased} == {(owner, "vehicles")}

    async def test_erasing_while_the_owner_is_busy_blocks_nobody(
        self, call: Callers, hear: Any
    ) -> None:
        """Locks are taken in one order everywhere: drafts, cars, and then what belongs to them."""
        owner = call.user_id("free")
        cars = [(await make_vehicle(call.free, model=str(n)))["id"] for n in range(3)]
        for car in cars:
            await make_plan(call.free, car)
        gone = AccountDeletionStarted(account_id=owner, started_at=datetime.now(UTC))
        body = {"service_date": "2026-01-15", "service_type": "oil_change"}
        *answers, _ = await asyncio.gather(
            *(
                call.free.post("/api/maintenances", json={"vehicle": car, **body})
                for car in cars * 3
            ),
            hear(gone),
        )
        assert {answer.status_code for answer in answers} <= {201, 401}
        assert (await call.free.get("/api/vehicles")).json()["count"] == 0
