from typing import Any

import pytest

from services.vehicles.tests.garages.factories import (
    client_of,
    hire,
    make_garage,
    own_garage,
    works_at,
)
from services.vehicles.tests.sharing import know
from shared.contracts.vehicles_garages import GarageNotice, GarageStaffInvited
from shared.testing.client import Callers


@pytest.fixture
async def garage(call: Callers, open_work: Any) -> str:
    made = await make_garage(call.free)
    await own_garage(open_work, made["id"], "owner")
    found: str = made["id"]
    return found


class TestInvitations:
    async def test_whoever_has_the_address_works_there(
        self, call: Callers, garage: str, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        await hire(call, hear, emitted, garage, "owner", "lea")
        assert await works_at(open_work, "lea", garage)
        listed = (await client_of(call, "lea").get(f"/api/garages/{garage}/staff")).json()
        [colleague] = listed["results"]
        assert (colleague["name"], colleague["email"]) == ("Lea", None)
        change = {"bays": 4}
        path = f"/api/garages/{garage}/availability"
        assert (await client_of(call, "lea").patch(path, json=change)).status_code == 200
        told = [(each.account_id, each.kind) for each in await emitted(GarageNotice)]
        assert (call.user_id("owner"), "staff_joined") in told

    async def test_the_token_is_for_one_address_and_works_once(
        self, call: Callers, garage: str, hear: Any, emitted: Any, clock: Any
    ) -> None:
        owner, path = client_of(call, "owner"), f"/api/garages/{garage}/staff"
        await know(hear, "lea")
        await know(hear, "max")
        body = {"email": "lea@example.org"}
        assert (await owner.post(path, json=body)).status_code == 201
        again = await owner.post(path, json=body)
        assert (again.status_code, again.json()["code"]) == (429, "invited_just_now")
        clock.move(minutes=2)
        assert (await owner.post(path, json=body)).status_code == 201
        old, new = [each.token.get_secret_value() for each in await emitted(GarageStaffInvited)]

        async def taken(who: str, token: str) -> str:
            accept = "/api/garages/staff/accept"
            answer = await client_of(call, who).post(accept, json={"token": token})
            return str(answer.json().get("code", answer.status_code))

        assert await taken("lea", old) == "offer_gone"
        assert await taken("max", new) == "address_differs"
        assert await taken("stranger", new) == "address_unproven"
        assert await taken("lea", new) == "200"
        assert await taken("lea", new) == "offer_gone"

    async def test_a_week_later_it_is_gone(
        self, call: Callers, garage: str, hear: Any, emitted: Any, clock: Any
    ) -> None:
        await know(hear, "lea")
        path = f"/api/garages/{garage}/staff"
        await client_of(call, "owner").post(path, json={"email": "lea@example.org"})
        clock.move(days=7)
        token = (await emitted(GarageStaffInvited))[-1].token.get_secret_value()
        accept = "/api/garages/staff/accept"
        answer = await client_of(call, "lea").post(accept, json={"token": token})
        assert (answer.status_code, answer.json()["code"]) == (410, "offer_gone")


class TestLeaving:
    async def test_the_owner_removes_and_anybody_leaves(
        self, call: Callers, garage: str, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        for name in ("lea", "max"):
            await hire(call, hear, emitted, garage, "owner", name)
        path = f"/api/garages/{garage}/staff"
        listed = (await client_of(call, "owner").get(path)).json()["results"]
        ids = {each["name"]: each["id"] for each in listed}
        lea = client_of(call, "lea")
        assert (await lea.delete(f"{path}/{ids['Max']}")).status_code == 403
        assert (await lea.delete(f"{path}/{ids['Lea']}")).status_code == 204
        assert not await works_at(open_work, "lea", garage)
        owner = client_of(call, "owner")
        assert (await owner.delete(f"{path}/{ids['Max']}")).status_code == 204
        told = [(each.account_id, each.kind) for each in await emitted(GarageNotice)]
        assert told.count((call.user_id("max"), "staff_removed")) == 1

    async def test_handed_over_the_two_change_places(
        self, call: Callers, garage: str, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        await hire(call, hear, emitted, garage, "owner", "lea")
        path = f"/api/garages/{garage}"
        owner = client_of(call, "owner")
        [colleague] = (await owner.get(f"{path}/staff")).json()["results"]
        given = await owner.post(f"{path}/hand_over", json={"staff": colleague["id"]})
        assert given.status_code == 200
        assert (await owner.delete(path)).status_code == 403
        assert await works_at(open_work, "owner", garage)
        assert (await client_of(call, "lea").delete(path)).status_code == 204
