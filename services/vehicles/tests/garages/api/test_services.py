from typing import Any

import pytest

from services.vehicles.tests.garages.factories import client_of, make_garage, own_garage
from shared.ids import new_id
from shared.testing.client import Callers

EUROS = {"amount": "59.00", "currency": "EUR"}
WORK = {"name": "Vidange", "category": "ENGINE", "minutes": 45, "price": EUROS}


@pytest.fixture
async def path(call: Callers, open_work: Any) -> str:
    made = await make_garage(call.free)
    await own_garage(open_work, made["id"], "owner")
    return f"/api/garages/{made['id']}/services"


class TestServices:
    async def test_are_told_with_price_and_minutes(self, call: Callers, path: str) -> None:
        owner = client_of(call, "owner")
        made = await owner.post(path, json=WORK)
        assert made.status_code == 201
        assert made.headers["location"] == f"{path}/{made.json()['id']}"
        assert (made.json()["category"], made.json()["price"]) == ("engine", EUROS)
        await owner.post(path, json=WORK | {"name": "Géométrie", "price": None})
        found = (await call.anonymous.get(path)).json()["results"]
        assert [(each["name"], each["price"]) for each in found] == [
            ("Géométrie", None),
            ("Vidange", EUROS),
        ]

    async def test_are_changed_and_taken_away(self, call: Callers, path: str) -> None:
        owner = client_of(call, "owner")
        one = f"{path}/{(await owner.post(path, json=WORK)).json()['id']}"
        changed = (await owner.patch(one, json={"minutes": 60})).json()
        assert (changed["minutes"], changed["price"]) == (60, EUROS)
        put = (await owner.put(one, json={"name": "x", "category": "glass", "minutes": 5})).json()
        assert (put["price"], put["category"]) == (None, "glass")
        assert (await owner.delete(one)).status_code == 204
        assert (await call.anonymous.get(one)).status_code == 404

    async def test_one_garages_service_is_not_anothers(
        self, call: Callers, open_work: Any, path: str
    ) -> None:
        made = (await client_of(call, "owner").post(path, json=WORK)).json()
        other = await make_garage(call.free, name="Other")
        await own_garage(open_work, other["id"], "rival")
        theirs = f"/api/garages/{other['id']}/services/{made['id']}"
        assert (await client_of(call, "rival").delete(theirs)).status_code == 404
        assert (await call.anonymous.get(f"{path}/{made['id']}")).status_code == 200

    async def test_sent_again_it_is_one(self, call: Callers, path: str) -> None:
        body = WORK | {"id": str(new_id())}
        for _ in range(2):
            assert (await client_of(call, "owner").post(path, json=body)).status_code == 201
        assert (await call.anonymous.get(path)).json()["count"] == 1

    @pytest.mark.parametrize(
        "bad",
        [
            {"name": ""},
            {"minutes": 4},
            {"minutes": 10_081},
            {"minutes": True},
            {"minutes": None},
            {"category": "witchcraft"},
            {"price": {"amount": "-1.00", "currency": "EUR"}},
            {"price": {"amount": "0.5", "currency": "JPY"}},
            {"service_type": "DROP TABLE"},
            {"description": "\x00"},
        ],
    )
    async def test_nonsense_is_refused(self, call: Callers, path: str, bad: dict[str, Any]) -> None:
        owner = client_of(call, "owner")
        assert (await owner.post(path, json=WORK | bad)).status_code == 422
        assert (await call.anonymous.get(path)).json()["count"] == 0
