"""Inviting somebody by their address, and what they may do with the token."""

import asyncio
from typing import Any

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.sharing import as_person, know, person, share
from shared.contracts.base import Language
from shared.contracts.vehicles import (
    InvitationIssued,
    SharingKind,
    SharingNotice,
    VehicleChanged,
)
from shared.testing.client import Callers


async def invited(call: Callers, car: str, email: str, **said: Any) -> Any:
    body = {"email": email, "role": "editor"} | said
    answer = await call.standard.post(f"/api/vehicles/{car}/invitations", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def token_of(emitted: Any) -> str:
    token: str = (await emitted(InvitationIssued))[-1].token.get_secret_value()
    return token


async def accepted(call: Callers, name: str, token: str) -> Any:
    return await as_person(call, name).post("/api/invitations/accept", json={"token": token})


class TestInvite:
    async def test_whoever_proves_the_address_has_the_car_and_both_hear_of_it(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "standard", first_name="Claire", last_name="Morel")
        lea = await know(hear, "lea", language=Language.ES)
        car = (await make_vehicle(call.standard))["id"]
        made = await invited(call, car, "Lea@Example.org", documents_visible=True)
        assert made["email"] == "Lea@example.org"
        [mail] = await emitted(InvitationIssued)
        assert (mail.account_id, mail.email) == (person("standard"), "Lea@example.org")
        assert (mail.language, mail.inviter_name) == (Language.ES, "Claire Morel")
        assert (await as_person(call, "lea").get(f"/api/vehicles/{car}")).status_code == 404
        answer = await accepted(call, "lea", mail.token.get_secret_value())
        assert answer.status_code == 200
        assert (answer.json()["id"], answer.json()["role"]) == (car, "editor")
        assert (await as_person(call, "lea").get(f"/api/vehicles/{car}")).json()["role"] == "editor"
        told = (await emitted(SharingNotice))[-1]
        assert (told.account_id, told.kind) == (person("standard"), SharingKind.MEMBER_JOINED)
        assert (told.other_name, told.role) == ("Lea", "editor")
        car_told = (await emitted(VehicleChanged))[-1]
        assert [(each.person_id, each.role) for each in car_told.members] == [(lea, "editor")]

    async def test_a_token_is_32_random_bytes_and_only_its_digest_is_kept(
        self, call: Callers, emitted: Any, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await invited(call, car, "lea@example.org")
        token = await token_of(emitted)
        assert len(token) == 43
        async with open_work() as work:
            [kept] = await work.invitations.open_of_vehicle(car)
            assert len(kept.token_digest) == 32
            assert token.encode() not in kept.token_digest

    async def test_a_token_works_once(self, call: Callers, hear: Any, emitted: Any) -> None:
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        await invited(call, car, "lea@example.org")
        token = await token_of(emitted)
        assert (await accepted(call, "lea", token)).status_code == 200
        again = await accepted(call, "lea", token)
        assert (again.status_code, again.json()["code"]) == (409, "offer_settled")

    async def test_two_parallel_accepts_make_one_member(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        await invited(call, car, "lea@example.org")
        token = await token_of(emitted)
        answers = await asyncio.gather(*(accepted(call, "lea", token) for _ in range(2)))
        assert sorted(each.status_code for each in answers) == [200, 409]

    async def test_asking_again_ends_the_token_before(
        self, call: Callers, hear: Any, emitted: Any, clock: Any
    ) -> None:
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        first = await invited(call, car, "lea@example.org")
        old = await token_of(emitted)
        clock.move(minutes=2)
        second = await invited(call, car, "LEA@example.org", role="viewer")
        assert second["id"] == first["id"]
        assert (await accepted(call, "lea", old)).status_code == 404
        answer = await accepted(call, "lea", await token_of(emitted))
        assert answer.json()["role"] == "viewer"

    async def test_one_mail_a_minute(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await invited(call, car, "lea@example.org")
        answer = await call.standard.post(
            f"/api/vehicles/{car}/invitations", json={"email": "lea@example.org", "role": "editor"}
        )
        assert (answer.status_code, answer.json()["code"]) == (429, "invited_just_now")
        assert int(answer.headers["Retry-After"]) > 0

    async def test_seven_days(self, call: Callers, hear: Any, emitted: Any, clock: Any) -> None:
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        await invited(call, car, "lea@example.org")
        clock.move(days=7)
        answer = await accepted(call, "lea", await token_of(emitted))
        assert (answer.status_code, answer.json()["code"]) == (410, "offer_gone")
        assert (await call.standard.get(f"/api/vehicles/{car}/invitations")).json() == []

    async def test_withdrawn_it_is_gone(self, call: Callers, hear: Any, emitted: Any) -> None:
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        made = await invited(call, car, "lea@example.org")
        path = f"/api/vehicles/{car}/invitations/{made['id']}"
        assert (await call.standard.delete(path)).status_code == 204
        answer = await accepted(call, "lea", await token_of(emitted))
        assert (answer.status_code, answer.json()["code"]) == (410, "offer_gone")

    async def test_the_answer_is_the_same_whether_the_address_has_an_account(
        self, call: Callers, hear: Any
    ) -> None:
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        answers = [
            await call.standard.post(
                f"/api/vehicles/{car}/invitations", json={"email": email, "role": "driver"}
            )
            for email in ("lea@example.org", "nobody@example.org")
        ]
        shapes = [
            {name: value for name, value in each.json().items() if name not in {"id", "email"}}
            for each in answers
        ]
        assert shapes[0] == shapes[1]

    async def test_twenty_people_at_most_invitations_included(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        for number in range(18):
            await share(open_work, car, f"member {number}", Role.VIEWER)
        for number in range(2):
            await invited(call, car, f"guest{number}@example.org")
        answer = await call.standard.post(
            f"/api/vehicles/{car}/invitations", json={"email": "g@example.org", "role": "editor"}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "members_full")

    async def test_a_manager_invites_up_to_an_editor_and_the_owner_hears_of_it(
        self, call: Callers, open_work: Any, emitted: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "hugo", Role.MANAGER)
        hugo, path = as_person(call, "hugo"), f"/api/vehicles/{car}/invitations"
        too_much = await hugo.post(path, json={"email": "a@example.org", "role": "manager"})
        assert (too_much.status_code, too_much.json()["code"]) == (403, "role_insufficient")
        made = await hugo.post(path, json={"email": "a@example.org", "role": "editor"})
        assert made.status_code == 201
        told = (await emitted(SharingNotice))[-1]
        assert (told.account_id, told.kind) == (person("standard"), SharingKind.PERSON_INVITED)

    async def test_what_the_owner_invites_as_manager_a_manager_does_not_touch(
        self, call: Callers, open_work: Any, clock: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "hugo", Role.MANAGER)
        made = await invited(call, car, "a@example.org", role="manager")
        clock.move(minutes=2)
        hugo, path = as_person(call, "hugo"), f"/api/vehicles/{car}/invitations"
        again = await hugo.post(path, json={"email": "A@example.org", "role": "viewer"})
        assert again.status_code == 403
        assert (await hugo.delete(f"{path}/{made['id']}")).status_code == 403

    @pytest.mark.parametrize(
        "bad",
        [
            {"role": "owner"},
            {"role": "king"},
            {"email": "nobody"},
            {"email": None},
            {"email": "a\x00@example.org"},
            {"email": f"{'a' * 250}@example.org"},
            {"documents_visible": "yes"},
            {"token": "x"},
        ],
    )
    async def test_what_makes_no_sense_is_refused(self, call: Callers, bad: dict[str, Any]) -> None:
        car = (await make_vehicle(call.standard))["id"]
        body = {"email": "lea@example.org", "role": "editor"} | bad
        answer = await call.standard.post(f"/api/vehicles/{car}/invitations", json=body)
        assert answer.status_code == 422
        assert (await call.standard.get(f"/api/vehicles/{car}/invitations")).json() == []


class TestWhoMayTakeIt:
    async def test_another_address_may_not(self, call: Callers, hear: Any, emitted: Any) -> None:
        await know(hear, "mallory")
        car = (await make_vehicle(call.standard))["id"]
        await invited(call, car, "lea@example.org")
        answer = await accepted(call, "mallory", await token_of(emitted))
        assert (answer.status_code, answer.json()["code"]) == (403, "address_differs")

    async def test_nor_may_one_that_is_not_proven(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        car = (await make_vehicle(call.standard))["id"]
        await invited(call, car, "lea@example.org")
        token = await token_of(emitted)
        unheard = await accepted(call, "lea", token)
        await know(hear, "lea", verified=False)
        unproven = await accepted(call, "lea", token)
        assert {each.json()["code"] for each in (unheard, unproven)} == {"address_unproven"}
        await know(hear, "lea", version=2)
        assert (await accepted(call, "lea", token)).status_code == 200

    async def test_the_news_of_the_proof_is_waited_for(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        """It travels by the bus, while whoever followed the link goes straight on."""
        car = (await make_vehicle(call.standard))["id"]
        await invited(call, car, "lea@example.org")
        token = await token_of(emitted)
        await know(hear, "lea", verified=False)
        early = asyncio.create_task(accepted(call, "lea", token))
        await asyncio.sleep(0.3)
        assert not early.done()
        await know(hear, "lea", version=2)
        assert (await early).status_code == 200

    async def test_letters_that_look_alike_are_no_fold(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "lea", email="lea@straße.example")
        car = (await make_vehicle(call.standard))["id"]
        await invited(call, car, "lea@strasse.example")
        answer = await accepted(call, "lea", await token_of(emitted))
        assert answer.json()["code"] == "address_differs"

    async def test_the_owner_and_members_have_it_already(
        self, call: Callers, hear: Any, emitted: Any, open_work: Any
    ) -> None:
        await know(hear, "standard")
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        await share(open_work, car, "lea", Role.VIEWER)
        for name in ("standard", "lea"):
            await invited(call, car, f"{name}@example.org")
            answer = await accepted(call, name, await token_of(emitted))
            assert (answer.status_code, answer.json()["code"]) == (409, "already_member")

    async def test_a_token_nobody_made_is_not_found(self, call: Callers, hear: Any) -> None:
        await know(hear, "lea")
        assert (await accepted(call, "lea", "x" * 43)).status_code == 404


class TestMine:
    async def test_what_waits_for_my_address_and_it_can_be_taken_from_there(
        self, call: Callers, hear: Any
    ) -> None:
        await know(hear, "standard")
        await know(hear, "lea")
        await know(hear, "mallory")
        car = (await make_vehicle(call.standard))["id"]
        await invited(call, car, "lea@example.org", role="driver")
        [mine] = (await as_person(call, "lea").get("/api/invitations/mine")).json()
        assert (mine["vehicle_name"], mine["invited_by"]) == ("Peugeot 308", "Standard")
        assert (await as_person(call, "mallory").get("/api/invitations/mine")).json() == []
        body = {"invitation": mine["id"]}
        theirs = await as_person(call, "mallory").post("/api/invitations/accept", json=body)
        assert theirs.status_code == 404
        answer = await as_person(call, "lea").post("/api/invitations/accept", json=body)
        assert answer.json()["role"] == "driver"
        assert (await as_person(call, "lea").get("/api/invitations/mine")).json() == []

    async def test_declined_it_is_settled_and_the_owner_hears_of_it(
        self, call: Callers, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "lea")
        car = (await make_vehicle(call.standard))["id"]
        await invited(call, car, "lea@example.org")
        body = {"token": await token_of(emitted)}
        lea = as_person(call, "lea")
        assert (await lea.post("/api/invitations/decline", json=body)).status_code == 204
        told = (await emitted(SharingNotice))[-1]
        assert (told.kind, told.other_name) == (SharingKind.INVITATION_DECLINED, "Lea")
        answer = await lea.post("/api/invitations/accept", json=body)
        assert answer.json()["code"] == "offer_settled"

    @pytest.mark.parametrize("body", [{}, {"token": "a", "invitation": str(person("x"))}])
    async def test_one_of_the_two(self, call: Callers, body: dict[str, Any]) -> None:
        answer = await call.standard.post("/api/invitations/accept", json=body)
        assert answer.status_code == 422
