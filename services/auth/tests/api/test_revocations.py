from typing import Any

import pytest
from sqlalchemy import text

from services.auth.tests.factories import PASSWORD, log_in, make_account, unverified_claims
from shared.ids import new_id

FEED = "/internal/revocations"


async def listen(call: Any, since: str | None = None) -> tuple[list[str], str]:
    answer = await call.service.get(FEED, params={"since": since} if since else {})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return [row["session_id"] for row in body["results"]], body["cursor"]


class TestRevocations:
    async def test_without_a_cursor_all_that_matter(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        first = await make_account(call, emitted)
        second = await log_in(call)
        assert (await listen(call))[0] == []
        await first.client.post("/api/auth/logout")
        assert (await listen(call))[0] == [str(first.session_id)]
        await second.client.post("/api/auth/logout")
        assert set((await listen(call))[0]) == {str(first.session_id), str(second.session_id)}
        clock.move(minutes=11)
        assert (await listen(call))[0] == [], "no access token of theirs can be alive"

    async def test_the_last_minute_is_read_again(
        self, call: Any, emitted: Any, admin_engine: Any
    ) -> None:
        person = await make_account(call, emitted)
        await person.client.post("/api/auth/logout")
        found, cursor = await listen(call)
        assert (await listen(call, cursor))[0] == found, (
            "a slow transaction may still commit behind it"
        )
        async with admin_engine.begin() as connection:
            await connection.execute(
                text("UPDATE revocation SET recorded_at = recorded_at - interval '61 seconds'")
            )
        assert (await listen(call, cursor))[0] == []

    @pytest.mark.parametrize(
        "since", ["yesterday", "2026-11-22", "2026-11-22T09:00:00", "\x00", "9" * 400]
    )
    async def test_a_malformed_cursor_is_refused(self, call: Any, since: str) -> None:
        answer = await call.service.get(FEED, params={"since": since})
        assert answer.status_code == 422

    async def test_it_is_for_the_gateway_alone(self, call: Any) -> None:
        for client in (call.anonymous, call.free, call.premium, call.admin):
            assert (await client.get(FEED)).status_code == 403
        assert (await call.with_headers({}).get(FEED)).status_code == 401


class TestProof:
    async def test_the_gateway_hears_whether_the_owner_proved_to_be_there(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        path = f"/internal/sessions/{person.session_id}"

        async def is_recent() -> bool:
            answer = await call.service.get(path)
            assert answer.status_code == 200, answer.text
            said: bool = answer.json()["is_recent"]
            return said

        assert await is_recent()
        clock.move(minutes=5, seconds=1)
        assert not await is_recent()
        await person.client.post("/api/auth/reauthenticate", json={"password": PASSWORD})
        assert await is_recent()
        await person.client.post("/api/auth/logout")
        assert not await is_recent()
        assert (await person.client.get(path)).status_code == 403
        unknown = await call.service.get(f"/internal/sessions/{new_id()}")
        assert unknown.json() == {"is_recent": False}


class TestZones:
    """Whoever moves to another time zone still has tokens that say the old one."""

    async def test_the_gateway_hears_who_has_moved(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        assert await zones(call) == {}
        claims = unverified_claims(person.access)
        assert claims["zone"] == "Europe/Paris"
        settings = "/api/settings/me"
        await person.client.patch(settings, json={"timezone": "Europe/Paris", "theme": "dark"})
        assert await zones(call) == {}, "that is no move"
        for zone in ("Pacific/Auckland", "Pacific/Tahiti"):
            assert (await person.client.patch(settings, json={"timezone": zone})).status_code == 200
        assert await zones(call) == {str(person.id): "Pacific/Tahiti"}
        again = await log_in(call)
        assert unverified_claims(again.access)["zone"] == "Pacific/Tahiti"
        clock.move(minutes=12)
        assert await zones(call) == {}, "no token of before can be alive"

    async def test_it_goes_with_the_account_and_with_the_night(
        self, call: Any, emitted: Any, clock: Any, run_schedule: Any, admin_engine: Any
    ) -> None:
        person = await make_account(call, emitted)
        await person.client.patch("/api/settings/me", json={"timezone": "Pacific/Auckland"})
        clock.move(days=1)
        await run_schedule("auth.cleanup")
        async with admin_engine.connect() as connection:
            left = await connection.scalar(text("SELECT count(*) FROM zone_change"))
        assert left == 0


async def zones(call: Any) -> dict[str, str]:
    rows = (await call.service.get(FEED)).json()["zones"]
    return {row["account_id"]: row["timezone"] for row in rows}
