"""Whose a garage is: proven by what it publishes, or judged by an administrator."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from services.vehicles.storage.garages.claims import GarageClaim
from services.vehicles.tests.factories import kept_document
from services.vehicles.tests.garages.factories import client_of, make_garage, own_garage
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.vehicles_garages import GarageClaimed, GarageNotice
from shared.ids import new_id
from shared.testing.client import Callers

CONTACT = {"email": "contact@parc.example", "phone": "+33 1 43 43 00 00"}


@pytest.fixture
async def garage(call: Callers) -> str:
    """Entered by a customer, with the address that its sign shows."""
    found: str = (await make_garage(call.free, **CONTACT))["id"]
    return found


async def code_of(emitted: Any) -> str:
    found: str = (await emitted(GarageClaimed))[-1].code.get_secret_value()
    return found


class TestByMail:
    async def test_the_code_goes_to_the_published_address_and_proves_it(
        self, call: Callers, garage: str, emitted: Any, open_work: Any
    ) -> None:
        asked = await call.other.post(f"/api/garages/{garage}/claims", json={"way": "email"})
        assert asked.status_code == 201, asked.text
        claim = asked.json()
        assert (claim["state"], claim["tries_left"]) == ("open", 5)
        (event,) = await emitted(GarageClaimed)
        assert (event.email, event.account_id) == (CONTACT["email"], call.user_id("other"))
        code = await code_of(emitted)
        assert code not in asked.text
        async with open_work() as work:
            kept = (await work.session.scalars(select(GarageClaim))).one()
            assert code.encode() not in kept.code_digest
        path = f"/api/garages/claims/{claim['id']}/prove"
        assert (await call.standard.post(path, json={"code": code})).status_code == 404
        typed = code.lower().replace("-", " ")
        proven = await call.other.post(path, json={"code": typed})
        assert (proven.status_code, proven.json()["is_claimed"]) == (200, True)
        again = await call.other.post(path, json={"code": code})
        assert again.json()["code"] == "claim_settled"
        change = await call.other.patch(f"/api/garages/{garage}", json={"street": "1 rue X"})
        assert change.status_code == 200
        theirs = await call.free.patch(f"/api/garages/{garage}", json={"street": "2 rue X"})
        assert theirs.status_code == 403, "who entered it has no say any more"
        kinds = [each.kind for each in await emitted(GarageNotice)]
        assert kinds == ["claim_accepted"]

    async def test_after_five_wrong_ones_the_code_is_dead(
        self, call: Callers, garage: str, emitted: Any, clock: Any
    ) -> None:
        asked = await call.other.post(f"/api/garages/{garage}/claims", json={"way": "email"})
        path = f"/api/garages/claims/{asked.json()['id']}/prove"
        for left in (4, 3, 2, 1, 0):
            answer = await call.other.post(path, json={"code": "0000-0000-0000"})
            assert (answer.status_code, answer.json()["tries_left"]) == (403, left)
        right = await code_of(emitted)
        dead = await call.other.post(path, json={"code": right})
        assert (dead.status_code, dead.json()["code"]) == (409, "code_dead")
        clock.move(minutes=3)
        await call.other.post(f"/api/garages/{garage}/claims", json={"way": "email"})
        proven = await call.other.post(path, json={"code": await code_of(emitted)})
        assert proven.status_code == 200

    async def test_of_guesses_at_once_no_more_are_compared(
        self, call: Callers, garage: str
    ) -> None:
        asked = await call.other.post(f"/api/garages/{garage}/claims", json={"way": "email"})
        path = f"/api/garages/claims/{asked.json()['id']}/prove"
        answers = await asyncio.gather(
            *(call.other.post(path, json={"code": f"0000-0000-00{n:02}"}) for n in range(12))
        )
        codes = sorted(each.json()["code"] for each in answers)
        assert codes == ["claim_code_wrong"] * 5 + ["code_dead"] * 7

    async def test_a_day_later_it_is_too_late(
        self, call: Callers, garage: str, emitted: Any, clock: Any
    ) -> None:
        asked = await call.other.post(f"/api/garages/{garage}/claims", json={"way": "email"})
        clock.move(hours=24)
        path = f"/api/garages/claims/{asked.json()['id']}/prove"
        answer = await call.other.post(path, json={"code": await code_of(emitted)})
        assert answer.json()["code"] == "code_dead"

    async def test_who_wrote_the_address_proves_nothing_by_it(
        self, call: Callers, garage: str
    ) -> None:
        for way in ("email", "phone"):
            answer = await call.free.post(f"/api/garages/{garage}/claims", json={"way": way})
            assert (answer.status_code, answer.json()["code"]) == (409, "contact_unproven")

    async def test_the_mailbox_is_not_flooded(self, call: Callers, garage: str, clock: Any) -> None:
        path = f"/api/garages/{garage}/claims"
        assert (await call.other.post(path, json={"way": "email"})).status_code == 201
        soon = await call.standard.post(path, json={"way": "email"})
        assert (soon.status_code, soon.json()["code"]) == (429, "claimed_just_now")
        assert int(soon.headers["retry-after"]) > 0

    async def test_nothing_published_nothing_proven(self, call: Callers) -> None:
        bare = (await make_garage(call.free, name="Bare"))["id"]
        answer = await call.other.post(f"/api/garages/{bare}/claims", json={"way": "email"})
        assert (answer.status_code, answer.json()["code"]) == (422, "contact_missing")


class TestByPhone:
    async def test_an_administrator_reads_a_code_out(self, call: Callers, garage: str) -> None:
        asked = await call.other.post(f"/api/garages/{garage}/claims", json={"way": "phone"})
        path = f"/api/garages/claims/{asked.json()['id']}"
        early = await call.other.post(f"{path}/prove", json={"code": "0000-0000-0000"})
        assert early.json()["code"] == "code_dead"
        assert (await call.admin.get("/api/garages/claims/waiting")).json()["count"] == 1
        told = await call.admin.post(f"{path}/read_out")
        assert (told.json()["phone"], told.headers["cache-control"]) == (
            CONTACT["phone"],
            "no-store",
        )
        code = told.json()["code"]
        proven = await call.other.post(f"{path}/prove", json={"code": code})
        assert proven.status_code == 200


class TestByDocument:
    async def claim(self, client: Any, garage: str, paper: Any) -> Any:
        body = {"way": "document", "document": str(paper), "note": "Extrait Kbis"}
        return await client.post(f"/api/garages/{garage}/claims", json=body)

    async def test_an_administrator_accepts_or_refuses(
        self, call: Callers, garage: str, hear: Any, emitted: Any
    ) -> None:
        path = f"/api/garages/{garage}/claims"
        bare = await call.other.post(path, json={"way": "document"})
        assert bare.json()["code"] == "proof_missing"
        paper = new_id()
        assert (await self.claim(call.other, garage, paper)).status_code == 404
        await hear(kept_document(call.user_id("other"), paper))
        claim = (await self.claim(call.other, garage, paper)).json()
        one = f"/api/garages/claims/{claim['id']}"
        assert (await call.admin.post(f"{one}/refuse", json={})).status_code == 422
        refused = await call.admin.post(f"{one}/refuse", json={"reason": "Illegible"})
        assert (refused.json()["state"], refused.json()["reason"]) == ("refused", "Illegible")
        claim = (await self.claim(call.other, garage, paper)).json()
        given = await call.admin.post(
            f"/api/garages/claims/{claim['id']}/accept", json={"reason": "Kbis seen"}
        )
        assert given.json()["is_claimed"] is True
        kinds = [each.kind for each in await emitted(GarageNotice)]
        assert kinds == ["claim_refused", "claim_accepted"]

    async def test_what_is_somebodys_is_contested_with_audit(
        self, call: Callers, garage: str, hear: Any, open_work: Any, emitted: Any
    ) -> None:
        await own_garage(open_work, garage, "owner")
        taken = await call.other.post(f"/api/garages/{garage}/claims", json={"way": "email"})
        assert (taken.status_code, taken.json()["code"]) == (409, "garage_claimed")
        paper = new_id()
        await hear(kept_document(call.user_id("other"), paper))
        claim = (await self.claim(call.other, garage, paper)).json()
        accept = f"/api/garages/claims/{claim['id']}/accept"
        given = await call.admin.post(accept, json={"reason": "Sold in May"})
        assert given.status_code == 200
        change = {"street": "1 rue X"}
        owner = client_of(call, "owner")
        assert (await owner.patch(f"/api/garages/{garage}", json=change)).status_code == 403
        told = [(each.account_id, each.kind, each.words) for each in await emitted(GarageNotice)]
        assert (call.user_id("owner"), "garage_lost", "Sold in May") in told
        deeds = (await call.admin.get(f"/api/garages/{garage}/audit")).json()["results"]
        assert [each["kind"] for each in deeds[:2]] == ["given", "contested"]
        assert deeds[1]["about"] == str(call.user_id("owner"))
        assert deeds[1]["facts"] == {"because": "Sold in May"}
        back = await call.admin.post(f"/api/garages/{garage}/contest", json={"reason": "Closed"})
        assert back.json()["is_claimed"] is False


class TestLeaving:
    async def test_what_somebody_owned_is_nobodys_and_names_nobody(
        self, call: Callers, garage: str, hear: Any, open_work: Any, emitted: Any, clock: Any
    ) -> None:
        await call.other.post(f"/api/garages/{garage}/claims", json={"way": "email"})
        mine = (await call.other.get("/api/garages/claims")).json()["results"]
        code = await code_of(emitted)
        await call.other.post(f"/api/garages/claims/{mine[0]['id']}/prove", json={"code": code})
        await hear(AccountDeletionStarted(account_id=call.user_id("other"), started_at=clock.now()))
        told = (await call.anonymous.get(f"/api/garages/{garage}")).json()
        assert told["is_claimed"] is False
        deeds = await call.admin.get(f"/api/garages/{garage}/audit")
        assert str(call.user_id("other")) not in deeds.text
        assert deeds.json()["results"][0]["kind"] == "left"
        async with open_work() as work:
            assert await work.garage_claims.one(mine[0]["id"]) is None
