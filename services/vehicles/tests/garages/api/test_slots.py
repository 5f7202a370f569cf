"""domain.md §8: the free times of a day, for everybody to read."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.tests.garages.booked import (
    HOUR,
    LONG,
    NIGHT,
    OIL,
    PARIS,
    a_car,
    ask,
    book,
    make_garage,
)
from services.vehicles.tests.sharing import person
from shared.clock import FixedClock
from shared.contracts.features import Plan
from shared.testing.client import Callers, caller_on

MONDAY = "2026-12-07"


@pytest.fixture(autouse=True)
def _today(clock: FixedClock) -> None:
    clock.set(datetime(2026, 10, 20, 9, tzinfo=UTC))


async def walls(client: Any, garage: Any, day: str, *services: str) -> list[str]:
    query = {"date": day, "services": [garage.services[name] for name in services]}
    found = await client.get(f"/api/garages/{garage.id}/slots", params=query)
    assert found.status_code == 200, found.text
    assert found.json()["count"] == len(found.json()["results"])
    return [each["clocks"]["garage_time"][11:16] for each in found.json()["results"]]


NOBODYS = "01a20000-0000-7000-8000-00000000ffff"


class TestSlots:
    async def test_lunch_a_90_minute_job_at_eleven_is_not_offered(
        self, call: Callers, open_work: Any
    ) -> None:
        garage = await make_garage(open_work, bays=1)
        offered = await walls(call.anonymous, garage, MONDAY, LONG)
        assert (offered[0], offered[-1]) == ("08:00", "16:30")
        assert "10:30" in offered
        assert "11:00" not in offered
        assert "11:00" in await walls(call.anonymous, garage, MONDAY, HOUR)

    async def test_what_is_taken_is_not_offered(self, call: Callers, open_work: Any) -> None:
        garage, car = await make_garage(open_work, bays=1), await a_car(call.standard)
        await book(call.standard, garage, car, f"{MONDAY}T09:00:00+01:00", HOUR)
        offered = await walls(call.anonymous, garage, MONDAY, OIL)
        assert [each for each in offered if each < "11"] == [
            *("08:00", "08:15", "08:30"),
            *("10:00", "10:15", "10:30", "10:45"),
        ]

    async def test_each_time_that_is_offered_can_be_had(
        self, call: Callers, open_work: Any
    ) -> None:
        garage, car = await make_garage(open_work, bays=1), await a_car(call.standard)
        query = {"date": MONDAY, "services": [garage.services[LONG]]}
        path = f"/api/garages/{garage.id}/available_slots"
        found = (await call.anonymous.get(path, params=query)).json()
        last = found["results"][-1]
        made = await ask(call.standard, garage, car, last["starts_at"], LONG)
        assert (made.status_code, made.json()["ends_at"]) == (201, last["ends_at"])

    async def test_2027_03_28_has_no_half_past_two(self, call: Callers, open_work: Any) -> None:
        garage, car = await make_garage(open_work, spans=NIGHT), await a_car(call.standard)
        offered = await walls(call.anonymous, garage, "2027-03-28", OIL)
        assert [each for each in offered if "01:30" <= each <= "03:15"] == [
            *("01:30", "01:45", "03:00", "03:15")
        ]
        there = await ask(call.standard, garage, car, "2027-03-28T02:30:00+01:00", OIL)
        assert there.json()["clocks"]["garage_time"] == "2027-03-28T03:30:00+02:00"

    async def test_2026_10_25_half_past_two_is_offered_twice_with_offsets(
        self, call: Callers, open_work: Any
    ) -> None:
        garage, car = await make_garage(open_work, spans=NIGHT, bays=1), await a_car(call.standard)
        path = f"/api/garages/{garage.id}/slots?date=2026-10-25"
        found = (await call.anonymous.get(path)).json()["results"]
        twice = [each for each in found if each["clocks"]["garage_time"][11:16] == "02:30"]
        assert [each["clocks"]["garage_time"] for each in twice] == [
            "2026-10-25T02:30:00+02:00",
            "2026-10-25T02:30:00+01:00",
        ]
        for each in twice:
            made = await ask(call.standard, garage, car, each["starts_at"], HOUR)
            assert made.status_code == 201, "each is a time of its own"

    async def test_a_customer_in_lisbon_sees_garage_time_first_and_their_own_second(
        self, call: Callers, open_work: Any
    ) -> None:
        garage = await make_garage(open_work)
        caller = replace(caller_on(Plan.FREE, person("lisboeta")), zone="Europe/Lisbon")
        lisbon = call.with_caller(caller)
        path = f"/api/garages/{garage.id}/slots?date={MONDAY}"
        first = (await lisbon.get(path)).json()["results"][0]
        assert first["clocks"] == {
            "garage_time": "2026-12-07T08:00:00+01:00",
            "own_time": "2026-12-07T07:00:00+00:00",
        }
        assert list(first["clocks"]) == ["garage_time", "own_time"]
        made = await book(lisbon, garage, await a_car(lisbon), first["starts_at"])
        assert made["clocks"] == first["clocks"]
        stranger = (await call.anonymous.get(path)).json()["results"][0]
        assert stranger["clocks"]["own_time"] is None

    async def test_today_only_what_is_to_come(
        self, call: Callers, open_work: Any, clock: FixedClock
    ) -> None:
        garage = await make_garage(open_work)
        clock.set(datetime(2026, 12, 7, 14, 0, tzinfo=UTC))
        found = (await call.anonymous.get(f"/api/garages/{garage.id}/slots")).json()
        assert (found["date"], found["timezone"]) == (MONDAY, PARIS)
        assert found["results"][0]["clocks"]["garage_time"] == "2026-12-07T15:15:00+01:00"
        assert await walls(call.anonymous, garage, "2026-12-06") == []
        assert await walls(call.anonymous, garage, "2029-01-01") == []

    async def test_who_takes_none_offers_none(self, call: Callers, open_work: Any) -> None:
        garage = await make_garage(open_work, takes_bookings=False)
        found = (await call.anonymous.get(f"/api/garages/{garage.id}/slots?date={MONDAY}")).json()
        assert (found["takes_bookings"], found["results"]) == (False, [])

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            (f"/api/garages/{NOBODYS}/slots", 404),
            ("/api/garages/x/slots", 404),
            (f"/api/garages/{{garage}}/slots?services={NOBODYS}", 404),
            ("/api/garages/{garage}/slots?services=x", 422),
            ("/api/garages/{garage}/slots?date=2026-02-30", 422),
            ("/api/garages/{garage}/slots?date=0001-01-01", 200),
            ("/api/garages/{garage}/slots?date=9999-12-31", 200),
        ],
    )
    async def test_hostile(self, call: Callers, open_work: Any, path: str, status: int) -> None:
        garage = await make_garage(open_work)
        found = await call.anonymous.get(path.format(garage=garage.id))
        assert found.status_code == status, found.text
