import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from services.vehicles.storage.care.reminder_models import ReminderPreference
from services.vehicles.tests.factories import (
    make_account,
    make_plan,
    make_record,
    make_reminder,
    make_vehicle,
)
from shared.access import Access
from shared.clock import FixedClock
from shared.contracts.base import Language
from shared.contracts.vehicles import ReminderDue, ToldState
from shared.db.base import job
from shared.testing.client import Callers

START = datetime(2026, 1, 10, 9, tzinfo=UTC)  # ten in Paris


@pytest.fixture
def remind(run_schedule: Any, run_jobs: Any) -> Any:
    """A look, and what it found to do."""

    async def look() -> None:
        await run_schedule("vehicles.reminders")
        await run_jobs("vehicles.remind")

    return look


class TestRemind:
    async def test_a_plan_is_told_once_per_cycle(
        self, call: Callers, clock: FixedClock, remind: Any, emitted: Any
    ) -> None:
        clock.set(START)
        car = (await make_vehicle(call.free, mileage=50_000))["id"]
        await make_plan(call.free, car, last_done_on="2026-01-10", last_done_mileage=50_000)
        await remind()
        assert await emitted(ReminderDue) == []
        clock.set(datetime(2027, 1, 2, 9, tzinfo=UTC))
        for _ in range(3):
            clock.move(minutes=5)
            await remind()
        [told] = await emitted(ReminderDue)
        assert told.service == "oil_change"
        assert told.titles[Language.ES] == "Cambio de aceite y filtro"
        assert told.due_from is not None
        assert told.due_from <= told.due_on <= told.due_to
        assert (told.due_odometer_m, told.vehicle_name) == (65_000_000, "Peugeot 308")
        await make_record(call.free, car, service_date="2027-01-02", mileage=64_000)
        clock.set(datetime(2028, 1, 2, 9, tzinfo=UTC))
        await remind()
        [first, second] = await emitted(ReminderDue)
        assert first.occurrence != second.occurrence

    async def test_three_workers_tell_it_once(
        self, call: Callers, clock: FixedClock, remind: Any, run_schedule: Any, run_jobs: Any,
        emitted: Any,
    ) -> None:  # fmt: skip
        clock.set(START)
        for model in ("308", "208", "508"):
            car = (await make_vehicle(call.free, model=model))["id"]
            await make_plan(call.free, car, last_done_on="2025-01-01")
            await make_reminder(call.free, car, due_on="2026-01-20")

        await asyncio.gather(*(run_schedule("vehicles.reminders") for _ in range(3)))
        await asyncio.gather(*(run_jobs() for _ in range(3)))
        clock.move(minutes=5)
        await remind()
        told = await emitted(ReminderDue)
        assert len(told) == 6
        assert len({event.occurrence for event in told}) == 6

    async def test_a_new_rhythm_may_remind_again(
        self, call: Callers, clock: FixedClock, remind: Any, emitted: Any
    ) -> None:
        clock.set(START)
        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(call.free, car, last_done_on="2025-01-01")
        await remind()
        address = f"/api/maintenance-plans/{plan['id']}"
        await call.free.patch(address, json={"title": "Vidange"})
        clock.move(minutes=5)
        await remind()
        assert len(await emitted(ReminderDue)) == 1
        await call.free.patch(address, json={"every_months": 24, "every_distance": None})
        clock.set(datetime(2026, 12, 20, 9, tzinfo=UTC))
        await remind()
        assert len(await emitted(ReminderDue)) == 2

    async def test_put_away_and_dismissed_are_silent(
        self, call: Callers, clock: FixedClock, remind: Any, emitted: Any
    ) -> None:
        clock.set(START)
        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(call.free, car, last_done_on="2025-01-01")
        await call.free.patch(f"/api/maintenance-plans/{plan['id']}", json={"active": False})
        reminder = await make_reminder(call.free, car, due_on="2026-01-12")
        await call.free.post(f"/api/reminders/{reminder['id']}/dismiss")
        await remind()
        assert await emitted(ReminderDue) == []

    async def test_a_snoozed_one_is_told_on_its_day(
        self, call: Callers, clock: FixedClock, remind: Any, emitted: Any
    ) -> None:
        clock.set(START)
        car = (await make_vehicle(call.free))["id"]
        reminder = await make_reminder(call.free, car, due_on="2026-01-12")
        await remind()
        await call.free.post(
            f"/api/reminders/{reminder['id']}/snooze", json={"until": "2026-02-01"}
        )
        clock.set(datetime(2026, 1, 31, 9, tzinfo=UTC))
        await remind()
        assert len(await emitted(ReminderDue)) == 1
        clock.set(datetime(2026, 2, 1, 9, tzinfo=UTC))
        await remind()
        assert len(await emitted(ReminderDue)) == 2

    async def test_one_owners_fault_is_that_owners(
        self, call: Callers, clock: FixedClock, remind: Any, emitted: Any, admin_engine: Any
    ) -> None:
        """It rolled everybody back, for ever."""
        clock.set(START)
        for client in (call.free, call.other):
            car = (await make_vehicle(client))["id"]
            await make_plan(client, car, last_done_on="2025-01-01")
            choices = f"/api/vehicles/{car}/reminder-preferences"
            assert (await client.put(choices, json={"kinds": ["maintenance"]})).status_code == 200
        async with admin_engine.begin() as connection:
            broken = update(ReminderPreference).where(
                ReminderPreference.account_id == call.user_id("free")
            )
            await connection.execute(broken.values(kinds=["no such kind"]))
        for _ in range(12):
            await remind()
            clock.move(hours=2)
        [told] = await emitted(ReminderDue)
        assert told.owner_id == call.user_id("other")
        async with admin_engine.connect() as connection:
            states = (await connection.scalars(select(job.c.state))).all()
        assert sorted(states) == ["dead", "done"], "and nobody asks for ever"


