"""With whom a car is shared: lists, changes, ends."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.cars.models import OdometerReading
from services.vehicles.tests.factories import make_record, make_vehicle
from services.vehicles.tests.sharing import MEMBERS, as_person, know, person, share
from shared.contracts.billing import EntitlementsChanged
from shared.contracts.features import ALLOWS, OPENS, Plan
from shared.contracts.vehicles import SharingKind, SharingNotice, VehicleChanged
from shared.testing.client import Callers
from shared.testing.erasing import deletion
from shared.testing.examples import NOW


async def a_shared_car(call: Callers, open_work: Any) -> str:
    """With `manager`, `editor`, `driver` and `viewer`."""
    car: str = (await make_vehicle(call.standard))["id"]
    for role in MEMBERS:
        await share(open_work, car, role.value, role)
    return car


class TestList:
    async def test_managers_see_everybody_and_others_the_owner_and_themselves(
        self, call: Callers, hear: Any, open_work: Any
    ) -> None:
        await know(hear, "standard")
        await know(hear, "driver", verified=False)
        car = await a_shared_car(call, open_work)
        for client in (call.standard, as_person(call, "manager")):
            found = (await client.get(f"/api/vehicles/{car}/members")).json()
            assert found[0]["role"] == "owner"
            assert {each["role"] for each in found} == {"owner", *MEMBERS}
        assert [each["name"] for each in found] == ["Standard", None, None, None, None]
        found = (await as_person(call, "driver").get(f"/api/vehicles/{car}/members")).json()
        assert [(each["role"], each["is_you"]) for each in found] == [
            ("owner", False),
            ("driver", True),
        ]

    async def test_own_and_shared_cars_stand_in_one_list_with_the_role(
        self, call: Callers, open_work: Any
    ) -> None:
        car = await a_shared_car(call, open_work)
        client = as_person(call, "driver")
        own = (await make_vehicle(client, model="own"))["id"]
        found = (await client.get("/api/vehicles")).json()
        assert {each["id"]: each["role"] for each in found["results"]} == {
            own: "owner",
            car: "driver",
        }
        for query, wanted in (
            ("role=driver", [car]),
            ("role=owner", [own]),
            ("role=editor", []),
            ("shared=true", [car]),
            ("shared=false", [own]),
            ("shared=true&role=owner", []),
        ):
            found = (await client.get(f"/api/vehicles?{query}")).json()
            assert [each["id"] for each in found["results"]] == wanted, query


class TestEdit:
    async def test_a_role_is_changed_and_told(
        self, call: Callers, open_work: Any, emitted: Any
    ) -> None:
        car = await a_shared_car(call, open_work)
        path = f"/api/vehicles/{car}/members/{person('driver')}"
        answer = await call.standard.patch(path, json={"role": "viewer", "costs_visible": True})
        assert answer.status_code == 200
        assert (answer.json()["role"], answer.json()["costs_visible"]) == ("viewer", True)
        told = (await emitted(SharingNotice))[-1]
        assert (told.account_id, told.kind) == (person("driver"), SharingKind.ROLE_CHANGED)
        members = {m.person_id: m for m in (await emitted(VehicleChanged))[-1].members}
        assert members[person("driver")].costs_visible
        count = len(await emitted())
        same = await call.standard.patch(path, json={"role": "viewer"})
        assert same.status_code == 200
        assert len(await emitted()) == count, "a form sent back unchanged changes nothing"

    async def test_a_manager_reaches_up_to_editors(self, call: Callers, open_work: Any) -> None:
        car = await a_shared_car(call, open_work)
        await share(open_work, car, "second", Role.MANAGER)
        manager = as_person(call, "manager")

        async def change(name: str, role: str) -> int:
            path = f"/api/vehicles/{car}/members/{person(name)}"
            return (await manager.patch(path, json={"role": role})).status_code

        assert await change("driver", "editor") == 200
        assert await change("editor", "manager") == 403
        assert await change("second", "viewer") == 403
        assert await change("manager", "viewer") == 403
        assert await change("standard", "viewer") == 403
        assert await change("nobody", "viewer") == 404
        path = f"/api/vehicles/{car}/members/{person('second')}"
        assert (await manager.delete(path)).status_code == 403
        path = f"/api/vehicles/{car}/members/{person('editor')}"
        assert (await manager.delete(path)).status_code == 204

    @pytest.mark.parametrize("body", [{"role": "owner"}, {"role": None}, {"costs_visible": 1}])
    async def test_what_makes_no_sense_is_refused(
        self, call: Callers, open_work: Any, body: dict[str, Any]
    ) -> None:
        car = await a_shared_car(call, open_work)
        path = f"/api/vehicles/{car}/members/{person('driver')}"
        assert (await call.standard.patch(path, json=body)).status_code == 422


class TestEnd:
    async def test_who_leaves_sees_nothing_and_what_they_made_stays_without_name_and_note(
        self, call: Callers, open_work: Any, emitted: Any
    ) -> None:
        car = await a_shared_car(call, open_work)
        editor = as_person(call, "editor")
        body = {"mileage": 900, "note": "privat"}
        made = (await editor.post(f"/api/vehicles/{car}/odometer", json=body)).json()
        await make_record(editor, car, garage="Chez Léa")
        assert (await editor.post(f"/api/vehicles/{car}/leave")).status_code == 204
        assert (await editor.get(f"/api/vehicles/{car}")).status_code == 404
        assert (await editor.get("/api/maintenances")).json()["count"] == 0
        [record] = (await call.standard.get("/api/maintenances")).json()["results"]
        assert record["garage"] == "Chez Léa"
        async with open_work() as work:
            row = await work.session.scalar(
                select(OdometerReading).where(OdometerReading.id == UUID(made["id"]))
            )
            assert row.made_by not in {None, person("editor")}
            assert row.note is None
        told = (await emitted(SharingNotice))[-1]
        assert (told.account_id, told.kind) == (person("standard"), SharingKind.MEMBER_GONE)
        assert (await emitted(VehicleChanged))[-1].version > 1

    async def test_the_owner_stays(self, call: Callers, open_work: Any) -> None:
        car = await a_shared_car(call, open_work)
        answer = await call.standard.post(f"/api/vehicles/{car}/leave")
        assert (answer.status_code, answer.json()["code"]) == (409, "owner_stays")
        assert (await call.other.post(f"/api/vehicles/{car}/leave")).status_code == 404

    async def test_ones_own_membership_deleted_is_leaving(
        self, call: Callers, open_work: Any
    ) -> None:
        car = await a_shared_car(call, open_work)
        viewer = as_person(call, "viewer")
        path = f"/api/vehicles/{car}/members/{person('viewer')}"
        assert (await viewer.delete(path)).status_code == 204
        assert (await viewer.get(f"/api/vehicles/{car}")).status_code == 404

    async def test_who_is_removed_hears_of_it(
        self, call: Callers, open_work: Any, emitted: Any
    ) -> None:
        car = await a_shared_car(call, open_work)
        path = f"/api/vehicles/{car}/members/{person('driver')}"
        assert (await as_person(call, "manager").delete(path)).status_code == 204
        told = {each.account_id: each.kind for each in await emitted(SharingNotice)}
        assert told == {
            person("driver"): SharingKind.MEMBER_REMOVED,
            person("standard"): SharingKind.MEMBER_GONE,
        }

    async def test_a_car_in_nobodys_list_is_told_to_those_who_shared_it(
        self, call: Callers, open_work: Any, emitted: Any
    ) -> None:
        car = await a_shared_car(call, open_work)
        await call.standard.delete(f"/api/vehicles/{car}")
        told = await emitted(SharingNotice)
        assert {each.account_id for each in told} == {person(role.value) for role in MEMBERS}
        assert {each.kind for each in told} == {SharingKind.CAR_GONE}


class TestErasure:
    async def test_a_members_erasure_keeps_the_others_history_whole(
        self, call: Callers, hear: Any, open_work: Any, emitted: Any
    ) -> None:
        await know(hear, "editor")
        car = await a_shared_car(call, open_work)
        editor = as_person(call, "editor")
        await editor.post(f"/api/vehicles/{car}/odometer", json={"mileage": 900, "note": "mein"})
        await call.standard.post(
            f"/api/vehicles/{(await make_vehicle(call.standard))['id']}/invitations",
            json={"email": "editor@example.org", "role": "viewer"},
        )
        await hear(deletion(person("editor")))
        [reading] = (await call.standard.get(f"/api/vehicles/{car}/odometer")).json()["results"]
        assert (reading["mileage"], reading["note"]) == (900, None)
        async with open_work() as work:
            rows = await work.session.scalars(select(OdometerReading.made_by))
            assert person("editor") not in set(rows)
            left = await work.memberships.of_vehicle(UUID(car))
            assert person("editor") not in {each.member_id for each in left}
            assert await work.invitations.for_address("editor@example.org", now=work.now) == []
        last = [e for e in await emitted(VehicleChanged) if str(e.vehicle_id) == car][-1]
        assert person("editor") not in {each.person_id for each in last.members}

    async def test_an_erased_owners_cars_go_and_who_shared_them_hears_of_it(
        self, call: Callers, hear: Any, open_work: Any, emitted: Any
    ) -> None:
        car = await a_shared_car(call, open_work)
        await hear(deletion(person("standard")))
        for role in MEMBERS:
            found = await as_person(call, role.value).get(f"/api/vehicles/{car}")
            assert found.status_code == 404
        told = await emitted(SharingNotice)
        assert {each.account_id for each in told} == {person(role.value) for role in MEMBERS}
        assert {each.kind for each in told} == {SharingKind.CAR_GONE}

    async def test_erasures_of_those_who_share_with_each_other_block_nobody(
        self, call: Callers, hear: Any, open_work: Any
    ) -> None:
        """Each owns a car the other drives, and both write while both are erased."""
        people = ("a", "b")
        cars = {}
        for name in people:
            cars[name] = (await make_vehicle(as_person(call, name)))["id"]
        await share(open_work, cars["a"], "b", Role.EDITOR)
        await share(open_work, cars["b"], "a", Role.EDITOR)
        writes = [
            as_person(call, name).post(
                f"/api/vehicles/{cars[other]}/odometer", json={"mileage": 900}
            )
            for name in people
            for other in people
        ]
        *answers, _, _ = await asyncio.gather(
            *writes, *(hear(deletion(person(name))) for name in people)
        )
        assert {each.status_code for each in answers} <= {201, 401, 404}
        async with open_work() as work:
            assert await work.vehicles.held(UUID(cars["a"])) is None
            assert await work.vehicles.held(UUID(cars["b"])) is None


class TestOwnersPlan:
    async def test_a_manager_who_brings_a_car_back_uses_the_owners_place(
        self, call: Callers, open_work: Any, hear: Any
    ) -> None:
        """The owner is on FREE and has three others; the manager's own PREMIUM opens nothing."""
        car = await a_shared_car(call, open_work)
        await call.standard.post(f"/api/vehicles/{car}/sell")
        for number in range(3):
            await make_vehicle(call.standard, model=str(number))
        manager = call.as_user(person("manager"), Plan.PREMIUM)
        answer = await manager.post(f"/api/vehicles/{car}/reactivate")
        assert (answer.status_code, answer.json()["code"]) == (403, "quota_exceeded")
        await hear(
            EntitlementsChanged(
                version=1,
                user_id=person("standard"),
                plan=Plan.STANDARD,
                status="active",
                features=tuple(sorted(OPENS[Plan.STANDARD])),
                limits=ALLOWS[Plan.STANDARD],
                effective_at=NOW,
            )
        )
        free = call.as_user(person("manager"), Plan.FREE)
        assert (await free.post(f"/api/vehicles/{car}/reactivate")).status_code == 200
