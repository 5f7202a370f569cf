from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy import table as sql_table

from services.auth.tests.factories import LOGIN, PASSWORD, REFRESH, make_account
from shared.contracts.auth import (
    AccountChanged,
    AccountDeletionStarted,
    NoticeKind,
    SecurityNotice,
    SessionsRevoked,
)

ME = "/api/auth/me"


class TestRead:
    async def test_the_owner_sees_the_account_and_no_secret(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted, phone_number="+33 6 12 34 56 78")
        body = (await person.client.get(ME)).json()
        assert body["id"] == str(person.id)
        assert body["phone_number"] == "+33 6 12 34 56 78"
        assert body["roles"] == ["user"]
        assert body["created_at"].endswith("Z")
        assert not [name for name in body if "password" in name or "hash" in name]

    async def test_nobody_and_a_deleted_person_are_refused(self, call: Any) -> None:
        for client in (call.anonymous, call.free):
            for method in ("GET", "PUT", "PATCH", "DELETE"):
                answer = await client.request(
                    method,
                    ME,
                    json={"first_name": "A", "last_name": "B"}
                    if method == "PUT"
                    else {}
                    if method == "PATCH"
                    else {"password": "x"},
                )
                assert answer.status_code == 401, method


class TestEdit:
    async def test_a_change_travels_with_a_higher_version(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        answer = await person.client.patch(ME, json={"first_name": "Zoé"})
        assert (answer.status_code, answer.json()["first_name"]) == (200, "Zoé")
        changed = (await emitted(AccountChanged))[-1]
        assert (changed.first_name, changed.last_name, changed.version) == ("Zoé", "Petit", 3)

    async def test_no_change_is_no_news(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        before = len(await emitted())
        assert (await person.client.patch(ME, json={"first_name": "Léa"})).status_code == 200
        assert (await person.client.patch(ME, json={})).status_code == 200
        assert len(await emitted()) == before

    async def test_put_replaces_everything_and_patch_can_unsay_a_number(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted, phone_number="0612345678")
        names = {"first_name": "Ana", "last_name": "Sol"}
        assert (await person.client.put(ME, json=names)).json()["phone_number"] is None
        await person.client.patch(ME, json={"phone_number": "0712345678"})
        answer = await person.client.patch(ME, json={"phone_number": None, "first_name": None})
        assert (answer.json()["phone_number"], answer.json()["first_name"]) == (None, "Ana")
        assert (await person.client.put(ME, json={"first_name": "Ana"})).status_code == 422

    @pytest.mark.parametrize(
        "change",
        [
            {"roles": ["admin"]},
            {"role": "admin"},
            {"is_staff": True},
            {"email_verified": True},
            {"email": "other@example.org"},
            {"id": "01900000-0000-7000-8000-000000000000"},
            {"plan": "PREMIUM"},
            {"first_name": "x" * 101},
            {"first_name": 5},
            {"last_name": "a\x00b"},
            {"phone_number": "<script>"},
        ],
    )
    async def test_what_is_not_the_owners_to_set_is_refused(
        self, call: Any, emitted: Any, change: dict[str, Any]
    ) -> None:
        person = await make_account(call, emitted)
        before = (await person.client.get(ME)).json()
        for method in ("PATCH", "PUT"):
            names = {"first_name": "Léa", "last_name": "Petit"} if method == "PUT" else {}
            answer = await person.client.request(method, ME, json=names | change)
            assert answer.status_code == 422
        assert (await person.client.get(ME)).json() == before


class TestDelete:
    async def test_everything_of_ours_goes_and_the_others_are_told(
        self, call: Any, emitted: Any, admin_engine: Any
    ) -> None:
        person = await make_account(call, emitted)
        answer = await person.client.request("DELETE", ME, json={"password": PASSWORD})
        assert answer.status_code == 204
        [started] = await emitted(AccountDeletionStarted)
        assert started.account_id == person.id
        [revoked] = await emitted(SessionsRevoked)
        assert revoked.session_ids == (person.session_id,)
        assert [notice.kind for notice in await emitted(SecurityNotice)] == [
            NoticeKind.ACCOUNT_DELETED
        ]
        assert (await person.client.get(ME)).status_code == 401
        refreshed = await call.anonymous.post(REFRESH, json={"refresh": person.refresh})
        assert refreshed.status_code == 401
        body = {"email": person.email, "password": PASSWORD}
        assert (await call.anonymous.post(LOGIN, json=body)).status_code == 401
        async with admin_engine.connect() as connection:
            for table in ("account", "session", "refresh_token", "code", "audit_entry"):
                rows = await connection.scalar(select(func.count()).select_from(sql_table(table)))
                assert rows == 0, table

    async def test_the_address_is_free_again(self, call: Any, emitted: Any, clock: Any) -> None:
        person = await make_account(call, emitted)
        await person.client.request("DELETE", ME, json={"password": PASSWORD})
        clock.move(minutes=2)
        assert (await make_account(call, emitted)).id != person.id

    async def test_a_wrong_password_deletes_nothing(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        answer = await person.client.request("DELETE", ME, json={"password": "not this one"})
        assert (answer.status_code, answer.json()["code"]) == (400, "password_wrong")
        assert (await person.client.get(ME)).status_code == 200
