from typing import Any

import pytest

from services.vehicles.tests.factories import make_vehicle
from shared.contracts.vehicles import VehicleChanged
from shared.testing.client import Callers


class TestMoves:
    async def test_laid_up_and_back(self, call: Callers, emitted: Any) -> None:
        car = await make_vehicle(call.free)
        path = f"/api/vehicles/{car['id']}"
        laid_up = await call.free.post(f"{path}/lay-up", json={"note": "hiver"})
        assert laid_up.status_code == 200, laid_up.text
        assert laid_up.json()["lifecycle"] == "laid_up"
        back = await call.free.post(f"{path}/reactivate")
        assert back.json()["lifecycle"] == "active"
        story = (await call.free.get(f"{path}/lifecycle")).json()["results"]
        assert sorted(phase["lifecycle"] for phase in story) == ["active", "laid_up"]
        states = [event.lifecycle for event in await emitted(VehicleChanged)]
        assert states == ["active", "laid_up", "active"]

    @pytest.mark.parametrize("way", ["sell", "scrap"])
    async def test_what_is_gone_takes_no_place_in_the_plan(self, call: Callers, way: str) -> None:
        cars = [await make_vehicle(call.free, model=str(n)) for n in range(3)]
        gone = await call.free.post(f"/api/vehicles/{cars[0]['id']}/{way}")
        assert gone.status_code == 200, gone.text
        await make_vehicle(call.free, model="next")
        back = await call.free.post(f"/api/vehicles/{cars[0]['id']}/reactivate")
        assert (back.status_code, back.json()["code"]) == (403, "quota_exceeded")
        assert (await call.free.get(f"/api/vehicles/{cars[0]['id']}")).status_code == 200
        listed = (await call.free.get("/api/vehicles?lifecycle=active")).json()
        assert listed["count"] == 3

    @pytest.mark.parametrize(
        ("way", "body", "pointer"),
        [
            ("reactivate", {}, None),
            ("lay-up", {"on": "2199-01-01"}, "/on"),
        ],
    )
    async def test_moves_that_are_refused(
        self, call: Callers, way: str, body: dict[str, str], pointer: str | None
    ) -> None:
        car = await make_vehicle(call.free)
        refused = await call.free.post(f"/api/vehicles/{car['id']}/{way}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
        found = refused.json().get("errors") or [{}]
        assert found[0].get("pointer") == pointer

    async def test_not_before_the_last_move(self, call: Callers) -> None:
        car = await make_vehicle(call.free)
        path = f"/api/vehicles/{car['id']}"
        assert (await call.free.post(f"{path}/lay-up", json={"on": "2025-11-01"})).is_success
        early = await call.free.post(f"{path}/reactivate", json={"on": "2025-10-31"})
        assert early.status_code == 409
        assert (await call.free.post(f"{path}/reactivate", json={"on": "2025-11-01"})).is_success

    async def test_a_strangers_car_is_not_there(self, call: Callers) -> None:
        car = await make_vehicle(call.free)
        for way in ("lay-up", "reactivate", "sell", "scrap", "restore"):
            answer = await call.other.post(f"/api/vehicles/{car['id']}/{way}")
            assert answer.status_code == 404, way
