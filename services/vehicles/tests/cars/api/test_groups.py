from services.vehicles.tests.factories import make_vehicle
from shared.testing.client import Callers


class TestTagsAndGroups:
    async def test_cars_are_found_by_them(self, call: Callers) -> None:
        group = (await call.standard.post("/api/vehicle-groups", json={"name": "Lyon"})).json()
        van = await make_vehicle(
            call.standard, tags=["Utilitaire", "utilitaire", "bleu"], group=group["id"]
        )
        await make_vehicle(call.standard)
        assert van["tags"] == ["Utilitaire", "bleu"]
        for query in ("tag=bleu", f"group={group['id']}"):
            found = (await call.standard.get(f"/api/vehicles?{query}")).json()
            assert [car["id"] for car in found["results"]] == [van["id"]], query

    async def test_a_group_that_goes_leaves_its_cars(self, call: Callers) -> None:
        group = (await call.free.post("/api/vehicle-groups", json={"name": "Lyon"})).json()
        twice = await call.free.post("/api/vehicle-groups", json={"name": "Lyon"})
        assert (twice.status_code, twice.json()["code"]) == (409, "name_taken")
        car = await make_vehicle(call.free, group=group["id"])
        assert (await call.free.delete(f"/api/vehicle-groups/{group['id']}")).status_code == 204
        assert (await call.free.get(f"/api/vehicles/{car['id']}")).json()["group"] is None

    async def test_nobody_puts_a_car_into_anothers_group(self, call: Callers) -> None:
        group = (await call.other.post("/api/vehicle-groups", json={"name": "Lyon"})).json()
        car = await make_vehicle(call.free)
        answer = await call.free.patch(f"/api/vehicles/{car['id']}", json={"group": group["id"]})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (404, "/group")
        for method in ("get", "delete"):
            found = await getattr(call.free, method)(f"/api/vehicle-groups/{group['id']}")
            assert found.status_code == 404
