"""What the clock does: a request that nobody answered expires, and whoever is expected tomorrow is reminded at six."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.vehicles.tests.garages.booked import a_car, book, boss_of, go, make_garage, went
from shared.clock import FixedClock
from shared.contracts.vehicles_bookings import BookingNotice
from shared.testing.client import Callers

TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def look(run_schedule: Any, run_jobs: Any, clock: FixedClock) -> Any:
    async def at(moment: datetime) -> None:
        clock.set(moment)
        await run_schedule("vehicles.bookings")
        await run_jobs("vehicles.booking_due")

    return at


async def told(emitted: Any, happened: str) -> list[Any]:
    return [each for each in await emitted(BookingNotice) if each.happened == happened]


class TestExpiry:
    async def test_unanswered_48_hours(
        self, call: Callers, open_work: Any, clock: FixedClock, look: Any, emitted: Any
    ) -> None:
        clock.set(TUESDAY)
        garage, car = await make_garage(open_work), await a_car(call.standard)
        made = await book(call.standard, garage, car, "2026-12-07T09:00:00+01:00")
        await look(TUESDAY + timedelta(hours=47, minutes=55))
        assert await told(emitted, "expired") == []
        clock.set(TUESDAY + timedelta(hours=48))
        late = await go(boss_of(call), made["id"], "confirm")
        assert (late.status_code, late.json()["state"]) == (409, "expired"), (
            "before the job has run"
        )
        await look(TUESDAY + timedelta(hours=48))
        await look(TUESDAY + timedelta(hours=49))
        assert len(await told(emitted, "expired")) == 3, "the customer, and two at the garage"
        seen = (await call.standard.get(f"/api/bookings/{made['id']}")).json()
        assert (seen["state"], seen["ended_by"]) == ("expired", "clock")

    async def test_start_passed(
        self, call: Callers, open_work: Any, clock: FixedClock, look: Any
    ) -> None:
        clock.set(TUESDAY)
        garage, car = await make_garage(open_work), await a_car(call.standard)
        made = await book(call.standard, garage, car, "2026-12-01T11:00:00+01:00")
        await look(TUESDAY + timedelta(minutes=55))
        assert (await call.standard.get(f"/api/bookings/{made['id']}")).json()["state"] == "pending"
        await look(TUESDAY + timedelta(hours=1))
        assert (await call.standard.get(f"/api/bookings/{made['id']}")).json()["state"] == "expired"


class TestTheDayBefore:
    async def test_at_18_garage_time_once(
        self, call: Callers, open_work: Any, clock: FixedClock, look: Any, emitted: Any
    ) -> None:
        clock.set(TUESDAY)
        garage, car = await make_garage(open_work, zone="Europe/Lisbon"), await a_car(call.standard)
        made = await book(call.standard, garage, car, "2026-12-07T09:00:00+00:00")
        await went(boss_of(call), made["id"], "confirm")
        six = datetime(2026, 12, 6, 18, tzinfo=UTC)
        await look(six - timedelta(minutes=5))
        assert await told(emitted, "day_before") == []
        for later in (0, 5, 60):
            await look(six + timedelta(minutes=later))
        [reminder] = await told(emitted, "day_before")
        assert reminder.account_id == call.user_id("standard")
        assert reminder.calendar is None

    async def test_not_of_what_was_called_off_moved_or_has_begun(
        self, call: Callers, open_work: Any, clock: FixedClock, look: Any, emitted: Any
    ) -> None:
        clock.set(TUESDAY)
        garage, car = await make_garage(open_work, bays=3), await a_car(call.standard)
        day = "2026-12-07T{}:00:00+01:00".format
        gone, moved, late = [
            (await book(call.standard, garage, car, day(hour)))["id"] for hour in ("09", "10", "11")
        ]
        for each in (gone, moved, late):
            await went(boss_of(call), each, "confirm")
        await went(call.standard, gone, "cancel")
        await went(boss_of(call), moved, "reschedule", starts_at="2026-12-09T09:00:00+01:00")
        await look(datetime(2026, 12, 7, 12, tzinfo=UTC))
        assert await told(emitted, "day_before") == []
        await look(datetime(2026, 12, 8, 17, tzinfo=UTC))
        [reminder] = await told(emitted, "day_before")
        assert str(reminder.booking_id) == moved
