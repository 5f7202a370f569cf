"""The odometer ledger's worked examples, over the API: what is believed, what is doubted and who is told."""

from datetime import UTC, datetime, timedelta
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
        clock.set(datetime(2026, 6, 15, 12, tzinfo=UTC))  # one day in all of Europe
        car = (await make_vehicle(call.free, mileage=60_000))["id"]
        today = clock.now().date()
        await read_odometer(call.free, car, 60_000, "2026-01-01")
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


class TestAdvice:
    async def test_what_was_meant_and_which_other_may_be_the_wrong_one(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 110_609, "2026-04-04")
        typo = await read_odometer(call.free, car, 118_902, "2026-05-01")
        held = await read_odometer(call.free, car, 112_205, "2026-05-07")
        hint = held["hint"]
        assert (hint["reading"], hint["mileage"]) == (typo["id"], 118_902)
        assert hint["suggestions"][0] == {
            "kind": "digit_changed",
            "mileage": 111_902,
            "hours": None,
            "read_on": "2026-05-01",
        }
        assert len(held["suggestions"]) <= 3
        [listed] = (await call.free.get(f"/api/vehicles/{car}/odometer?status=QUARANTINED")).json()[
            "results"
        ]
        assert listed == held

    @pytest.mark.parametrize(
        ("typed", "on", "kind", "meant"),
        [
            (119_120, "2026-05-01", "digits_swapped", 111_920),
            (11_191, "2026-05-01", "digit_dropped", 111_915),
            (1_119_020, "2026-05-01", "digit_added", 111_920),
            (69_533, "2026-05-01", "unit_mistaken", 111_903),
            (111_902, "2025-05-01", "year_mistaken", 111_902),
        ],
    )
    async def test_each_slip(
        self, call: Callers, typed: int, on: str, kind: str, meant: int
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        for km, day in (
            (100_000, "2025-04-04"),
            (101_000, "2025-06-04"),
            (110_609, "2026-04-04"),
            (112_205, "2026-05-07"),
            (112_533, "2026-05-17"),
        ):
            await read_odometer(call.free, car, km, day)
        doubted = await read_odometer(call.free, car, typed, on)
        assert doubted["status"] == "QUARANTINED"
        offered = [(one["kind"], one["mileage"], one["read_on"]) for one in doubted["suggestions"]]
        assert (kind, meant, "2026-05-01") in offered
        assert len(offered) <= 3

    async def test_what_is_believed_needs_none(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        read = await read_odometer(call.free, car, 110_609, "2026-04-04")
        assert (read["suggestions"], read["hint"]) == ([], None)


class TestHours:
    async def test_a_machine_that_counts_hours(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, make="Fendt", model="211", meter="hours"))["id"]
        for hours, on in ((4120.5, "2026-06-01"), ("4155.0", "2026-06-20")):
            read = await trip(call, car, hours=hours, read_on=on)
            assert (read["meter"], read["status"], read["mileage"]) == ("hours", "ACCEPTED", None)
        machine = (await call.free.get(f"/api/vehicles/{car}")).json()
        assert (machine["hours"], machine["hours_on"]) == ("4155.0", "2026-06-20")
        assert machine["hours_per_year"] == round(34.5 / 19 * 365.25)
        assert machine["mileage"] is None

    async def test_no_day_has_more_than_24(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, meter="hours"))["id"]
        await trip(call, car, hours=100, read_on="2026-06-01")
        fast = await trip(call, car, hours="148.1", read_on="2026-06-02")
        assert fast["doubts"] == ["too_fast"]
        high = await trip(call, car, hours=500_001, read_on="2026-06-02")
        assert high["doubts"] == ["too_high"]
        fine = await trip(call, car, hours=148, read_on="2026-06-02")
        assert fine["status"] == "ACCEPTED"

    async def test_both_meters_are_judged_apart(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, meter="both"))["id"]
        await trip(call, car, mileage=60_000, read_on="2026-06-01")
        await trip(call, car, hours=1_000, read_on="2026-06-01")
        one = await trip(call, car, hours=1_010, read_on="2026-06-05")
        other = await trip(call, car, mileage=60_400, read_on="2026-06-05")
        assert {one["status"], other["status"]} == {"ACCEPTED"}
        machine = (await call.free.get(f"/api/vehicles/{car}")).json()
        assert (machine["mileage"], machine["hours"]) == (60_400, "1010.0")

    async def test_what_it_is_fitted_with_is_fixed_once_it_was_read(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        address = f"/api/vehicles/{car}"
        assert (await call.free.patch(address, json={"meter": "hours"})).json()["meter"] == "hours"
        await trip(call, car, hours=10)
        fixed = await call.free.patch(address, json={"meter": "both"})
        assert (fixed.status_code, fixed.json()["code"]) == (409, "meter_fixed")
        same = await call.free.patch(address, json={"meter": "hours", "color": "red"})
        assert same.status_code == 200

    async def test_a_digit_too_many_of_hours(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, meter="hours"))["id"]
        for hours, on in ((4100, "2026-06-01"), (4120, "2026-06-20"), (4140, "2026-07-10")):
            await trip(call, car, hours=hours, read_on=on)
        doubted = await trip(call, car, hours=41301, read_on="2026-07-01")
        offered = [(each["kind"], each["hours"]) for each in doubted["suggestions"]]
        assert ("digit_added", "4130.1") in offered


class TestTheYear:
    async def test_a_corrected_year_is_judged_anew(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, year=2024))["id"]
        early = await read_odometer(call.free, car, 10, "2019-06-01")
        assert early["doubts"] == ["before_the_car"]
        await call.free.patch(f"/api/vehicles/{car}", json={"year": 2019})
        assert await ledger(call, car) == {10: "ACCEPTED"}
        await call.free.patch(f"/api/vehicles/{car}", json={"year": 2024})
        assert await ledger(call, car) == {10: "QUARANTINED"}
