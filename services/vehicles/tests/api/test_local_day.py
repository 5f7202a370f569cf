"""Today is the caller's own day: Auckland was refused its own, and Tahiti was overdue the day before."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.vehicles.tests.factories import (
    make_account,
    make_document,
    make_plan,
    make_vehicle,
    read_odometer,
)
from shared.clock import FixedClock
from shared.contracts.features import Plan
from shared.testing.client import Callers, caller_on

MOMENT = datetime(2026, 11, 29, 16, 21, tzinfo=UTC)


def living_in(call: Callers, zone: str | None, name: str = "mover") -> Any:
    return call.with_caller(caller_on(Plan.PREMIUM, call.user_id(name), zone=zone))


async def recorded(client: Any, car: str, day: str) -> int:
    body = {"vehicle": car, "service_date": day, "service_type": "oil_change", "mileage": 50_010}
    return int((await client.post("/api/maintenances", json=body)).status_code)


@pytest.mark.parametrize(
    ("zone", "moment", "today", "tomorrow"),
    [
        ("Pacific/Auckland", "2026-11-29T16:21", "2026-11-30", "2026-12-01"),
        ("Pacific/Noumea", "2026-11-29T16:21", "2026-11-30", "2026-12-01"),
        ("Indian/Reunion", "2026-11-29T20:30", "2026-11-30", "2026-12-01"),
        ("Europe/Paris", "2026-11-29T23:30", "2026-11-30", "2026-12-01"),
        ("Pacific/Kiritimati", "2026-11-29T10:00", "2026-11-30", "2026-12-01"),
        ("Pacific/Tahiti", "2026-11-30T09:59", "2026-11-29", "2026-11-30"),
        ("Etc/GMT+12", "2026-11-30T11:59", "2026-11-29", "2026-11-30"),
        ("Europe/Paris", "2026-10-24T22:30", "2026-10-25", "2026-10-26"),  # the long day begins
        ("Europe/Paris", "2026-10-25T22:59", "2026-10-25", "2026-10-26"),  # 25 hours later
        ("Europe/Paris", "2026-10-25T23:00", "2026-10-26", "2026-10-27"),
        (None, "2026-11-29T23:30", "2026-11-30", "2026-12-01"),
        ("No/Such_Place", "2026-11-29T23:30", "2026-11-30", "2026-12-01"),
    ],
)
async def test_work_done_today_is_done_and_tomorrows_is_not(
    call: Callers, clock: FixedClock, zone: str | None, moment: str, today: str, tomorrow: str
) -> None:
    clock.set(datetime.fromisoformat(moment).replace(tzinfo=UTC))
    client = living_in(call, zone)
    car = (await make_vehicle(client))["id"]
    assert await recorded(client, car, today) == 201
    assert await recorded(client, car, tomorrow) == 422
    assert (await read_odometer(client, car, 50_020, today))["status"] == "ACCEPTED"
    assert (await read_odometer(client, car, 50_030, tomorrow))["status"] == "ACCEPTED"
    later = str(date.fromisoformat(tomorrow) + timedelta(days=1))
    assert (await read_odometer(client, car, 50_040, later))["doubts"] == ["in_the_future"]


async def test_a_plan_is_overdue_when_its_day_is_over_there(
    call: Callers, clock: FixedClock
) -> None:
    clock.set(datetime(2026, 12, 1, 2, tzinfo=UTC))  # 16:00 of 30 November in Tahiti
    found = {}
    for zone in ("Pacific/Tahiti", "Pacific/Auckland"):
        client = living_in(call, zone, zone)
        car = (await make_vehicle(client))["id"]
        await make_plan(client, car, last_done_on="2025-11-30")
        plans = (await client.get("/api/maintenance-plans/due?within_days=3")).json()["results"]
        found[zone] = [plan["urgency"] for plan in plans]
    assert found == {"Pacific/Tahiti": ["due"], "Pacific/Auckland": ["overdue"]}


async def test_a_paper_of_today_is_not_of_the_future(
    call: Callers, clock: FixedClock, hear: Any
) -> None:
    """A listener has no caller: the owner's zone is what auth has said."""
    clock.set(MOMENT)
    for name, zone in (("kiwi", "Pacific/Auckland"), ("parisian", "Europe/Paris")):
        owner = call.user_id(name)
        await hear(make_account(owner, timezone=zone))
        await hear(make_document(owner, fields={"date": "2026-11-30", "total": "10.00"}))
    warned = {
        name: (await living_in(call, None, name).get("/api/maintenances/drafts")).json()["results"][0]["warnings"]
        for name in ("kiwi", "parisian")
    }  # fmt: skip
    assert "date_in_the_future" not in warned["kiwi"]
    assert "date_in_the_future" in warned["parisian"]
