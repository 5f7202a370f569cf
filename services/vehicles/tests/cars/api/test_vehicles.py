import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.tests.factories import (
    VIN,
    make_plan,
    make_record,
    make_vehicle,
    read_odometer,
)
from shared.clock import FixedClock
from shared.contracts.features import Plan
from shared.contracts.vehicles import OdometerRead, VehicleChanged
from shared.testing.client import Callers


class TestCreateVehicle:
    async def test_a_car_is_kept_as_described_and_announced(
        self, call: Callers, emitted: Any
    ) -> None:
        car = await make_vehicle(
            call.free,
            license_plate="ab-123-cd",
            vin=VIN,
            mileage=58000,
            fuel_type="DIESEL",
            purchase_price={"amount": "12500.00", "currency": "EUR"},
            custom_fields={"pneus": "hiver"},
        )
        assert car["license_plate"] == "AB-123-CD"
        assert car["fuel_type"] == "diesel"
        assert car["mileage"] == 58000
        assert car["purchase_price"] == {"amount": "12500.00", "currency": "EUR"}
        [changed] = await emitted(VehicleChanged)
        assert (changed.version, changed.odometer_m, changed.vin_prefix) == (1, 58_000_000, "VF3H")
        [read] = await emitted(OdometerRead)
        assert read.reading_m == 58_000_000

    async def test_quota_counts_under_concurrency(self, call: Callers) -> None:
        """Acceptance check 37: five times as many as the plan allows, at once; and what is deleted gives its place back."""
        answers = await asyncio.gather(
            *(
                call.free.post("/api/vehicles", json={"make": "Renault", "model": f"Clio {n}"})
                for n in range(15)
            )
        )
        assert sorted(a.status_code for a in answers) == [201] * 3 + [403] * 12
        refused = next(a for a in answers if a.status_code == 403).json()
        assert refused["code"] == "quota_exceeded"
        assert (refused["resource"], refused["limit"], refused["used"]) == ("vehicles", 3, 3)
        assert refused["required_plan"] == "STANDARD"
        made = next(a for a in answers if a.status_code == 201).headers["location"]
        assert (await call.free.delete(made)).status_code == 204
        again = await call.free.post("/api/vehicles", json={"make": "Renault", "model": "Zoé"})
        assert again.status_code == 201

    async def test_premium_has_no_limit(self, call: Callers) -> None:
        client = call.as_user(call.user_id("collector"), Plan.PREMIUM)
        for number in range(12):
            await make_vehicle(client, model=f"308 {number}")

    async def test_a_vin_is_unique_per_owner_only(self, call: Callers) -> None:
        await make_vehicle(call.standard, vin=VIN)
        again = await call.standard.post(
            "/api/vehicles", json={"make": "Peugeot", "model": "308", "vin": VIN.lower()}
        )
        assert (again.status_code, again.json()["code"]) == (409, "vin_taken")
        await make_vehicle(call.other, vin=VIN)

    async def test_the_same_vin_at_the_same_moment_is_taken_once(self, call: Callers) -> None:
        body = {"make": "Peugeot", "model": "308", "vin": VIN}
        answers = await asyncio.gather(
            *(call.premium.post("/api/vehicles", json=body) for _ in range(5))
        )
        assert sorted(a.status_code for a in answers) == [201, 409, 409, 409, 409]

    async def test_an_empty_vin_is_no_vin(self, call: Callers) -> None:
        for _ in range(2):
            car = await make_vehicle(call.free, vin=" ", license_plate="")
            assert (car["vin"], car["license_plate"]) == (None, None)

    async def test_a_check_digit_warns_and_never_refuses(self, call: Callers) -> None:
        car = await make_vehicle(call.free, vin=VIN)
        assert "vin_check_digit" in car["warnings"]

    async def test_a_vin_of_the_wrong_length_is_refused(self, call: Callers) -> None:
        answer = await call.free.post(
            "/api/vehicles", json={"make": "Peugeot", "model": "308", "year": 2019, "vin": "VF3"}
        )
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/vin"


