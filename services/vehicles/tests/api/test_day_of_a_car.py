"""A car's day is that of the place it is kept, else its owner's, whoever looks; the hour of a notice is the reader's own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.factories import (
    make_plan,
    make_record,
    make_reminder,
    make_vehicle,
)
from services.vehicles.tests.sharing import as_person, know, share
from shared.clock import FixedClock
from shared.contracts.features import Plan
from shared.contracts.vehicles import ReminderDue
from shared.testing.client import Callers, caller_on

MOMENT = datetime(2026, 12, 1, 2, tzinfo=UTC)
"""16:00 of 30 November in Tahiti, 15:00 of 1 December in Auckland, 03:00 of 1 December in Paris."""
TAHITI, AUCKLAND, PARIS = "Pacific/Tahiti", "Pacific/Auckland", "Europe/Paris"
LAST_DAY = "2026-11-30"
STATE = {TAHITI: "due", AUCKLAND: "overdue"}


def living_in(call: Callers, zone: str, name: str) -> Any:
    return call.with_caller(caller_on(Plan.PREMIUM, call.user_id(name), zone=zone))


async def due_on_its_last_day(client: Any, zone: str | None) -> str:
    car: str = (await make_vehicle(client, timezone=zone))["id"]
    await make_plan(client, car, last_done_on="2025-11-30")
    await make_reminder(client, car, due_on=LAST_DAY)
    return car


@pytest.fixture(autouse=True)
def _now(clock: FixedClock) -> None:
    clock.set(MOMENT)


async def states_of(client: Any, cars: dict[str, str]) -> dict[str, dict[str, Any]]:
    """By place, what each door that tells urgency says of the car kept there."""
    due = (await client.get("/api/maintenance-plans/due?within_days=3")).json()["results"]
    plans = (await client.get("/api/maintenance-plans")).json()["results"]
    listed = (await client.get("/api/reminders?source=own")).json()["results"]
    summary = (await client.get("/api/reminders/summary")).json()["by_vehicle"]
    fleet = (await client.get("/api/fleet/dashboard")).json()["lines"]["results"]
    synced = (await client.get("/api/sync")).json()["changes"]
    found = {}
    for zone, car in cars.items():
        dashboard = (await client.get(f"/api/vehicles/{car}/dashboard")).json()
        [reminder] = [each for each in listed if each["vehicle"] == car]
        [line] = [each for each in fleet if each["vehicle"] == car]
        wanted = {
            state: (await client.get(f"/api/reminders?state={state}&vehicle={car}")).json()["count"]
            for state in ("due", "overdue")
        }
        found[zone] = {
            "due list": [each["urgency"] for each in due if each["vehicle"] == car],
            "plans": [each["urgency"] for each in plans if each["vehicle"] == car],
            "reminder": [reminder["state"]],
            "its own address": [
                (await client.get(f"/api/reminders/{reminder['id']}")).json()["state"]
            ],
            "by state": [state for state, count in wanted.items() for _ in range(count // 2)],
            "summary": [
                state
                for each in summary
                if each["vehicle"] == car
                for state in ("due", "overdue")
                if each["states"][state]
            ],
            "dashboard": [each["urgency"] for each in dashboard["next_due"]],
            "dashboard, reminders": [
                each["reminder"]["state"] for each in dashboard["next_reminders"]
            ],
            "fleet": ["overdue" if line["overdue"] == 2 else "due" if not line["overdue"] else "?"],
            "sync": [
                each["item"].get("urgency") or each["item"]["state"]
                for each in synced
                if each["vehicle"] == car and each["kind"] in {"plan", "reminder"}
            ],
        }
    return found


def told_everywhere(found: dict[str, dict[str, Any]], zone: str) -> None:
    assert {door: set(said) for door, said in found[zone].items()} == {
        door: {STATE[zone]} for door in found[zone]
    }


async def test_urgency_is_of_the_place_a_car_is_kept(call: Callers) -> None:
    client = living_in(call, PARIS, "mover")
    cars = {zone: await due_on_its_last_day(client, zone) for zone in STATE}
    found = await states_of(client, cars)
    for zone in STATE:
        told_everywhere(found, zone)


async def test_urgency_of_a_shared_car_is_of_its_owners_place(
    call: Callers, hear: Any, open_work: Any
) -> None:
    cars = {}
    for zone in STATE:
        await know(hear, zone, timezone=zone)
        cars[zone] = await due_on_its_last_day(living_in(call, zone, zone), None)
        await share(open_work, cars[zone], "member", Role.MANAGER)
    found = await states_of(living_in(call, PARIS, "member"), cars)
    for zone in STATE:
        told_everywhere(found, zone)


async def test_work_of_today_is_recent_and_not_upcoming_where_the_car_is(call: Callers) -> None:
    client = living_in(call, PARIS, "mover")
    car = (await make_vehicle(client, timezone=AUCKLAND))["id"]
    far = (await make_vehicle(client, timezone=TAHITI))["id"]
    clock_day = {"Auckland": "2026-12-01", "Tahiti": "2026-11-30"}
    await make_record(client, car, service_date=clock_day["Auckland"], status="COMPLETED")
    await make_record(client, far, service_date=clock_day["Tahiti"], status="SCHEDULED")
    upcoming = (await client.get("/api/maintenances/upcoming")).json()["results"]
    assert [each["vehicle"] for each in upcoming] == [far]
    recent = (await client.get("/api/maintenances/recent")).json()["results"]
    assert [each["vehicle"] for each in recent] == [car]


async def test_lists_take_no_more_statements_for_cars_of_many_places(
    call: Callers, hear: Any, open_work: Any, statements: list[str]
) -> None:
    owners = [f"owner{number}" for number in range(4)]
    client = living_in(call, PARIS, "member")
    doors = (
        "/api/maintenance-plans/due",
        "/api/maintenance-plans",
        "/api/reminders",
        "/api/reminders?state=due",
        "/api/reminders/summary",
        "/api/fleet/dashboard",
        "/api/maintenances/upcoming",
    )

    async def taken() -> dict[str, int]:
        found = {}
        for door in doors:
            statements.clear()
            assert (await client.get(door)).status_code == 200
            found[door] = len(statements)
        return found

    async def shared_by(name: str) -> None:
        await know(hear, name, timezone=TAHITI)
        car = await due_on_its_last_day(living_in(call, TAHITI, name), None)
        await share(open_work, car, "member", Role.MANAGER)

    await due_on_its_last_day(client, AUCKLAND)
    await shared_by(owners[0])
    one = await taken()
    for name in owners[1:]:
        await shared_by(name)
        await due_on_its_last_day(client, "Asia/Tokyo")
    assert await taken() == one


@pytest.mark.parametrize(
    ("kept_in", "moments"),
    [
        (PARIS, {"11-30 07:55": [], "11-30 08:00": ["due"], "12-01 08:00": ["due", "overdue"]}),
        # 30 November begins there at 11:00 of the 29th in Paris, and ends at 11:00 of the 30th
        (AUCKLAND, {"11-29 20:00": [], "11-30 08:00": ["due"], "12-01 08:00": ["due", "overdue"]}),
        # it begins at 11:00 of the 30th in Paris: the first morning of hers on which it is that day is the 1st
        (TAHITI, {"11-30 08:00": [], "11-30 19:00": [], "12-01 07:55": [], "12-01 08:00": ["due"],
                  "12-01 12:00": ["due"], "12-02 08:00": ["due", "overdue"]}),
    ],
)  # fmt: skip
async def test_a_notice_is_of_the_cars_day_and_of_the_readers_morning(
    call: Callers, clock: FixedClock, run_schedule: Any, run_jobs: Any, emitted: Any, hear: Any,
    kept_in: str, moments: dict[str, list[str]],
) -> None:  # fmt: skip
    """Moments are UTC: nine in the morning is 08:00 for somebody in Paris."""
    clock.set(MOMENT - timedelta(days=10))
    await know(hear, "parisian", timezone=PARIS)
    client = as_person(call, "parisian")
    car = (await make_vehicle(client, timezone=kept_in))["id"]
    await make_reminder(client, car, due_on=LAST_DAY, lead_days=0)
    for moment, told in moments.items():
        local = datetime.strptime(f"2026-{moment}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        at = local - timedelta(hours=22)
        while at <= local:  # the look comes every five minutes; each hour is enough here
            clock.set(at)
            await run_schedule("vehicles.reminders")
            await run_jobs("vehicles.remind")
            at += timedelta(hours=2)
        clock.set(local)
        await run_schedule("vehicles.reminders")
        await run_jobs("vehicles.remind")
        assert [event.state.value for event in await emitted(ReminderDue)] == told, moment


async def test_a_car_laid_up_on_no_day_is_since_its_own_today(call: Callers) -> None:
    client = living_in(call, PARIS, "mover")
    for zone, today in ((TAHITI, "2026-11-30"), (AUCKLAND, "2026-12-01"), (None, "2026-12-01")):
        car = (await make_vehicle(client, timezone=zone))["id"]
        laid_up = await client.post(f"/api/vehicles/{car}/lay-up")
        assert laid_up.status_code == 200, laid_up.text
        [phase] = (await client.get(f"/api/vehicles/{car}/lifecycle")).json()["results"]
        assert phase["since"] == today
