"""Whatever order things came in, the same car has the same things ahead; and the database says of each what the domain says."""

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.vehicles.domain.care.reminders import (
    OccurrenceStatus,
    ReminderKind,
    ReminderState,
    state_of,
)
from services.vehicles.domain.cars.odometer import Meter
from services.vehicles.storage.care.reminder_models import Occurrence
from services.vehicles.storage.care.reminders import state_on
from services.vehicles.storage.cars.models import OdometerSegment
from services.vehicles.tests.factories import (
    make_plan,
    make_record,
    make_reminder,
    make_vehicle,
    read_odometer,
)
from shared.clock import FixedClock
from shared.ids import new_id
from shared.testing.client import Callers

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
Act = Callable[[], Awaitable[Any]]


@pytest.mark.parametrize("seed", range(4))
async def test_the_order_of_arrival_changes_nothing(
    call: Callers, clock: FixedClock, open_work: Any, seed: int
) -> None:
    clock.set(NOW)

    async def grown(order: random.Random | None) -> list[tuple[Any, ...]]:
        car = (await make_vehicle(call.premium))["id"]
        await make_plan(call.premium, car, last_done_on="2024-01-01", last_done_mileage=10_000)
        await make_reminder(call.premium, car, due_on=None, due_mileage=52_000)
        acts: list[Act] = [
            lambda: read_odometer(call.premium, car, 30_000, "2025-06-01"),
            lambda: read_odometer(call.premium, car, 50_000, "2026-06-01"),
            lambda: read_odometer(call.premium, car, 52_500, "2026-06-15"),
            lambda: make_record(call.premium, car, service_date="2025-01-10", mileage=24_000),
            lambda: make_record(call.premium, car, service_date="2026-01-10", mileage=44_000),
            lambda: call.premium.patch(f"/api/vehicles/{car}", json={"color": "blue"}),
        ]
        if order is not None:
            order.shuffle(acts)
        for act in acts:
            await act()
        async with open_work() as work:
            rows = await work.session.scalars(
                select(Occurrence).where(
                    Occurrence.vehicle_id == UUID(car),
                    Occurrence.status == OccurrenceStatus.ACTIVE,
                )
            )
            return sorted(
                (
                    row.source,
                    row.due_on,
                    row.due_metres,
                    row.forecast_on,
                    row.earliest,
                    row.latest,
                    row.remind_on,
                    row.passed_on,
                    row.status,
                )
                for row in rows
            )

    assert await grown(random.Random(seed)) == await grown(None)


async def test_the_database_says_of_each_state_what_the_domain_says(
    call: Callers, open_work: Any
) -> None:
    car = UUID((await make_vehicle(call.free))["id"])
    today = date(2026, 6, 15)
    days = [None, *(today + timedelta(days=offset) for offset in (-1, 0, 1))]
    wanted = {}
    async with open_work() as work:
        for remind_on in days:
            for due_on in days:
                for passed_on in days[:2]:
                    for snoozed_until in days:
                        row = Occurrence(
                            id=new_id(),
                            owner_id=call.user_id("free"),
                            vehicle_id=car,
                            what_id=new_id(),
                            source="own",
                            kind=ReminderKind.OTHER,
                            key="1",
                            revision=1,
                            round=0,
                            remind_on=remind_on,
                            due_on=due_on,
                            passed_on=passed_on,
                            snoozed_until=snoozed_until,
                            lead_days=30,
                            lead_metres=0,
                            lead_minutes=0,
                            status=OccurrenceStatus.ACTIVE,
                            looked=ReminderState.PLANNED,
                            sequence=0,
                            entry_digest="",
                            created_at=NOW,
                            modified_at=NOW,
                        )
                        wanted[row.id] = state_of(row.standing, today)
                        work.occurrences.add(row)
        await work.flush()
        said = await work.session.execute(select(Occurrence.id, state_on(today)))
        found = {id_: ReminderState(state) for id_, state in said}
    assert found == wanted
    assert len(set(wanted.values())) == 5


async def test_a_distance_is_shown_as_the_present_cluster_shows_it(
    call: Callers, clock: FixedClock, open_work: Any
) -> None:
    """187,450 km, then a new cluster that begins at 12: 200,000 travelled is 12,562 on it."""
    clock.set(NOW)
    car = (await make_vehicle(call.free))["id"]
    await read_odometer(call.free, car, 187_450, "2026-03-02")
    made = await make_reminder(call.free, car, due_on=None, due_mileage=200_000)
    async with open_work() as work:
        work.session.add(
            OdometerSegment(
                id=new_id(),
                owner_id=call.user_id("free"),
                vehicle_id=UUID(car),
                meter=Meter.DISTANCE,
                starts_on=date(2026, 3, 3),
                old_end=187_450_000,
                new_start=12_000,
                offset_metres=0,
                is_lower_bound=False,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    await read_odometer(call.free, car, 12, "2026-03-03")
    found = (await call.free.get(f"/api/reminders/{made['id']}")).json()
    assert found["due_mileage"] == 12_562
    other = await make_reminder(call.free, car, due_on=None, due_mileage=13_000)
    assert other["due_mileage"] == 13_000
    sent = await call.free.patch(f"/api/reminders/{made['id']}", json={"due_mileage": 12_562})
    assert sent.json()["due_mileage"] == 12_562
    await call.free.post(f"/api/reminders/{made['id']}/snooze", json={"for_distance": 500})
    await read_odometer(call.free, car, 511, "2026-06-01")
    found = (await call.free.get(f"/api/reminders/{made['id']}")).json()
    assert (found["state"], found["snoozed_until_mileage"]) == ("snoozed", 512)
    await read_odometer(call.free, car, 512, "2026-06-02")
    assert (await call.free.get(f"/api/reminders/{made['id']}")).json()["state"] != "snoozed"
