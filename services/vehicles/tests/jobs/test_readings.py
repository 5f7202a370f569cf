"""A reading is asked for: seldom, in the inbox, of who wants to be asked, and taken back when it is there."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from services.vehicles.tests.factories import make_plan, make_reminder, make_vehicle, read_odometer
from shared.clock import FixedClock
from shared.contracts.vehicles import (
    ReadingWanted,
    ReminderWithdrawn,
    ToldState,
    WithdrawnBecause,
)
from shared.testing.client import Callers

READ = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def ask(run_schedule: Any, run_jobs: Any) -> Any:
    async def look() -> None:
        await run_schedule("vehicles.readings")
        await run_jobs("vehicles.ask_for_reading")

    return look


async def make_driven(call: Callers, clock: FixedClock) -> str:
    """Read twice, five months apart; the next service hangs on the distance."""
    clock.set(READ)
    car: str = (await make_vehicle(call.free))["id"]
    await read_odometer(call.free, car, 40_000, "2026-01-01")
    await read_odometer(call.free, car, 46_000, "2026-06-01")
    await make_reminder(call.free, car, due_on=None, due_mileage=54_000)
    return car


async def each_day(clock: FixedClock, ask: Any, days: int) -> None:
    for _ in range(days):
        clock.move(days=1)
        await ask()


class TestAsk:
    async def test_not_before_thirty_days_and_at_most_once_in_fourteen(
        self, call: Callers, clock: FixedClock, ask: Any, emitted: Any
    ) -> None:
        car = await make_driven(call, clock)
        await each_day(clock, ask, 30)
        assert await emitted(ReadingWanted) == []
        await each_day(clock, ask, 120)
        asked = [event.occurrence.rpartition(":")[2] for event in await emitted(ReadingWanted)]
        assert len(asked) > 2
        days = [datetime.fromisoformat(day) for day in asked]
        assert all(b - a >= timedelta(days=14) for a, b in pairwise(days))
        first = (await emitted(ReadingWanted))[0]
        assert (str(first.vehicle_id), first.channels) == (car, ("inbox",))
        assert str(first.last_read_on) == "2026-06-01"

    async def test_the_reading_takes_it_back(
        self, call: Callers, clock: FixedClock, ask: Any, emitted: Any
    ) -> None:
        car = await make_driven(call, clock)
        while not await emitted(ReadingWanted):
            await each_day(clock, ask, 7)
        [asked] = await emitted(ReadingWanted)
        await read_odometer(call.free, car, 50_000, clock.now().date().isoformat())
        [gone] = await emitted(ReminderWithdrawn)
        assert (gone.occurrence, gone.because) == (asked.occurrence, WithdrawnBecause.READ)
        assert gone.states == (ToldState.READING_WANTED,)
        await each_day(clock, ask, 30)
        assert len(await emitted(ReadingWanted)) == 1

    async def test_never_while_laid_up(
        self, call: Callers, clock: FixedClock, ask: Any, emitted: Any
    ) -> None:
        car = await make_driven(call, clock)
        answer = await call.free.post(f"/api/vehicles/{car}/lay-up", json={"on": "2026-06-01"})
        assert answer.status_code < 300, answer.text
        await each_day(clock, ask, 60)
        assert await emitted(ReadingWanted) == []

    async def test_what_falls_due_by_the_calendar_asks_nothing(
        self, call: Callers, clock: FixedClock, ask: Any, emitted: Any
    ) -> None:
        clock.set(READ)
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 46_000, "2026-06-01")
        await make_plan(call.free, car, every_distance=None, every_months=12)
        await each_day(clock, ask, 60)
        assert await emitted(ReadingWanted) == []

    async def test_who_does_not_want_to_be_asked_is_not(
        self, call: Callers, clock: FixedClock, ask: Any, emitted: Any, share: Any
    ) -> None:
        """The owner has had enough; a viewer could not answer; a manager can."""
        car = await make_driven(call, clock)
        address = f"/api/vehicles/{car}/reminder-preferences"
        await call.free.put(address, json={"kinds": ["other"], "readings": False})
        await share(car, call.user_id("other"), "viewer")
        await call.other.put(address, json={"kinds": ["other"], "readings": True})
        await share(car, call.user_id("premium"), "manager")
        for _ in range(8):
            clock.move(days=7)
            await ask()
        assert {event.owner_id for event in await emitted(ReadingWanted)} == {
            call.user_id("premium")
        }