class TestEditVehicle:
    async def test_what_is_left_out_stays(self, call: Callers, emitted: Any) -> None:
        car = await make_vehicle(call.free, color="gris", mileage=1000)
        changed = await call.free.patch(f"/api/vehicles/{car['id']}", json={"mileage": 1500})
        assert changed.status_code == 200, changed.text
        assert (changed.json()["color"], changed.json()["mileage"]) == ("gris", 1500)
        assert [event.version for event in await emitted(VehicleChanged)] == [1, 2]

    async def test_put_says_everything(self, call: Callers) -> None:
        car = await make_vehicle(call.free, color="gris", vin=VIN)
        replaced = await call.free.put(
            f"/api/vehicles/{car['id']}", json={"make": "Peugeot", "model": "3008"}
        )
        assert replaced.status_code == 200, replaced.text
        body = replaced.json()
        assert (body["color"], body["vin"], body["year"]) == (None, None, None)

    async def test_an_impossible_mileage_is_quarantined(self, call: Callers) -> None:
        car = await make_vehicle(call.free, mileage=60_000)
        changed = await call.free.patch(f"/api/vehicles/{car['id']}", json={"mileage": 600_000})
        assert changed.json()["mileage"] == 60_000
        assert "mileage_quarantined" in changed.json()["warnings"]

    async def test_miles_stay_miles(self, call: Callers) -> None:
        car = await make_vehicle(call.free, mileage=84_251, distance_unit="MI")
        assert (car["mileage"], car["distance_unit"]) == (84_251, "mi")

    async def test_ones_own_vin_may_be_sent_again(self, call: Callers) -> None:
        car = await make_vehicle(call.free, vin=VIN)
        answer = await call.free.patch(f"/api/vehicles/{car['id']}", json={"vin": VIN})
        assert answer.status_code == 200


class TestSentBackUnchanged:
    async def test_what_a_get_answers_changes_nothing_also_in_miles(
        self, call: Callers, emitted: Any
    ) -> None:
        car = await make_vehicle(call.free, vin=VIN, license_plate="AB-123-CD", tags=["bleu"])
        path = f"/api/vehicles/{car['id']}"
        await read_odometer(call.free, car["id"], 40_000, "2026-06-01")
        await read_odometer(call.free, car["id"], 45_211, "2026-09-01")
        await make_plan(call.free, car["id"])
        assert (await call.free.patch(path, json={"distance_unit": "mi"})).json()[
            "mileage"
        ] == 28_093
        plans = (await call.free.get("/api/maintenance-plans")).json()
        told = len(await emitted(VehicleChanged))
        form = (await call.free.get(path)).json()
        for body in (form, {name: form[name] for name in form if name != "mileage_on"}):
            answer = await call.free.put(path, json=body)
            assert answer.status_code == 200, answer.text
            assert answer.json() == form
        readings = (await call.free.get(f"{path}/odometer")).json()["results"]
        assert [reading["read_on"] for reading in readings] == ["2026-09-01", "2026-06-01"]
        assert (await call.free.get("/api/maintenance-plans")).json() == plans
        assert len(await emitted(VehicleChanged)) == told

    async def test_what_no_answer_has_is_refused_all_the_same(self, call: Callers) -> None:
        car = await make_vehicle(call.free)
        answer = await call.free.patch(f"/api/vehicles/{car['id']}", json={"owner_id": car["id"]})
        assert answer.status_code == 422


class TestChassisNumbers:
    async def test_frames_and_tractors_are_taken_with_a_warning(self, call: Callers) -> None:
        for number in ("JZX100-0123456", "1E5A0412345"):
            car = await make_vehicle(call.free, year=1997, vin=number)
            assert (car["vin"], car["warnings"]) == (number, ["vin_short_chassis_number"])


class TestDeleteVehicle:
    async def test_it_goes_with_everything_and_is_announced(
        self, call: Callers, emitted: Any
    ) -> None:
        car = await make_vehicle(call.free, mileage=1000)
        await make_plan(call.free, car["id"])
        await make_record(call.free, car["id"])
        assert (await call.free.delete(f"/api/vehicles/{car['id']}")).status_code == 204
        assert (await call.free.get(f"/api/vehicles/{car['id']}")).status_code == 404
        for list_of in ("maintenances", "maintenance-plans", "vehicles"):
            assert (await call.free.get(f"/api/{list_of}")).json()["count"] == 0
        assert (await emitted(VehicleChanged))[-1].deleted is True


