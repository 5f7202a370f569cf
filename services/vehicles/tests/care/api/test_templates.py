from datetime import UTC, datetime

from services.vehicles.tests.factories import make_plan, make_vehicle
from shared.clock import FixedClock
from shared.contracts.base import Language
from shared.testing.client import Callers


class TestTemplates:
    async def test_oil_is_there_in_three_languages(self, call: Callers) -> None:
        oil = (await call.free.get("/api/plan-templates/oil_change")).json()
        assert (oil["every_km"], oil["every_months"]) == (15000, 12)
        assert set(oil["names"]) == {"fr", "en", "es"}
        spanish = call.as_user(call.user_id("free"), language=Language.ES)
        assert (await spanish.get("/api/plan-templates/oil_change")).json()["name"] == (
            "Cambio de aceite y filtro"
        )

    async def test_only_what_suits_the_car(self, call: Callers) -> None:
        car = await make_vehicle(call.free, fuel_type="electric")
        every = (await call.free.get("/api/plan-templates")).json()
        suiting = (await call.free.get(f"/api/plan-templates?vehicle={car['id']}")).json()
        assert "oil_change" in {t["id"] for t in every}
        assert "oil_change" not in {t["id"] for t in suiting}
        assert "brake_fluid" in {t["id"] for t in suiting}


class TestApplyTemplate:
    async def test_it_counts_from_the_last_time(self, call: Callers) -> None:
        car = await make_vehicle(call.free, mileage=48_000)
        plan = await make_plan(
            call.free, car["id"], last_done_on="2026-03-01", last_done_mileage=40_000
        )
        assert (plan["due_on"], plan["due_mileage"]) == ("2027-03-01", 55_000)
        assert plan["start_is_assumed"] is False
        assert plan["title"] == "Vidange moteur et filtre à huile"

    async def test_without_a_last_time_it_begins_today(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(datetime(2026, 6, 1, tzinfo=UTC))
        car = await make_vehicle(call.free, mileage=48_000)
        plan = await make_plan(call.free, car["id"])
        assert (plan["due_on"], plan["due_mileage"]) == ("2027-06-01", 63_000)
        assert plan["start_is_assumed"] is True

    async def test_twice_is_refused(self, call: Callers) -> None:
        car = await make_vehicle(call.free)
        plan = await make_plan(call.free, car["id"])
        again = await call.free.post(
            f"/api/vehicles/{car['id']}/apply-template", json={"template": "oil_change"}
        )
        assert (again.status_code, again.json()["code"]) == (409, "plan_exists")
        assert again.json()["plan_id"] == plan["id"]

    async def test_no_oil_for_an_electric_car(self, call: Callers) -> None:
        car = await make_vehicle(call.free, fuel_type="electric")
        answer = await call.free.post(
            f"/api/vehicles/{car['id']}/apply-template", json={"template": "oil_change"}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "template_does_not_fit")

    async def test_an_unknown_template_is_not_found(self, call: Callers) -> None:
        car = await make_vehicle(call.free)
        answer = await call.free.post(
            f"/api/vehicles/{car['id']}/apply-template", json={"template": "flux_capacitor"}
        )
        assert answer.status_code == 404
