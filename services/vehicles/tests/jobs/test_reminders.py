import asyncio
from datetime import UTC, datetime
from typing import Any

from services.vehicles.tests.factories import make_plan, make_record, make_reminder, make_vehicle
from services.vehicles.usecases.care.reminders import tell_due
from shared.clock import FixedClock
from shared.contracts.base import Language
from shared.contracts.vehicles import ReminderDue
from shared.testing.client import Callers

START = datetime(2026, 1, 10, 9, tzinfo=UTC)


class TestRemind:
    async def test_a_plan_is_told_once_per_cycle(
        self, call: Callers, clock: FixedClock, run_schedule: Any, emitted: Any
    ) -> None:
        clock.set(START)
        car = (await make_vehicle(call.free, mileage=50_000))["id"]
        await make_plan(call.free, car, last_done_on="2026-01-10", last_done_mileage=50_000)
        await run_schedule("vehicles.reminders")
        assert await emitted(ReminderDue) == []
        clock.set(datetime(2027, 1, 2, tzinfo=UTC))
        for _ in range(3):
            clock.move(minutes=5)
            await run_schedule("vehicles.reminders")
        [told] = await emitted(ReminderDue)
        assert told.service == "oil_change"
        assert told.titles[Language.ES] == "Cambio de aceite y filtro"
        assert told.due_from is not None
        assert told.due_from <= told.due_on <= told.due_to
        assert (told.due_odometer_m, told.vehicle_name) == (65_000_000, "Peugeot 308")
        await make_record(call.free, car, service_date="2027-01-02", mileage=64_000)
        clock.set(datetime(2028, 1, 2, tzinfo=UTC))
        await run_schedule("vehicles.reminders")
        [first, second] = await emitted(ReminderDue)
        assert first.occurrence != second.occurrence

    async def test_three_workers_tell_it_once(
        self, call: Callers, clock: FixedClock, open_work: Any, emitted: Any
    ) -> None:
        clock.set(START)
        for model in ("308", "208", "508"):
            car = (await make_vehicle(call.free, model=model))["id"]
            await make_plan(call.free, car, last_done_on="2025-01-01")
            await make_reminder(call.free, car, due_on="2026-01-20")

        async def worker() -> None:
            async with open_work() as work:
                await tell_due(work)

        await asyncio.gather(*(worker() for _ in range(3)))
        await worker()
        told = await emitted(ReminderDue)
        assert len(told) == 6
        assert len({event.occurrence for event in told}) == 6

    async def test_a_new_rhythm_may_remind_again(
        self, call: Callers, clock: FixedClock, run_schedule: Any, emitted: Any
    ) -> None:
        clock.set(START)
        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(call.free, car, last_done_on="2025-01-01")
        await run_schedule("vehicles.reminders")
        address = f"/api/maintenance-plans/{plan['id']}"
        await call.free.patch(address, json={"title": "Vidange"})
        clock.move(minutes=5)
        await run_schedule("vehicles.reminders")
        assert len(await emitted(ReminderDue)) == 1
        await call.free.patch(address, json={"every_months": 24, "every_distance": None})
        clock.set(datetime(2026, 12, 20, tzinfo=UTC))
        await run_schedule("vehicles.reminders")
        assert len(await emitted(ReminderDue)) == 2

    async def test_put_away_and_dismissed_are_silent(
        self, call: Callers, clock: FixedClock, run_schedule: Any, emitted: Any
    ) -> None:
        clock.set(START)
        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(call.free, car, last_done_on="2025-01-01")
        await call.free.patch(f"/api/maintenance-plans/{plan['id']}", json={"active": False})
        reminder = await make_reminder(call.free, car, due_on="2026-01-12")
        await call.free.post(f"/api/reminders/{reminder['id']}/dismiss")
        await run_schedule("vehicles.reminders")
        assert await emitted(ReminderDue) == []

    async def test_a_snoozed_one_is_told_on_its_day(
        self, call: Callers, clock: FixedClock, run_schedule: Any, emitted: Any
    ) -> None:
        clock.set(START)
        car = (await make_vehicle(call.free))["id"]
        reminder = await make_reminder(call.free, car, due_on="2026-01-12")
        await run_schedule("vehicles.reminders")
        await call.free.post(
            f"/api/reminders/{reminder['id']}/snooze", json={"until": "2026-02-01"}
        )
        clock.set(datetime(2026, 1, 31, tzinfo=UTC))
        await run_schedule("vehicles.reminders")
        assert len(await emitted(ReminderDue)) == 1
        clock.set(datetime(2026, 2, 1, 1, tzinfo=UTC))
        await run_schedule("vehicles.reminders")
        assert len(await emitted(ReminderDue)) == 2
