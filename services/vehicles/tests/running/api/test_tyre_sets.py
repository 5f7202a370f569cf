"""Tyres as components: domain page §12."""

from typing import Any

import pytest

from services.vehicles.tests.factories import make_vehicle, read_odometer
from shared.testing.client import Callers

CROSSED = ["rear_left", "rear_right", "front_left", "front_right"]


async def make_set(client: Any, car: str, **said: Any) -> str:
    body = {"vehicle": car, "name": "Hiver", "season": "winter"} | said
    answer = await client.post("/api/tyre-sets", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def step(client: Any, set_: str, what: str, on: str, mileage: int, **said: Any) -> Any:
    body = {"on": on, "mileage": mileage} | said
    answer = await client.post(f"/api/tyre-sets/{set_}/{what}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
async def car(call: Callers) -> str:
    return str((await make_vehicle(call.free))["id"])


class TestOnTheLedger:
    async def test_winter_set_mounted_twice(self, call: Callers, car: str) -> None:
        winter = await make_set(call.free, car)
        await step(call.free, winter, "mount", "2022-11-01", 10_000)
        await step(call.free, winter, "dismount", "2023-04-01", 16_000)
        await step(call.free, winter, "mount", "2024-11-01", 31_000)
        found = await step(call.free, winter, "dismount", "2025-04-01", 36_500)
        assert found["driven"] == {"distance": 11_500, "at_least": False}
        assert found["is_mounted"] is False
        ledger = (await call.free.get(f"/api/vehicles/{car}/odometer")).json()
        assert ledger["count"] == 4
        assert (await call.free.get(f"/api/tyre-sets/{winter}")).json() == found

    async def test_on_the_car_it_goes_on_with_the_car(self, call: Callers, car: str) -> None:
        winter = await make_set(call.free, car)
        await step(call.free, winter, "mount", "2024-11-01", 31_000)
        await read_odometer(call.free, car, 33_000, "2025-01-01")
        found = (await call.free.get(f"/api/tyre-sets/{winter}")).json()
        assert (found["driven"]["distance"], found["is_mounted"]) == (2_000, True)

    async def test_one_set_takes_the_place_of_another(self, call: Callers, car: str) -> None:
        summer, winter = await make_set(call.free, car, name="Été"), await make_set(call.free, car)
        await step(call.free, summer, "mount", "2024-04-01", 20_000)
        await step(call.free, winter, "mount", "2024-11-01", 31_000)
        off = (await call.free.get(f"/api/tyre-sets/{summer}")).json()
        assert off["mountings"][0]["dismounted"] == {
            "on": "2024-11-01",
            "mileage": 31_000,
            "counts": True,
        }
        assert off["driven"]["distance"] == 11_000
        assert (await call.free.get(f"/api/vehicles/{car}/odometer")).json()["count"] == 2

    async def test_rotation_counts_by_corner(self, call: Callers, car: str) -> None:
        set_ = await make_set(call.free, car)
        await step(call.free, set_, "mount", "2024-01-01", 10_000)
        await step(call.free, set_, "rotate", "2024-07-01", 16_000, corners=CROSSED)
        found = await step(call.free, set_, "dismount", "2025-01-01", 21_500)
        first = found["each"][0]["corners"]
        assert {name: each["distance"] for name, each in first.items()} == {
            "front_left": 6_000,
            "rear_left": 5_500,
        }
        assert found["driven"]["distance"] == 11_500

    async def test_a_reading_nobody_believes_is_at_least(self, call: Callers, car: str) -> None:
        set_ = await make_set(call.free, car)
        await read_odometer(call.free, car, 50_000, "2024-01-01")
        await read_odometer(call.free, car, 50_500, "2024-02-01")
        await step(call.free, set_, "mount", "2024-01-15", 900_000)
        found = await step(call.free, set_, "dismount", "2024-02-15", 51_000)
        assert found["driven"] == {"distance": 0, "at_least": True}
        assert found["mountings"][0]["mounted"]["counts"] is False

    async def test_a_step_is_taken_back_with_its_reading(self, call: Callers, car: str) -> None:
        summer, winter = await make_set(call.free, car, name="Été"), await make_set(call.free, car)
        await step(call.free, summer, "mount", "2024-04-01", 20_000)
        await step(call.free, winter, "mount", "2024-11-01", 31_000)
        undo = await call.free.post(f"/api/tyre-sets/{winter}/undo")
        assert undo.json()["mountings"] == []
        back = (await call.free.post(f"/api/tyre-sets/{summer}/undo")).json()
        assert back["is_mounted"] is True
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 20_000


class TestWear:
    async def test_only_from_honest_data(self, call: Callers, car: str) -> None:
        set_ = await make_set(call.free, car)
        await step(call.free, set_, "depths", "2024-01-01", 10_000, depths={"1": 80, "2": 80})
        await step(call.free, set_, "mount", "2024-01-01", 10_000)
        near = await step(call.free, set_, "depths", "2024-03-01", 12_500, depths={"1": 76})
        assert near["each"][0]["left"] is None
        found = await step(call.free, set_, "depths", "2024-09-01", 20_000, depths={"1": 64})
        one, two = found["each"][:2]
        assert one["wear_per_10000_km"] == pytest.approx(16, abs=0.2)
        assert one["left"] == pytest.approx(30_000, rel=0.02)
        assert (two["wear_per_10000_km"], two["left"]) == (None, None)

    async def test_one_measured_by_mistake(self, call: Callers, car: str) -> None:
        set_ = await make_set(call.free, car)
        found = await step(call.free, set_, "depths", "2024-01-01", 10_000, depths={"1": 80})
        path = f"/api/tyre-sets/{set_}/depths"
        gone = await call.free.delete(f"{path}/{found['depths'][0]['id']}")
        assert gone.json()["depths"] == []
        assert (await call.free.delete(f"{path}/{found['depths'][0]['id']}")).status_code == 404
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] is None


class TestRefusals:
    @pytest.mark.parametrize(
        ("what", "said", "status", "code"),
        [
            ("dismount", {}, 409, "set_not_mounted"),
            ("rotate", {"corners": CROSSED}, 409, "set_not_mounted"),
            ("mount", {"corners": ["front_left"]}, 422, "corners_wrong"),
            ("mount", {"corners": ["front_left"] * 4}, 422, "corners_wrong"),
            ("mount", {"corners": ["roof"]}, 422, "invalid_input"),
            ("mount", {"on": "2199-01-01"}, 422, "tyre_day_wrong"),
            ("mount", {"mileage": -1}, 422, "invalid_input"),
            ("mount", {"mileage": 10**18}, 422, "invalid_input"),
            ("depths", {"depths": {"5": 80}}, 422, "corners_wrong"),
            ("depths", {"depths": {}}, 422, "corners_wrong"),
            ("depths", {"depths": {"x": 80}}, 422, "invalid_input"),
            ("depths", {"depths": {"1": 999}}, 422, "invalid_input"),
        ],
    )
    async def test_of_a_step(
        self, call: Callers, car: str, what: str, said: dict[str, Any], status: int, code: str
    ) -> None:
        set_ = await make_set(call.free, car)
        body = {"on": "2024-01-01", "mileage": 5} | said
        answer = await call.free.post(f"/api/tyre-sets/{set_}/{what}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text

    async def test_one_after_the_other(self, call: Callers, car: str) -> None:
        set_ = await make_set(call.free, car)
        await step(call.free, set_, "mount", "2024-01-01", 10_000)
        path = f"/api/tyre-sets/{set_}"
        again = await call.free.post(f"{path}/mount", json={"on": "2024-02-01", "mileage": 11_000})
        assert again.json()["code"] == "set_mounted"
        early = await call.free.post(f"{path}/dismount", json={"on": "2023-12-31", "mileage": 1})
        assert early.json()["code"] == "tyre_day_wrong"
        other = await call.free.patch(path, json={"tyres": 2})
        assert other.json()["code"] == "corners_wrong"

    @pytest.mark.parametrize(
        "said", [{"name": ""}, {"tyres": 0}, {"tyres": 9}, {"season": "dry"}, {"dot": "x"}]
    )
    async def test_of_a_set(self, call: Callers, car: str, said: dict[str, Any]) -> None:
        body = {"vehicle": car, "name": "x"} | said
        assert (await call.free.post("/api/tyre-sets", json=body)).status_code == 422


async def test_is_found_everywhere_and_comes_back_from_the_trash(call: Callers, car: str) -> None:
    set_ = await make_set(call.free, car, brand="Michelin")
    found = await step(call.free, set_, "mount", "2024-01-01", 10_000)
    timeline = (await call.free.get(f"/api/vehicles/{car}/timeline")).json()["results"]
    assert [each["title"] for each in timeline] == ["Hiver"]
    [hit] = (await call.free.get("/api/search?q=michelin")).json()["results"]
    assert hit["id"] == set_
    changes = (await call.free.get("/api/sync")).json()["changes"]
    assert found in [each["item"] for each in changes]
    path = f"/api/tyre-sets/{set_}"
    assert (await call.free.delete(path)).status_code == 204
    assert (await call.free.get(path)).status_code == 404
    assert (await call.free.get("/api/tyre-sets?trashed=true")).json()["count"] == 1
    assert (await call.free.post(f"{path}/restore")).status_code == 200
    assert (await call.free.get(f"/api/tyre-sets?vehicle={car}")).json()["count"] == 1


async def test_ten_sets_cost_no_more_statements_than_one(
    call: Callers, car: str, statements: list[str]
) -> None:
    async def count() -> int:
        statements.clear()
        assert (await call.free.get("/api/tyre-sets")).status_code == 200
        return len(statements)

    first = await make_set(call.free, car)
    await step(call.free, first, "mount", "2024-01-01", 10_000)
    one = await count()
    for number in range(5):
        await make_set(call.free, car, name=str(number))
    assert await count() == one
