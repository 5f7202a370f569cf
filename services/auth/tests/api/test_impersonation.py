from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.auth.tests.factories import (
    PASSWORD,
    SignedIn,
    claims_of,
    log_in,
    make_account,
    unverified_header,
)
from shared.contracts.auth import NoticeKind, SecurityNotice, SessionsRevoked
from shared.contracts.features import Plan
from shared.ids import new_id
from shared.testing.client import caller_on

USERS = "/api/auth/users"
REASON = "Ticket 4711: invoice not shown"


async def make_boss(call: Any, emitted: Any, email: str = "boss@example.org") -> SignedIn:
    """A real administrator: an account with the role, signed in."""
    person = await make_account(call, emitted, email)
    answer = await call.admin.patch(f"{USERS}/{person.id}", json={"roles": ["admin"]})
    assert answer.status_code == 200, answer.text
    again = await log_in(call, email)
    client = call.as_user(again.id, roles=("admin",), session_id=again.session_id)
    return replace(again, client=client)


async def begin(boss: SignedIn, person: SignedIn, **changed: Any) -> dict[str, Any]:
    body = {"reason": REASON, **changed}
    answer = await boss.client.post(f"{USERS}/{person.id}/impersonate", json=body)
    assert answer.status_code == 201, answer.text
    begun: dict[str, Any] = answer.json()
    return begun


def acting(call: Any, boss: SignedIn, person: SignedIn, session_id: str) -> Any:
    """As the gateway passes the impersonation's token on."""
    caller = caller_on(Plan.FREE, person.id, session_id=UUID(session_id))
    return call.with_caller(replace(caller, actor=boss.id))


async def kinds(person: SignedIn) -> list[dict[str, Any]]:
    answer = await person.client.get("/api/auth/audit?search=impersonation")
    entries: list[dict[str, Any]] = answer.json()["results"]
    return entries


class TestBeginning:
    async def test_the_token_names_both_and_ends_with_the_time(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        boss, person = await make_boss(call, emitted), await make_account(call, emitted)
        begun = await begin(boss, person, minutes=30)
        assert unverified_header(begun["access"])["typ"] == "at+jwt"
        claims = await claims_of(call, begun["access"], clock.now())
        assert (claims["sub"], claims["act"]) == (str(person.id), {"sub": str(boss.id)})
        assert (claims["sid"], claims["roles"]) == (begun["session_id"], ["user"])
        assert claims["exp"] - claims["iat"] == begun["expires_in"] == 1800
        assert "refresh" not in begun
        assert begun["user"]["email"] == person.email
        own = await claims_of(call, person.access, clock.now())
        assert "act" not in own
        assert own["exp"] - own["iat"] <= 600

    async def test_the_person_reads_it_in_a_mail_in_their_sessions_and_in_their_log(
        self, call: Any, emitted: Any
    ) -> None:
        boss, person = await make_boss(call, emitted), await make_account(call, emitted)
        begun = await begin(boss, person)
        notices = await emitted(SecurityNotice)
        [notice] = [one for one in notices if one.kind is NoticeKind.IMPERSONATED]
        assert notice.email == person.email
        assert notice.facts == {"reason": REASON, "minutes": "15"}
        sessions = (await person.client.get("/api/auth/sessions")).json()["results"]
        marks = {one["id"]: (one["acted_by"], one["reason"]) for one in sessions}
        assert marks == {
            begun["session_id"]: (str(boss.id), REASON),
            str(person.session_id): (None, None),
        }
        for log in (await kinds(person), await kinds(boss)):
            assert [(entry["kind"], entry["actor_id"]) for entry in log] == [
                ("impersonation_started", str(boss.id))
            ]
            assert log[0]["facts"] == {
                "reason": REASON,
                "user_id": str(person.id),
                "session_id": begun["session_id"],
            }

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"reason": "why"},
            {"reason": "\u00a0 why \t"},
            {"reason": "two\nlines"},
            {"reason": "x" * 201},
            {"reason": REASON, "minutes": 0},
            {"reason": REASON, "minutes": 31},
            {"reason": REASON, "minutes": "5"},
            {"reason": REASON, "roles": ["admin"]},
        ],
        ids=str,
    )
    async def test_without_a_reason_or_for_too_long_it_is_refused(
        self, call: Any, emitted: Any, body: dict[str, Any]
    ) -> None:
        boss, person = await make_boss(call, emitted), await make_account(call, emitted)
        answer = await boss.client.post(f"{USERS}/{person.id}/impersonate", json=body)
        assert answer.status_code == 422

    async def test_an_administrator_a_locked_account_and_oneself_are_not_impersonated(
        self, call: Any, emitted: Any
    ) -> None:
        boss = await make_boss(call, emitted)
        other = await make_boss(call, emitted, "other@example.org")
        locked = await make_account(call, emitted)
        await call.admin.patch(f"{USERS}/{locked.id}", json={"locked": True})
        for who in (boss, other, locked):
            answer = await boss.client.post(
                f"{USERS}/{who.id}/impersonate", json={"reason": REASON}
            )
            assert (answer.status_code, answer.json()["code"]) == (409, "not_to_be_impersonated")

    async def test_nobody_else_may_and_an_unknown_person_is_not_found(
        self, call: Any, emitted: Any
    ) -> None:
        boss, person = await make_boss(call, emitted), await make_account(call, emitted)
        path, body = f"{USERS}/{person.id}/impersonate", {"reason": REASON}
        garage = call.as_user(new_id(), roles=("garage_owner",))
        for client, status in ((call.anonymous, 401), (person.client, 403), (garage, 403)):
            assert (await client.post(path, json=body)).status_code == status
            assert (await client.delete(path)).status_code == status
        gone = await boss.client.post(f"{USERS}/{new_id()}/impersonate", json=body)
        assert gone.status_code == 404

    async def test_a_token_older_than_the_loss_of_the_role_is_not_enough(
        self, call: Any, emitted: Any
    ) -> None:
        boss, person = await make_boss(call, emitted), await make_account(call, emitted)
        await call.admin.patch(f"{USERS}/{boss.id}", json={"roles": ["user"]})
        answer = await boss.client.post(f"{USERS}/{person.id}/impersonate", json={"reason": REASON})
        assert answer.status_code == 403


