from typing import Any

import pytest

from services.auth.tests.factories import (
    LOGIN,
    PASSWORD,
    REFRESH,
    log_in,
    make_account,
    unverified_claims,
)
from services.auth.usecases.users import Grantable
from shared.contracts.auth import SessionsRevoked
from shared.http.identity import PERSONS_ROLES
from shared.ids import new_id
from shared.testing.client import Callers

USERS = "/api/auth/users"


def test_every_role_that_can_be_granted_is_one_the_gateway_lets_in() -> None:
    assert set(Grantable) == PERSONS_ROLES


class TestUsers:
    async def test_an_administrator_searches_and_pages(self, call: Any, emitted: Any) -> None:
        for name in ("ana", "ben", "cleo"):
            await make_account(call, emitted, f"{name}@example.org", first_name=name.title())
        body = (await call.admin.get(f"{USERS}?search=BEN&ordering=email")).json()
        assert [(user["email"], user["locked_at"]) for user in body["results"]] == [
            ("ben@example.org", None)
        ]
        body = (await call.admin.get(f"{USERS}?page_size=2&ordering=-email")).json()
        assert (body["count"], [u["first_name"] for u in body["results"]]) == (3, ["Cleo", "Ben"])
        assert body["next"]
        assert "%" not in str((await call.admin.get(f"{USERS}?search=%25")).json()["results"])

    async def test_nobody_else_may(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        owner = call.as_user(person.id, roles=("garage_owner",))
        for client, status in (
            (call.anonymous, 401),
            (person.client, 403),
            (owner, 403),
            (call.premium, 403),
        ):
            for method, path in (
                ("GET", USERS),
                ("GET", f"{USERS}/{person.id}"),
                ("PATCH", f"{USERS}/{person.id}"),
            ):
                answer = await client.request(method, path, json={} if method == "PATCH" else None)
                assert answer.status_code == status

    async def test_a_locked_person_is_out_at_once_and_in_again_when_unlocked(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        answer = await call.admin.patch(f"{USERS}/{person.id}", json={"locked": True})
        assert (answer.status_code, answer.json()["locked_at"] is not None) == (200, True)
        refreshed = await call.anonymous.post(REFRESH, json={"refresh": person.refresh})
        assert refreshed.status_code == 401
        [revoked] = await emitted(SessionsRevoked)
        assert revoked.session_ids == (person.session_id,)
        body = {"email": person.email, "password": PASSWORD}
        assert (await call.anonymous.post(LOGIN, json=body)).json()["code"] == "account_locked"
        wrong = body | {"password": "not this one"}
        assert (await call.anonymous.post(LOGIN, json=wrong)).json()["code"] == "login_refused"
        await call.admin.patch(f"{USERS}/{person.id}", json={"locked": False})
        await log_in(call)

    async def test_roles_are_in_the_next_token_and_in_the_owners_log(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        answer = await call.admin.patch(f"{USERS}/{person.id}", json={"roles": ["garage_owner"]})
        assert answer.json()["roles"] == ["garage_owner", "user"]
        again = await log_in(call)
        assert unverified_claims(again.access)["roles"] == ["garage_owner", "user"]
        entries = (await again.client.get("/api/auth/audit?search=roles")).json()["results"]
        assert [(e["kind"], e["actor_id"]) for e in entries] == [
            ("roles_changed", str(call.user_id("admin")))
        ]

    async def test_the_operator_names_the_first_administrators(
        self,
        call: Any,
        emitted: Any,
        make_app: Any,
        settings_env: Any,
        clock: Any,
        gateway_key: Any,
    ) -> None:
        person = await make_account(call, emitted)
        await make_account(call, emitted, "max@example.org")
        named = make_app(
            settings_env | {"admin_emails": "LEA@example.org,other@example.org"}, clock
        )
        async with named.router.lifespan_context(named):
            there = Callers(named, gateway_key, "auth")
            boss = await log_in(there)
            assert unverified_claims(boss.access)["roles"] == ["admin", "user"]
            other = await log_in(there, "max@example.org")
            assert unverified_claims(other.access)["roles"] == ["user"]
        assert (await person.client.get("/api/auth/me")).json()["roles"] == ["admin", "user"]

    async def test_an_administrator_does_nothing_to_themselves(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        boss = call.as_user(person.id, roles=("admin",))
        for change in ({"locked": True}, {"roles": ["user"]}):
            answer = await boss.patch(f"{USERS}/{person.id}", json=change)
            assert (answer.status_code, answer.json()["code"]) == (409, "oneself_protected")

    async def test_nothing_new_ends_no_session(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        for change in ({}, {"locked": False}, {"roles": ["user"]}):
            assert (await call.admin.patch(f"{USERS}/{person.id}", json=change)).status_code == 200
        assert await emitted(SessionsRevoked) == []

    @pytest.mark.parametrize(
        "change",
        [
            {"roles": ["god"]},
            {"roles": "admin"},
            {"locked": "yes"},
            {"email": "x@example.org"},
            {"roles": ["user"] * 9},
        ],
    )
    async def test_bad_input_is_refused(
        self, call: Any, emitted: Any, change: dict[str, Any]
    ) -> None:
        person = await make_account(call, emitted)
        answer = await call.admin.patch(f"{USERS}/{person.id}", json=change)
        assert answer.status_code == 422

    async def test_an_unknown_or_malformed_id_is_not_found(self, call: Any) -> None:
        for user_id in (new_id(), "x", "%00"):
            assert (await call.admin.get(f"{USERS}/{user_id}")).status_code == 404
            assert (await call.admin.patch(f"{USERS}/{user_id}", json={})).status_code == 404
