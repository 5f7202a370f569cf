"""Domain page §9 and §13: a fault code proposes the task, its record closes the case."""

from typing import Any

from services.vehicles.tests.care.factories import make_case
from services.vehicles.tests.factories import make_vehicle
from shared.ids import new_id
from shared.testing.client import Callers


class TestSchedule:
    async def test_from_a_fault_code_to_its_closing_record(self, call: Callers, clock: Any) -> None:
        car = (await make_vehicle(call.free, fuel_type="gasoline"))["id"]
        case = await make_case(call.free, car, title="Ratés", dtc_codes=["P0302"])
        assert case["proposals"] == [{"service_type": "spark_plugs", "name": "Bougies d'allumage"}]
        path = f"/api/diagnostics/{case['id']}"
        answer = await call.free.post(f"{path}/schedule", json={"garage": "Chez Léa"})
        assert answer.status_code == 201, answer.text
        record = answer.json()
        assert answer.headers["location"] == f"/api/maintenances/{record['id']}"
        assert (record["service_type"], record["status"]) == ("spark_plugs", "SCHEDULED")
        assert (record["title"], record["description"]) == ("Ratés", "P0302")
        assert (record["case"], record["garage"]) == (case["id"], "Chez Léa")
        waiting = (await call.free.get(path)).json()
        assert (waiting["status"], waiting["record"]) == ("waiting", record["id"])
        await call.free.patch(f"/api/maintenances/{record['id']}", json={"status": "COMPLETED"})
        done = (await call.free.get(path)).json()
        assert (done["status"], done["outcome"], done["proposals"]) == ("resolved", "repaired", [])

    async def test_a_code_of_which_nothing_is_known_is_a_repair(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        for said in ({"dtc_codes": ["P1351"]}, {}):
            case = (await make_case(call.free, car, **said))["id"]
            record = (await call.free.post(f"/api/diagnostics/{case}/schedule", json={})).json()
            assert record["service_type"] == "repair"

    async def test_sent_again_is_one_record_and_a_resolved_case_needs_none(
        self, call: Callers
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        path = f"/api/diagnostics/{(await make_case(call.free, car))['id']}"
        body = {"id": str(new_id()), "service_type": "brakes_inspection"}
        for _ in range(2):
            answer = await call.free.post(f"{path}/schedule", json=body)
            assert (answer.status_code, answer.json()["id"]) == (201, body["id"])
        assert (await call.free.get("/api/maintenances")).json()["count"] == 1
        await call.free.post(f"{path}/resolve", json={"how": "no_fault"})
        for verb in ("schedule", "plan"):
            answer = await call.free.post(f"{path}/{verb}", json={})
            assert (answer.status_code, answer.json()["code"]) == (409, "case_is_resolved")

    async def test_yesterday_is_refused_and_nothing_is_written(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        path = f"/api/diagnostics/{(await make_case(call.free, car))['id']}"
        answer = await call.free.post(f"{path}/schedule", json={"service_date": "2020-01-01"})
        assert (answer.status_code, answer.json()["code"]) == (422, "scheduled_in_past")
        assert (await call.free.get(path)).json()["status"] == "open"


class TestPlan:
    async def test_the_ready_plan_of_that_work(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, fuel_type="gasoline"))["id"]
        path = f"/api/diagnostics/{(await make_case(call.free, car, dtc_codes=['P0302']))['id']}"
        answer = await call.free.post(f"{path}/plan", json={})
        assert answer.status_code == 201, answer.text
        assert answer.json()["service_type"] == "spark_plugs"
        again = await call.free.post(f"{path}/plan", json={})
        assert (again.status_code, again.json()["code"]) == (409, "plan_exists")
        told = (await call.free.get(path)).json()["replies"]
        assert [each["text"] for each in told] == ["Plan d'entretien créé : Bougies d'allumage"]

    async def test_a_repair_has_no_interval(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        path = f"/api/diagnostics/{(await make_case(call.free, car, dtc_codes=['P1351']))['id']}"
        answer = await call.free.post(f"{path}/plan", json={})
        assert (answer.status_code, answer.json()["code"]) == (422, "nothing_proposed")
