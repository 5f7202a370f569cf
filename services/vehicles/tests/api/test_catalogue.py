from shared.ids import new_id
from shared.testing.client import Callers


class TestCatalogue:
    async def test_it_is_seeded_and_searched(self, call: Callers) -> None:
        brands = (await call.free.get("/api/brands?page_size=100")).json()
        assert brands["count"] >= 54
        renault = (await call.free.get("/api/brands?search=renault")).json()["results"][0]
        models = (await call.free.get(f"/api/brands/{renault['id']}/models?search=clio")).json()
        assert "Clio" in {model["name"] for model in models["results"]}
        same = await call.free.get(f"/api/models?brand={renault['id']}&search=clio")
        assert same.json()["count"] == models["count"]

    async def test_only_an_administrator_writes(self, call: Callers) -> None:
        renault = (await call.free.get("/api/brands?search=renault")).json()["results"][0]["id"]
        for answer in (
            await call.premium.post("/api/brands", json={"name": "Facel Vega"}),
            await call.premium.put(f"/api/brands/{renault}", json={"name": "Moi"}),
            await call.premium.delete(f"/api/brands/{renault}"),
            await call.premium.post("/api/models", json={"brand": renault, "name": "Moi"}),
        ):
            assert answer.status_code == 403
        assert (await call.free.get(f"/api/brands/{renault}")).json()["name"] == "Renault"

    async def test_a_brand_and_its_models_come_and_go(self, call: Callers) -> None:
        made = await call.admin.post("/api/brands", json={"name": "Facel Vega"})
        assert made.status_code == 201, made.text
        brand = made.json()["id"]
        taken = await call.admin.post("/api/brands", json={"name": "Facel Vega"})
        assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
        model = await call.admin.post("/api/models", json={"brand": brand, "name": "HK500"})
        assert model.status_code == 201
        address = f"/api/models/{model.json()['id']}"
        assert (await call.admin.put(address, json={"name": "HK 500"})).json()["name"] == "HK 500"
        assert (await call.free.get(address)).json()["brand"] == brand
        assert (await call.admin.delete(f"/api/brands/{brand}")).status_code == 204
        assert (await call.free.get(address)).status_code == 404

    async def test_a_model_needs_its_brand(self, call: Callers) -> None:
        answer = await call.admin.post("/api/models", json={"brand": str(new_id()), "name": "X"})
        assert answer.status_code == 404