class TestActing:
    async def test_what_is_the_persons_alone_is_closed_and_the_rest_open(
        self, call: Any, emitted: Any
    ) -> None:
        boss, person = await make_boss(call, emitted), await make_account(call, emitted)
        begun = await begin(boss, person)
        client = acting(call, boss, person, begun["session_id"])
        assert (await client.get("/api/auth/me")).json()["email"] == person.email
        assert (await client.patch("/api/settings/me", json={"theme": "dark"})).status_code == 200
        for method, path in (
            ("PUT", "/api/auth/change-password"),
            ("POST", "/api/auth/me/email"),
            ("DELETE", "/api/auth/me"),
            ("POST", "/api/auth/2fa/totp"),
            ("GET", "/api/auth/sessions"),
            ("GET", "/api/auth/audit"),
            ("GET", USERS),
            ("POST", "/api/auth/logout?all=true"),
        ):
            answer = await client.request(method, path, json={} if method != "GET" else None)
            assert (answer.status_code, answer.json()["code"]) == (403, "personally_only"), path

    async def test_the_place_of_the_administrator_is_no_place_of_the_persons(
        self, call: Any, emitted: Any, open_work: Any
    ) -> None:
        boss, person = await make_boss(call, emitted), await make_account(call, emitted)
        client = call.with_caller(
            replace(
                caller_on(Plan.FREE, boss.id, roles=("admin",)),
                ip="198.51.100.9",
                user_agent="Firefox Linux",
            )
        )
        answer = await client.post(f"{USERS}/{person.id}/impersonate", json={"reason": REASON})
        assert answer.status_code == 201, answer.text
        async with open_work() as work:
            [session] = await work.sessions.live_acted_by(boss.id, work.now)
            place = {"device": session.device, "network": session.network}
            assert not await work.sessions.has_seen(person.id, **place)


class TestEnding:
    @pytest.mark.parametrize("who", ["the person", "the administrator", "the token"])
    async def test_either_ends_it_at_once_and_both_logs_say_so(
        self, call: Any, emitted: Any, who: str
    ) -> None:
        boss, person = await make_boss(call, emitted), await make_account(call, emitted)
        before = len(await emitted(SessionsRevoked))
        begun = await begin(boss, person, minutes=30)
        match who:
            case "the person":
                path = f"/api/auth/sessions/{begun['session_id']}"
                answer = await person.client.delete(path)
            case "the administrator":
                answer = await boss.client.delete(f"{USERS}/{person.id}/impersonate")
            case _:
                client = acting(call, boss, person, begun["session_id"])
                answer = await client.post("/api/auth/logout")
        assert answer.status_code == 204, answer.text
        [revoked] = (await emitted(SessionsRevoked))[before:]
        assert (revoked.account_id, revoked.session_ids) == (
            person.id,
            (UUID(begun["session_id"]),),
        )
        for log in (await kinds(person), await kinds(boss)):
            assert {entry["kind"] for entry in log} == {
                "impersonation_started",
                "impersonation_ended",
            }
        assert (await boss.client.delete(f"{USERS}/{person.id}/impersonate")).status_code == 404
        assert (await person.client.get("/api/auth/sessions")).json()["count"] == 1

    async def test_gateways_refuse_the_token_until_it_would_have_died(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        boss, person = await make_boss(call, emitted), await make_account(call, emitted)
        begun = await begin(boss, person, minutes=30)
        await boss.client.delete(f"{USERS}/{person.id}/impersonate")
        clock.move(minutes=29)
        feed = (await call.service.get("/internal/revocations")).json()["results"]
        assert begun["session_id"] in {row["session_id"] for row in feed}
        event = (await emitted(SessionsRevoked))[-1]
        assert event.until - clock.now() >= timedelta(minutes=1)

    @pytest.mark.parametrize(
        "loss", [{"locked": True}, {"roles": ["user"]}], ids=["locked", "demoted"]
    )
    async def test_it_ends_with_the_administrators_office(
        self, call: Any, emitted: Any, loss: dict[str, Any]
    ) -> None:
        boss, person = await make_boss(call, emitted), await make_account(call, emitted)
        begun = await begin(boss, person)
        await call.admin.patch(f"{USERS}/{boss.id}", json=loss)
        ended = {one for event in await emitted(SessionsRevoked) for one in event.session_ids}
        assert UUID(begun["session_id"]) in ended
        assert person.session_id not in ended

    async def test_it_ends_when_the_person_changes_their_password_or_the_administrator_theirs(
        self, call: Any, emitted: Any
    ) -> None:
        boss, person = await make_boss(call, emitted), await make_account(call, emitted)
        for who in (person, boss):
            begun = await begin(boss, person)
            body = {"old_password": PASSWORD, "new_password": "trois chaises et une pomme"}
            answer = await who.client.put("/api/auth/change-password", json=body)
            assert answer.status_code == 204, answer.text
            ended = {one for event in await emitted(SessionsRevoked) for one in event.session_ids}
            assert UUID(begun["session_id"]) in ended
