from typing import Any

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.factories import make_vehicle
from shared.ids import new_id
from shared.testing.client import Callers

ALL = ["document", "inspection", "insurance", "maintenance", "other", "safety", "tax"]


def address(car: str) -> str:
    return f"/api/vehicles/{car}/reminder-preferences"


class TestDefaults:
    @pytest.mark.parametrize(
        ("role", "kinds", "readings"),
        [(Role.MANAGER, ALL, True), (Role.EDITOR, [], False), (Role.VIEWER, [], False)],
    )
    async def test_owner_and_managers_hear_everything(
        self, call: Callers, share: Any, role: Role, kinds: list[str], readings: bool
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        await share(car, call.user_id("other"), role)
        mine = (await call.free.get(address(car))).json()
        assert (mine["role"], mine["kinds"], mine["calendar"]) == ("owner", ALL, True)
        theirs = (await call.other.get(address(car))).json()
        assert (theirs["role"], theirs["kinds"], theirs["readings"]) == (role, kinds, readings)
        assert theirs["channels"] == ["inbox", "mail"]
        assert theirs["calendar"] is False


class TestChoices:
    async def test_each_chooses_for_themselves(self, call: Callers, share: Any) -> None:
        car = (await make_vehicle(call.free))["id"]
        await share(car, call.user_id("other"), "viewer")
        chosen = {"kinds": ["inspection", "insurance"], "channels": ["inbox"], "readings": False}
        answer = await call.other.put(address(car), json=chosen)
        assert answer.status_code == 200
        assert answer.json() == (await call.other.get(address(car))).json()
        assert answer.json()["kinds"] == ["inspection", "insurance"]
        assert answer.json()["escalations"] is True
        assert (await call.free.get(address(car))).json()["kinds"] == ALL
        nothing = await call.other.put(address(car), json={"kinds": []})
        assert (nothing.json()["kinds"], nothing.json()["channels"]) == ([], ["inbox", "mail"])

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"kinds": ["weather"]},
            {"kinds": "inspection"},
            {"kinds": [], "channels": []},
            {"kinds": [], "channels": ["pigeon"]},
            {"kinds": [], "readings": 1},
            {"kinds": ["tax"] * 8},
        ],
    )
    async def test_what_cannot_be_chosen(self, call: Callers, body: dict[str, Any]) -> None:
        car = (await make_vehicle(call.free))["id"]
        assert (await call.free.put(address(car), json=body)).status_code == 422


class TestDoors:
    async def test_a_driver_sees_nothing_that_falls_due(self, call: Callers, share: Any) -> None:
        car = (await make_vehicle(call.free))["id"]
        await share(car, call.user_id("other"), "driver")
        for answer in (
            await call.other.get(address(car)),
            await call.other.put(address(car), json={"kinds": []}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "role_insufficient")

    async def test_a_strangers_car_is_not_there(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        for one in (car, str(new_id())):
            assert (await call.other.get(address(one))).status_code == 404
            assert (await call.other.put(address(one), json={"kinds": []})).status_code == 404
