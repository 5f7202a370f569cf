import asyncio
from collections import Counter
from typing import Any

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


ROUNDS = 8
"""In the first the connections are still being opened, and nobody meets anybody."""


class TestAtOnce:
    """Two have the same thought in the same moment: the database says who was first."""

    async def test_one_of_many_makes_a_brand_and_the_others_are_told(self, call: Callers) -> None:
        for _ in range(ROUNDS):
            name = str(new_id())
            asked = [call.admin.post("/api/brands", json={"name": name}) for _ in range(6)]
            assert told(await asyncio.gather(*asked)) == {"201": 1, "409 name_taken": 5}

    async def test_one_of_many_makes_a_model(self, call: Callers) -> None:
        brand = await a_brand(call)
        for _ in range(ROUNDS):
            body = {"brand": brand, "name": str(new_id())}
            asked = [call.admin.post("/api/models", json=body) for _ in range(6)]
            assert told(await asyncio.gather(*asked)) == {"201": 1, "409 name_taken": 5}

    async def test_one_of_many_takes_a_name(self, call: Callers) -> None:
        made = [await a_brand(call) for _ in range(6)]
        for _ in range(ROUNDS):
            name = str(new_id())
            asked = [call.admin.put(f"/api/brands/{one}", json={"name": name}) for one in made]
            assert told(await asyncio.gather(*asked)) == {"200": 1, "409 name_taken": 5}

    async def test_one_of_many_models_takes_a_name(self, call: Callers) -> None:
        brand = await a_brand(call)
        made = [
            (
                await call.admin.post("/api/models", json={"brand": brand, "name": str(new_id())})
            ).json()
            for _ in range(6)
        ]
        for _ in range(ROUNDS):
            body = {"name": str(new_id())}
            asked = [call.admin.put(f"/api/models/{one['id']}", json=body) for one in made]
            assert told(await asyncio.gather(*asked)) == {"200": 1, "409 name_taken": 5}

    async def test_a_brand_goes_while_it_is_given_models(self, call: Callers) -> None:
        for _ in range(5):
            brand = await a_brand(call)
            asked: list[Any] = [
                call.admin.post("/api/models", json={"brand": brand, "name": f"M{number}"})
                for number in range(4)
            ]
            asked.insert(2, call.admin.delete(f"/api/brands/{brand}"))
            seen = told(await asyncio.gather(*asked))
            assert not [key for key in seen if key.startswith("5")], seen


async def a_brand(call: Callers) -> str:
    made: dict[str, str] = (
        await call.admin.post("/api/brands", json={"name": str(new_id())})
    ).json()
    return made["id"]


def told(answers: list[Any]) -> dict[str, int]:
    return Counter(
        f"{one.status_code} {one.json()['code']}"
        if one.status_code >= 400
        else f"{one.status_code}"
        for one in answers
    )