class TestLocalMorning:
    """They left at 02:04 in Paris, and in Tahiti the day before."""

    @pytest.mark.parametrize(
        ("zone", "morning"),
        [
            ("Europe/Paris", "2026-12-01T08:00:00+00:00"),
            ("Pacific/Auckland", "2026-11-30T20:00:00+00:00"),
            ("Pacific/Kiritimati", "2026-11-30T19:00:00+00:00"),
            ("Pacific/Tahiti", "2026-12-01T19:00:00+00:00"),
            ("Pacific/Pago_Pago", "2026-12-01T20:00:00+00:00"),
            ("Asia/Kathmandu", "2026-12-01T03:15:00+00:00"),
            ("No/Such_Place", "2026-12-01T08:00:00+00:00"),
        ],
    )
    async def test_a_reminder_leaves_at_nine_where_its_owner_lives(
        self, call: Callers, clock: FixedClock, remind: Any, emitted: Any, hear: Any,
        zone: str, morning: str,
    ) -> None:  # fmt: skip
        clock.set(datetime(2026, 11, 29, 12, tzinfo=UTC))
        await hear(make_account(call.user_id("free"), timezone=zone))
        car = (await make_vehicle(call.free))["id"]
        reminder = await make_reminder(call.free, car, due_on="2026-12-05")
        until = {"until": "2026-12-01"}
        await call.free.post(f"/api/reminders/{reminder['id']}/snooze", json=until)
        due_at = datetime.fromisoformat(morning)
        for before in (25, 20, 14, 8, 3, 1, 0.25):
            clock.set(due_at - timedelta(hours=before))
            await remind()
            assert await emitted(ReminderDue) == [], before
        clock.set(due_at)
        await remind()
        assert [event.state for event in await emitted(ReminderDue)] == [ToldState.SOON]

    async def test_what_is_late_by_night_waits_for_the_morning(
        self, call: Callers, clock: FixedClock, remind: Any, run_schedule: Any, run_jobs: Any,
        emitted: Any,
    ) -> None:  # fmt: skip
        clock.set(datetime(2026, 1, 10, 19, 58, tzinfo=UTC))  # 20:58 in Paris
        car = (await make_vehicle(call.free))["id"]
        await make_plan(call.free, car, last_done_on="2025-01-01")
        await run_schedule("vehicles.reminders")
        clock.move(minutes=3)
        await run_jobs("vehicles.remind")
        await remind()
        assert await emitted(ReminderDue) == []
        clock.set(datetime(2026, 1, 11, 8, 1, tzinfo=UTC))
        await remind()
        assert len(await emitted(ReminderDue)) == 1

    async def test_an_older_word_about_the_zone_changes_nothing(
        self, call: Callers, hear: Any, open_work: Any
    ) -> None:
        owner = call.user_id("free")
        await hear(make_account(owner, timezone="Pacific/Auckland", version=3))
        await hear(make_account(owner, timezone="Europe/Paris", version=2))
        async with open_work() as work:
            assert await work.owners.zone_of(Access(owner)) == "Pacific/Auckland"
