import hashlib
import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.auth.domain.api_keys import MAKE_BUDGETS, MOST_KEYS
from services.auth.tests.factories import NEW_PASSWORD, PASSWORD, SignedIn, make_account
from shared.contracts.auth import NoticeKind, PasswordResetAsked, SecurityNotice, SessionsRevoked
from shared.contracts.features import Plan
from shared.contracts.scopes import Scope
from shared.ids import new_id
from shared.security.api_keys import fingerprint, is_api_key, new_api_key
from shared.testing.client import caller_on

KEYS = "/api/auth/api-keys"


def wish(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Home Assistant",
        "scopes": ["vehicles:read", "documents:write"],
        "expires_in_days": 90,
        "password": PASSWORD,
        **changed,
    }


async def make_key(person: SignedIn, **changed: Any) -> dict[str, Any]:
    answer = await person.client.post(KEYS, json=wish(**changed))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def behind(call: Any, key: str) -> httpx2.Response:
    """As the gateway asks."""
    answer: httpx2.Response = await call.service.get(f"/internal/api-keys/{fingerprint(key)}")
    return answer


async def shown(person: SignedIn) -> list[dict[str, Any]]:
    answer = await person.client.get(KEYS)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


class TestMaking:
    async def test_the_key_is_shown_once_and_only_its_digest_is_kept(
        self, call: Any, emitted: Any, admin_engine: Any
    ) -> None:
        person = await make_account(call, emitted)
        answer = await person.client.post(
            KEYS, json=wish(), headers={"idempotency-key": "once-and-for-all"}
        )
        made = answer.json()
        assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
        assert re.fullmatch(r"atk_[0-9A-Za-z]{49}", made["key"])
        assert is_api_key(made["key"])
        [listed] = await shown(person)
        assert listed == {name: value for name, value in made.items() if name != "key"}
        assert (listed["hint"], listed["last_used_at"]) == (f"atk_…{made['key'][-4:]}", None)
        async with admin_engine.connect() as connection:
            tables = await connection.execute(
                text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 2200")
            )
            for (table,) in tables.all():
                holds = f'SELECT count(*) FROM "{table}" t WHERE to_jsonb(t)::text LIKE :key'  # noqa: S608 - names of our own tables
                assert await connection.scalar(text(holds), {"key": f"%{made['key']}%"}) == 0, table
            kept = await connection.scalar(text("SELECT fingerprint FROM api_key"))
        assert kept == hashlib.sha256(made["key"].encode()).hexdigest()

    async def test_the_owner_hears_of_it_and_finds_it_in_the_log(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        made = await make_key(person)
        [notice] = await emitted(SecurityNotice)
        assert (notice.kind, notice.email) == (NoticeKind.API_KEY_CREATED, person.email)
        assert notice.facts["key_name"] == "Home Assistant"
        assert made["key"] not in notice.model_dump_json()
        await person.client.delete(f"{KEYS}/{made['id']}")
        entries = (await person.client.get("/api/auth/audit?search=api_key")).json()["results"]
        assert {entry["kind"] for entry in entries} == {"api_key_created", "api_key_revoked"}
        for entry in entries:
            assert entry["facts"] == {
                "key_id": made["id"],
                "name": "Home Assistant",
                "scopes": "vehicles:read documents:write",
            }

    @pytest.mark.parametrize(
        "changed",
        [
            {"expires_in_days": None},
            {"expires_in_days": 0},
            {"expires_in_days": 366},
            {"expires_in_days": "90"},
            {"scopes": []},
            {"scopes": ["billing:write"]},
            {"scopes": ["*"]},
            {"scopes": ["vehicles:read"] * 13},
            {"name": ""},
            {"name": "x" * 61},
            {"name": "a\nb"},
            {"name": "a\x00b"},
            {"surprise": 1},
        ],
        ids=str,
    )
    async def test_bad_wishes_are_refused(
        self, call: Any, emitted: Any, changed: dict[str, Any]
    ) -> None:
        person = await make_account(call, emitted)
        body = {name: value for name, value in wish(**changed).items() if value is not None}
        answer = await person.client.post(KEYS, json=body)
        assert answer.status_code == 422, answer.text
        assert await shown(person) == []

    async def test_a_session_left_open_makes_none_without_the_password(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        unproven = {name: value for name, value in wish().items() if name != "password"}
        clock.move(minutes=6)
        answer = await person.client.post(KEYS, json=unproven)
        assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
        answer = await person.client.post(KEYS, json=wish(password="not this one"))
        assert (answer.status_code, answer.json()["code"]) == (400, "password_wrong")
        assert await shown(person) == []
        entries = (await person.client.get("/api/auth/audit?search=api_key")).json()["results"]
        assert [entry["kind"] for entry in entries] == ["api_key_refused"]

    async def test_their_number_is_bounded(self, call: Any, emitted: Any, clock: Any) -> None:
        person = await make_account(call, emitted)
        for _ in range(MOST_KEYS):
            made = await make_key(person)
        answer = await person.client.post(KEYS, json=wish())
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_api_keys")
        assert str(MOST_KEYS) in answer.json()["detail"]
        for _ in range(MAKE_BUDGETS[0].allowed - MOST_KEYS):
            await person.client.delete(f"{KEYS}/{made['id']}")
            made = await make_key(person)
        await person.client.delete(f"{KEYS}/{made['id']}")
        answer = await person.client.post(KEYS, json=wish())
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_tries")
        assert 0 < int(answer.headers["retry-after"]) <= 3600
        clock.move(hours=1, seconds=1)
        await make_key(person)

    async def test_a_key_makes_reads_or_deletes_no_keys_and_an_impersonator_neither(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        made = await make_key(person)
        caller = caller_on(Plan.PREMIUM, person.id)
        for who in (
            replace(caller, api_key=new_id(), session_id=None, scopes=frozenset(Scope)),
            replace(caller, actor=new_id()),
        ):
            client = call.with_caller(who)
            for method, path in (
                ("GET", KEYS),
                ("POST", KEYS),
                ("DELETE", f"{KEYS}/{made['id']}"),
                ("GET", "/api/auth/sessions"),
                ("POST", "/api/auth/change-password"),
                ("DELETE", "/api/auth/me"),
                ("POST", "/api/auth/me/email"),
                ("POST", "/api/auth/2fa/totp"),
            ):
                answer = await client.request(method, path, json=wish())
                assert (answer.status_code, answer.json()["code"]) == (403, "personally_only"), path


class TestBehind:
    async def test_the_gateway_learns_whose_it_is_and_what_it_may(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        await call.admin.patch(
            f"/api/auth/users/{person.id}", json={"roles": ["garage_owner", "admin"]}
        )
        made = await make_key(person)
        answer = await behind(call, made["key"])
        assert answer.json() == {
            "key_id": made["id"],
            "user_id": str(person.id),
            "scopes": ["documents:read", "documents:write", "vehicles:read"],
            "roles": ["garage_owner", "user"],
            "language": "fr",
            "timezone": "Europe/Paris",
            "expires_at": made["expires_at"],
        }, "write includes read; no key administers"

    async def test_it_is_for_the_gateway_alone(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        made = await make_key(person)
        path = f"/internal/api-keys/{fingerprint(made['key'])}"
        for client in (call.anonymous, call.free, call.admin, person.client):
            assert (await client.get(path)).status_code == 403
        assert (await call.with_headers({}).get(path)).status_code == 401

    async def test_an_unknown_or_malformed_fingerprint_is_not_found(self, call: Any) -> None:
        assert (await behind(call, new_api_key())).status_code == 404
        for bad in ("x", "%00", "A" * 64, "0" * 63, "0" * 65):
            assert (await call.service.get(f"/internal/api-keys/{bad}")).status_code == 404

    async def test_use_is_noted_every_five_minutes_at_most(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        made = await make_key(person)
        seen = []
        for minutes in (0, 1, 3, 1):
            clock.move(minutes=minutes)
            assert (await behind(call, made["key"])).status_code == 200
            [listed] = await shown(person)
            seen.append(datetime.fromisoformat(listed["last_used_at"]))
        assert seen[0] == seen[1] == seen[2]
        assert (seen[3] - seen[0]).total_seconds() == 300

    async def test_an_expired_key_is_no_key_but_its_owner_still_sees_it(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        made = await make_key(person, expires_in_days=1)
        clock.move(days=1)
        assert (await behind(call, made["key"])).status_code == 404
        [listed] = await shown(person)
        assert listed["is_expired"] is True

    async def test_a_locked_accounts_keys_stop_and_go_on_when_unlocked(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        made = await make_key(person)
        for locked, status in ((True, 404), (False, 200)):
            await call.admin.patch(f"/api/auth/users/{person.id}", json={"locked": locked})
            assert (await behind(call, made["key"])).status_code == status

    async def test_a_deleted_accounts_keys_are_gone(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        made = await make_key(person)
        answer = await person.client.request("DELETE", "/api/auth/me", json={"password": PASSWORD})
        assert answer.status_code == 204, answer.text
        assert (await behind(call, made["key"])).status_code == 404


class TestRevoking:
    async def test_every_gateway_is_told_by_event_and_by_feed(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        made = await make_key(person)
        assert (await person.client.delete(f"{KEYS}/{made['id']}")).status_code == 204
        [event] = await emitted(SessionsRevoked)
        assert (event.account_id, event.session_ids) == (person.id, (UUID(made["id"]),))
        feed = (await call.service.get("/internal/revocations")).json()["results"]
        assert [row["session_id"] for row in feed] == [made["id"]]
        assert (await behind(call, made["key"])).status_code == 404
        assert await shown(person) == []
        assert (await person.client.delete(f"{KEYS}/{made['id']}")).status_code == 404

    async def test_nobody_sees_or_deletes_anothers(self, call: Any, emitted: Any) -> None:
        owner = await make_account(call, emitted)
        stranger = await make_account(call, emitted, "max@example.org")
        made = await make_key(owner)
        assert await shown(stranger) == []
        assert (await stranger.client.delete(f"{KEYS}/{made['id']}")).status_code == 404
        assert (await behind(call, made["key"])).status_code == 200
        assert (await call.anonymous.get(KEYS)).status_code == 401

    async def test_a_changed_password_ends_all_keys_and_every_gateway_is_told(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        made = await make_key(person)
        body = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
        answer = await person.client.post("/api/auth/change-password", json=body)
        assert answer.status_code == 204, answer.text
        assert (await behind(call, made["key"])).status_code == 404
        feed = (await call.service.get("/internal/revocations")).json()["results"]
        assert made["id"] in [row["session_id"] for row in feed]
        assert UUID(made["id"]) in {
            one for event in await emitted(SessionsRevoked) for one in event.session_ids
        }

    async def test_who_takes_an_account_back_by_mail_ends_all_its_keys(
        self, call: Any, emitted: Any, run_jobs: Any
    ) -> None:
        person = await make_account(call, emitted)
        made = await make_key(person)
        await call.anonymous.post("/api/auth/forgot-password", json={"email": person.email})
        await run_jobs()
        [asked] = await emitted(PasswordResetAsked)
        body = {"token": asked.token.get_secret_value(), "new_password": NEW_PASSWORD}
        answer = await call.anonymous.post("/api/auth/reset-password", json=body)
        assert answer.status_code == 204, answer.text
        assert (await behind(call, made["key"])).status_code == 404
        assert UUID(made["id"]) in {
            one for event in await emitted(SessionsRevoked) for one in event.session_ids
        }
