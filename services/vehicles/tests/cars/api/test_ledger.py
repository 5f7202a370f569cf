"""The odometer ledger's worked examples, over the API: what is believed, what is doubted and who is told."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.vehicles.tests.factories import (
    kept_document,
    make_record,
    make_vehicle,
    read_odometer,
)
from shared.contracts.vehicles import OdometerRead, ReadingsJudged
from shared.ids import new_id
from shared.testing.client import Callers


async def ledger(call: Callers, car: str) -> dict[int, str]:
    """The status of each reading that is not void, by its mileage."""
    answer = await call.free.get(f"/api/vehicles/{car}/odometer?ordering=read_on&page_size=100")
    return {
        each["mileage"]: each["status"]
        for each in answer.json()["results"]
        if each["status"] != "VOID"
    }


async def stands_at(call: Callers, car: str) -> Any:
    return (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"]


class TestTheHeaviestChain:
    async def test_a_typo_holds_one_good_reading_back(self, call: Callers, emitted: Any) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 110_609, "2026-04-04")
        await read_odometer(call.free, car, 118_902, "2026-05-01")
        held = await read_odometer(call.free, car, 112_205, "2026-05-07")
        assert (held["status"], held["doubts"]) == ("QUARANTINED", ["lower_than_before"])
        assert await emitted(ReadingsJudged) == []

    async def test_and_two_later_ones_set_it_right_by_themselves(
        self, call: Callers, emitted: Any
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 110_609, "2026-04-04")
        typo = await read_odometer(call.free, car, 118_902, "2026-05-01")
        held = await read_odometer(call.free, car, 112_205, "2026-05-07")
        await read_odometer(call.free, car, 112_533, "2026-05-17")
        assert await ledger(call, car) == {
            110_609: "ACCEPTED",
            118_902: "QUARANTINED",
            112_205: "ACCEPTED",
            112_533: "ACCEPTED",
        }
        assert await stands_at(call, car) == 112_533
        [notice] = await emitted(ReadingsJudged)
        assert [str(each.reading_id) for each in notice.doubted] == [typo["id"]]
        assert [str(each.reading_id) for each in notice.believed] == [held["id"]]
        told = [event.reading_m for event in await emitted(OdometerRead)]
        assert told == [110_609_000, 118_902_000, 112_533_000, 112_205_000]

    async def test_an_invoice_stands_against_two_and_falls_to_three(
        self, call: Callers, hear: Any
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 110_609, "2026-04-04")
        await invoice(call, hear, car, 118_902, "2026-05-01")
        await read_odometer(call.free, car, 112_205, "2026-05-07")
        await read_odometer(call.free, car, 112_533, "2026-05-17")
        assert await stands_at(call, car) == 118_902
        await read_odometer(call.free, car, 112_600, "2026-05-20")
        assert await stands_at(call, car) == 112_600
        assert (await ledger(call, car))[118_902] == "QUARANTINED"

    async def test_the_30th_of_february_is_refused_and_not_doubted(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, mileage=60_000))["id"]
        refused = await call.free.post(
            f"/api/vehicles/{car}/odometer", json={"mileage": 60_100, "read_on": "2026-02-30"}
        )
        assert refused.status_code == 422

    async def test_tomorrow_may_be_today_somewhere_and_the_day_after_is_doubted(
        self, call: Callers, clock: Any
    ) -> None:
        car = (await make_vehicle(call.free, mileage=60_000))["id"]
        today = date.fromisoformat(
            (await read_odometer(call.free, car, 60_000, "2026-01-01"))["created_at"][:10]
        )
        tomorrow = await read_odometer(call.free, car, 60_010, str(today + timedelta(days=1)))
        assert tomorrow["status"] == "ACCEPTED"
        after = await read_odometer(call.free, car, 60_020, str(today + timedelta(days=2)))
        assert (after["status"], after["doubts"]) == ("QUARANTINED", ["in_the_future"])

    async def test_what_lay_in_the_future_is_believed_when_its_day_has_come(
        self, call: Callers, clock: Any
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        today = clock.now().date()
        await read_odometer(call.free, car, 60_020, str(today + timedelta(days=2)))
        clock.set(clock.now() + timedelta(days=5))
        await read_odometer(call.free, car, 60_300, str(today + timedelta(days=4)))
        assert set((await ledger(call, car)).values()) == {"ACCEPTED"}


async def invoice(call: Callers, hear: Any, car: str, km: int, on: str) -> None:

    paper = new_id()
    await hear(kept_document(call.user_id("free"), paper))
    await make_record(call.free, car, service_date=on, mileage=km, documents=[str(paper)])


class TestSeveralADay:
    async def test_some_order_makes_them_rise(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        for km in (112_205, 112_100, 112_300):
            await read_odometer(call.free, car, km, "2026-05-07")
        assert set((await ledger(call, car)).values()) == {"ACCEPTED"}
        assert await stands_at(call, car) == 112_300

    async def test_but_not_against_their_times(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        for km, at in ((112_205, "12:00"), (112_100, "22:00")):
            answer = await call.free.post(
                f"/api/vehicles/{car}/odometer",
                json={"mileage": km, "read_on": "2026-05-07", "read_at": at},
            )
            assert answer.json()["read_at"] == at
        assert await ledger(call, car) == {112_205: "ACCEPTED", 112_100: "QUARANTINED"}


class TestTrips:
    async def test_a_trip_makes_a_reading(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 60_000, "2026-01-01")
        derived = await trip(call, car, trip="523.4", read_on="2026-01-10")
        assert (derived["mileage"], derived["derived"]) == (60_523, True)

    async def test_what_is_read_beats_what_is_derived(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 60_000, "2026-01-01")
        near = await trip(call, car, trip=520, mileage=60_523, read_on="2026-01-10")
        assert (near["mileage"], near["derived"], near["doubts"]) == (60_523, False, [])
        far = await trip(call, car, trip=500, mileage=61_100, read_on="2026-01-20")
        assert (far["status"], far["mileage"]) == ("ACCEPTED", 61_100)
        assert far["doubts"] == ["trip_differs"]

    async def test_a_derived_one_gives_way_to_one_that_was_read(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 60_000, "2026-01-01")
        await trip(call, car, trip=900, read_on="2026-01-10")
        await read_odometer(call.free, car, 60_600, "2026-01-11")
        assert (await ledger(call, car))[60_900] == "QUARANTINED"

    async def test_nothing_to_add_it_to(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        refused = await call.free.post(f"/api/vehicles/{car}/odometer", json={"trip": 500})
        assert (refused.status_code, refused.json()["code"]) == (422, "trip_without_reading")


async def trip(call: Callers, car: str, **said: Any) -> dict[str, Any]:
    answer = await call.free.post(f"/api/vehicles/{car}/odometer", json=said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestHostile:
    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"mileage": -1},
            {"mileage": 10**12},
            {"mileage": "60000"},
            {"mileage": 1.5},
            {"mileage": 5, "hours": 5},
            {"hours": "NaN"},
            {"hours": "1e5"},
            {"hours": 10.05},
            {"trip": "-3"},
            {"trip": True},
            {"mileage": 5, "read_at": "24:00"},
            {"mileage": 5, "read_at": "12:00:00+01:00"},
            {"mileage": 5, "note": "a\u0000b"},
            {"mileage": 5, "segment": "x"},
            {"mileage": 5, "status": "ACCEPTED"},
        ],
    )
    async def test_it_is_refused(self, call: Callers, body: dict[str, Any]) -> None:
        car = (await make_vehicle(call.free))["id"]
        refused = await call.free.post(f"/api/vehicles/{car}/odometer", json=body)
        assert refused.status_code == 422, refused.text

    async def test_hours_of_a_car_that_counts_none(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        refused = await call.free.post(f"/api/vehicles/{car}/odometer", json={"hours": 12})
        assert (refused.status_code, refused.json()["code"]) == (422, "meter_missing")