class TestListVehicles:
    async def test_only_ones_own_searched_and_ordered(self, call: Callers) -> None:
        await make_vehicle(call.standard, make="Renault", year=2012, license_plate="AA-111-AA")
        await make_vehicle(call.standard, make="Audi", year=2020)
        await make_vehicle(call.other, make="Audi")
        found = (await call.standard.get("/api/vehicles?ordering=make")).json()
        assert [car["make"] for car in found["results"]] == ["Audi", "Renault"]
        searched = (await call.standard.get("/api/vehicles?search=aa111")).json()
        assert [car["make"] for car in searched["results"]] == ["Renault"]
        assert (await call.standard.get("/api/vehicles?ordering=owner_id")).status_code == 400

    async def test_pages(self, call: Callers) -> None:
        for number in range(3):
            await make_vehicle(call.standard, model=str(number))
        page = (await call.standard.get("/api/vehicles?page_size=2")).json()
        assert (page["count"], len(page["results"])) == (3, 2)
        last = (await call.standard.get(page["next"])).json()
        assert (len(last["results"]), last["next"]) == (1, None)


class TestMeterAndZone:
    async def test_a_tractor_counts_hours(self, call: Callers) -> None:
        tractor = await make_vehicle(call.free, make="Kubota", model="M7", meter="hours")
        path = f"/api/vehicles/{tractor['id']}"
        await call.free.post(f"{path}/odometer", json={"hours": 1250.5, "read_on": "2026-06-01"})
        shown = (await call.free.get(path)).json()
        assert (shown["meter"], shown["hours"], shown["mileage"]) == ("hours", "1250.5", None)
        fixed = await call.free.patch(path, json={"meter": "distance"})
        assert (fixed.status_code, fixed.json()["code"]) == (409, "meter_fixed")
        assert (await call.free.put(path, json=shown)).json() == shown

    async def test_a_cars_day_is_that_of_the_place_it_is_kept(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(
            datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
        )  # the 30th in Paris, still the 29th in Tahiti
        away = await make_vehicle(call.free, timezone="Pacific/Tahiti")
        here = await make_vehicle(call.free)
        work = {"service_date": "2026-11-30", "service_type": "oil_change"}
        for car, status in ((away, 422), (here, 201)):
            done = await call.free.post("/api/maintenances", json=work | {"vehicle": car["id"]})
            assert done.status_code == status, done.text
        wrong = await call.free.patch(f"/api/vehicles/{here['id']}", json={"timezone": "Mars"})
        assert wrong.status_code == 422


class TestEnergies:
    async def test_two_tanks_are_kept_as_said(self, call: Callers) -> None:
        tanks = [
            {"energies": ["petrol", "e85"], "capacity": "45", "unit": "l"},
            {
                "energies": ["electric"],
                "capacity": "12.4",
                "unit": "kWh",
                "usual_min": "14",
                "usual_max": "24",
            },
        ]
        car = await make_vehicle(call.free, energies=["petrol", "e85", "electric"], tanks=tanks)
        assert car["energies"] == ["petrol", "e85", "electric"]
        assert [(tank["capacity"], tank["usual_max"]) for tank in car["tanks"]] == [
            ("45.000", None),
            ("12.400", "24.000"),
        ]
        again = await call.free.put(f"/api/vehicles/{car['id']}", json=car)
        assert again.json() == car

    async def test_what_nobody_has_said_follows_from_the_fuel_type(self, call: Callers) -> None:
        car = await make_vehicle(call.free, fuel_type="plugin_hybrid")
        assert car["energies"] == ["petrol", "electric"]
        path = f"/api/vehicles/{car['id']}"
        await call.free.put(path, json=car)  # as it came: nothing was said
        other = await call.free.patch(path, json={"fuel_type": "diesel"})
        assert other.json()["energies"] == ["diesel"]

    @pytest.mark.parametrize(
        "tank",
        [
            {"energies": ["electric"], "capacity": "50", "unit": "l"},
            {"energies": ["petrol", "electric"], "capacity": "50", "unit": "l"},
            {"energies": [], "capacity": "50", "unit": "l"},
            {"energies": ["petrol"], "capacity": "0", "unit": "l"},
            {"energies": ["petrol"], "capacity": "50", "unit": "l", "usual_min": "5"},
            {
                "energies": ["petrol"],
                "capacity": "50",
                "unit": "l",
                "usual_min": "9",
                "usual_max": "5",
            },
        ],
    )
    async def test_tanks_that_cannot_be(self, call: Callers, tank: dict[str, Any]) -> None:
        body = {"make": "Peugeot", "model": "308", "tanks": [tank]}
        assert (await call.free.post("/api/vehicles", json=body)).status_code == 422
