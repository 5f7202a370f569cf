"""Trips and the statement of a year: domain page §12."""

import csv
import io
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.factories import make_vehicle, read_odometer
from services.vehicles.tests.sharing import as_person, share
from services.vehicles.usecases.running.trips import forget_trips
from services.vehicles.usecases.work import Terms
from shared.contracts.base import Language
from shared.contracts.features import Plan
from shared.testing.client import Callers, caller_on


async def drive(client: Any, car: str, **said: Any) -> dict[str, Any]:
    body = {"vehicle": car, "day": "2025-03-01", "purpose": "Client à Lyon", "business": True}
    answer = await client.post("/api/trips", json=body | said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def stated(client: Any, car: str, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"/api/trips/statement?vehicle={car}&year=2025{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestTrips:
    async def test_by_readings_or_by_length(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        read = await drive(call.free, car, start_mileage=12_000, end_mileage=12_140)
        assert (read["distance"], read["distance_unit"]) == ("140.0", "km")
        assert (await call.free.get(f"/api/trips/{read['id']}")).json() == read
        long = await drive(call.free, car, distance=12.4)
        assert (long["distance"], long["start_mileage"]) == ("12.4", None)

    async def test_in_the_cars_own_unit(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, distance_unit="mi"))["id"]
        made = await drive(call.free, car, start_mileage=100, end_mileage=150)
        assert (made["distance"], made["end_mileage"]) == ("50.0", 150)

    async def test_one_way_of_saying_it_takes_the_place_of_the_other(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        made = await drive(call.free, car, start_mileage=12_000, end_mileage=12_140)
        path = f"/api/trips/{made['id']}"
        long = (await call.free.patch(path, json={"distance": 99})).json()
        assert (long["distance"], long["end_mileage"]) == ("99.0", None)
        noted = (await call.free.patch(path, json={"note": "x"})).json()
        assert noted["distance"] == "99.0"
        both = {"start_mileage": 5, "end_mileage": 9}
        assert (await call.free.patch(path, json=both)).json()["distance"] == "4.0"

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({}, "trip_without_distance"),
            ({"start_mileage": 5}, "trip_without_distance"),
            ({"distance": 5, "end_mileage": 5}, "trip_without_distance"),
            ({"start_mileage": 6, "end_mileage": 5}, "trip_backwards"),
            ({"distance": 5, "day": "2199-01-01"}, "trip_in_future"),
            ({"distance": -1}, "invalid_input"),
            ({"distance": 10**12}, "invalid_input"),
            ({"distance": 5, "purpose": ""}, "invalid_input"),
            ({"distance": 5, "business": "yes"}, "invalid_input"),
            ({"distance": 5, "day": "2025-02-30"}, "invalid_input"),
        ],
    )
    async def test_what_cannot_be_is_refused(
        self, call: Callers, said: dict[str, Any], code: str
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        body = {"vehicle": car, "day": "2025-03-01", "purpose": "x"} | said
        answer = await call.free.post("/api/trips", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    async def test_is_found_everywhere_and_comes_back_from_the_trash(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        made = await drive(call.free, car, distance=12)
        timeline = (await call.free.get(f"/api/vehicles/{car}/timeline")).json()["results"]
        assert "Client à Lyon" in [each["title"] for each in timeline]
        [hit] = (await call.free.get("/api/search?q=client lyon")).json()["results"]
        assert hit["id"] == made["id"]
        changes = (await call.free.get("/api/sync")).json()["changes"]
        assert made in [each["item"] for each in changes]
        path = f"/api/trips/{made['id']}"
        assert (await call.free.delete(path)).status_code == 204
        assert (await call.free.get(path)).status_code == 404
        assert (await call.free.patch(path, json={"note": "x"})).status_code == 404
        assert (await call.free.get("/api/trips?trashed=true")).json()["count"] == 1
        assert (await call.free.post(f"{path}/restore")).status_code == 200
        assert (await call.free.get(f"/api/trips?vehicle={car}&business=true")).json()["count"] == 1

    async def test_a_driver_sees_and_sums_their_own(self, call: Callers, open_work: Any) -> None:
        car = (await make_vehicle(call.standard, country="DE"))["id"]
        await share(open_work, car, "driver", Role.DRIVER)
        await share(open_work, car, "viewer", Role.VIEWER)
        driver, viewer = as_person(call, "driver"), as_person(call, "viewer")
        theirs = await drive(call.standard, car, distance=100)
        await drive(driver, car, distance=10)
        assert (await driver.get(f"/api/trips/{theirs['id']}")).status_code == 403
        assert (await stated(driver, car))["business"] == "10.0"
        assert (await stated(viewer, car))["business"] == "110.0"
        assert (await stated(call.standard, car))["total"]["amount"] == "33.00"

    async def test_goes_with_nobody_elses_car(self, call: Callers) -> None:
        theirs = (await make_vehicle(call.other))["id"]
        body = {"vehicle": theirs, "day": "2025-03-01", "purpose": "x", "distance": 1}
        assert (await call.free.post("/api/trips", json=body)).status_code == 404
        query = f"/api/trips/statement?vehicle={theirs}&year=2025"
        assert (await call.free.get(query)).status_code == 404


class TestStatement:
    async def test_french_scale_with_the_fiscal_power(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, country="FR"))["id"]
        await drive(call.free, car, distance=12_000)
        await drive(call.free, car, distance=40, business=False, purpose="Vacances")
        unsaid = await stated(call.free, car)
        assert (unsaid["total"], unsaid["scales"][0]["needs_fiscal_power"]) == (None, True)
        found = await stated(call.free, car, "&fiscal_power=5")
        assert found["total"] == {"amount": "5679.00", "currency": "EUR"}
        assert (found["business"], found["private"]) == ("12000.0", "40.0")
        await call.free.patch(f"/api/vehicles/{car}", json={"fuel_type": "electric"})
        found = await stated(call.free, car, "&fiscal_power=5")
        assert found["total"]["amount"] == "6814.80"
        spanish = await stated(call.free, car, "&country=ES")
        assert spanish["total"]["amount"] == "3120.00"

    async def test_gaps_are_listed_not_filled(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 10_000, "2025-01-01")
        await read_odometer(call.free, car, 11_000, "2025-02-01")
        await drive(call.free, car, day="2025-01-10", start_mileage=10_100, end_mileage=10_500)
        await drive(call.free, car, day="2025-01-12", distance=100)
        [gap] = (await stated(call.free, car))["gaps"]
        assert gap == {"since": "2025-01-01", "until": "2025-02-01", "distance": "500.0"}

    async def test_as_a_table(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard, country="DE"))["id"]
        await drive(call.standard, car, distance=100, purpose="=HYPERLINK(1)", note="a,b\n2")
        caller = replace(caller_on(Plan.STANDARD, call.user_id("standard")), language=Language.EN)
        answer = await call.with_caller(caller).get(
            f"/api/trips/statement?vehicle={car}&year=2025&format=csv"
        )
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.reader(io.StringIO(answer.text)))
        assert rows[0][:4] == ["Day", "Odometer at start", "Odometer at end", "Distance"]
        assert rows[1][3:7] == ["100.0", "km", "business", "'=HYPERLINK(1)"]
        assert rows[1][9] == "a,b\n2"
        assert rows[2][3] == "100.0"
        assert rows[4][5] == "30.00 EUR"
        assert {len(row) for row in rows} == {10}

    @pytest.mark.parametrize("query", ["year=1", "year=x", "year=2025&fiscal_power=0", ""])
    async def test_what_is_no_question(self, call: Callers, query: str) -> None:
        car = (await make_vehicle(call.free))["id"]
        answer = await call.free.get(f"/api/trips/statement?vehicle={car}&{query}")
        assert answer.status_code == 422


class TestHandover:
    async def test_where_somebody_drove_is_nobody_elses(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        made = await drive(call.standard, car, distance=10)
        async with open_work() as work:
            vehicle = await work.vehicles.held(UUID(car))
            terms = Terms(call.user_id("other"), include_costs=True, include_documents=True)
            await forget_trips(work, vehicle, terms)
        assert (await call.standard.get(f"/api/trips/{made['id']}")).status_code == 404
        changes = (await call.standard.get("/api/sync")).json()["changes"]
        assert [each["change"] for each in changes if each["id"] == made["id"]] == ["deleted"]
