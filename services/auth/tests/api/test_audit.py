from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.auth.tests.factories import LOGIN, NEW_PASSWORD, PASSWORD, make_account

AUDIT = "/api/auth/audit"


async def kinds(person: Any) -> list[str]:
    answer = await person.client.get(AUDIT)
    assert answer.status_code == 200, answer.text
    return [entry["kind"] for entry in answer.json()["results"]]


class TestAudit:
    async def test_the_owner_reads_what_happened_newest_first(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        clock.move(minutes=1)
        await call.anonymous.post(LOGIN, json={"email": person.email, "password": NEW_PASSWORD})
        clock.move(minutes=1)
        body = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
        await person.client.put("/api/auth/change-password", json=body)
        clock.move(minutes=1)
        await person.client.post("/api/auth/logout")
        seen = await kinds(person)
        assert seen[:3] == ["signed_out", "password_changed", "sign_in_refused"]
        assert sorted(seen[3:]) == ["email_verified", "signed_in"]
        first = (await person.client.get(AUDIT)).json()["results"][0]
        assert (first["ip"], first["actor_id"]) == ("203.0.113.7", None)
        assert first["request_id"]

    async def test_a_stranger_reads_only_their_own(self, call: Any, emitted: Any) -> None:
        owner = await make_account(call, emitted)
        stranger = await make_account(call, emitted, "max@example.org")
        await owner.client.post("/api/auth/logout")
        assert "signed_out" not in await kinds(stranger)
        assert (await call.anonymous.get(AUDIT)).status_code == 401

    @pytest.mark.parametrize(
        "statement",
        ["UPDATE audit_entry SET kind = 'nothing'", "DELETE FROM audit_entry"],
    )
    async def test_the_database_refuses_to_change_it(
        self, call: Any, emitted: Any, admin_engine: Any, statement: str
    ) -> None:
        await make_account(call, emitted)
        with pytest.raises(DBAPIError, match="append-only"):
            async with admin_engine.begin() as connection:
                await connection.execute(text(statement))

    @pytest.mark.parametrize("query", ["ordering=ip", "page=0", "page_size=1000", "page=x"])
    async def test_a_bad_query_is_refused(self, call: Any, emitted: Any, query: str) -> None:
        person = await make_account(call, emitted)
        assert (await person.client.get(f"{AUDIT}?{query}")).status_code in {400, 422}
