import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.auth.domain.passwords import Argon2
from services.auth.tests.factories import (
    LOGIN,
    NEW_PASSWORD,
    PASSWORD,
    REFRESH,
    claims_of,
    log_in,
    make_account,
    try_login,
)
from services.auth.tests.usecases.test_proof import hashes
from shared.contracts.auth import NoticeKind, SecurityNotice, SessionsRevoked
from shared.http.identity import Caller
from shared.testing.client import Callers

LOGOUT, SESSIONS = "/api/auth/logout", "/api/auth/sessions"


async def refresh(call: Any, token: str) -> Any:
    return await call.anonymous.post(REFRESH, json={"refresh": token})


class TestLogIn:
    async def test_the_right_password_opens_a_session(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        await make_account(call, emitted)
        person = await log_in(call, "LEA@example.org")
        claims = await claims_of(call, person.access, clock.now())
        assert UUID(claims["sid"]) == person.session_id

    async def test_wrong_password_and_unknown_address_answer_the_same(
        self, call: Any, emitted: Any
    ) -> None:
        await make_account(call, emitted)
        answers = [
            await call.anonymous.post(LOGIN, json={"email": email, "password": NEW_PASSWORD})
            for email in ("lea@example.org", "nobody@example.org")
        ]
        known, unknown = ({k: v for k, v in a.json().items() if "_id" not in k} for a in answers)
        assert known == unknown
        assert {answer.status_code for answer in answers} == {401}

    async def test_an_unknown_address_costs_a_hash_too(
        self, call: Any, app: Any, monkeypatch: Any
    ) -> None:
        seen: list[str | None] = []
        verify = Argon2.verify

        def watched(self: Argon2, stored: str | None, password: str) -> bool:
            seen.append(stored)
            return verify(self, stored, password)

        monkeypatch.setattr(Argon2, "verify", watched)
        assert await try_login(call, PASSWORD, email="nobody@example.org") == 401
        assert seen == [None]

    async def test_ten_guesses_from_a_network_and_then_even_the_right_one_is_refused(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        await make_account(call, emitted)
        for guess in range(10):
            assert await try_login(call, NEW_PASSWORD, ip=f"198.51.100.{guess}") == 401
        assert await try_login(call, PASSWORD, ip="198.51.100.99") == 401
        assert await try_login(call, PASSWORD, ip="192.0.2.1") == 200, "the owner, elsewhere"
        clock.move(minutes=4)
        assert await try_login(call, PASSWORD, ip="198.51.100.99") == 200

    async def test_parallel_guesses_do_not_stretch_the_allowance(
        self, call: Any, emitted: Any, admin_engine: Any
    ) -> None:
        await make_account(call, emitted)
        await asyncio.gather(*(try_login(call, NEW_PASSWORD) for _ in range(30)))
        assert await try_login(call, PASSWORD) == 401
        async with admin_engine.connect() as connection:
            refused = "SELECT count(*) FROM audit_entry WHERE kind = 'sign_in_refused'"
            assert await connection.scalar(text(refused)) == 31

    async def test_strangers_cannot_lock_the_owner_out_of_a_place_they_know(
        self, call: Any, emitted: Any
    ) -> None:
        await make_account(call, emitted)
        for guess in range(60):
            await try_login(call, NEW_PASSWORD, ip=f"198.51.{guess}.1")
        assert await try_login(call, PASSWORD, ip="192.0.2.1") == 401, "a place of nobody's"
        assert await try_login(call, PASSWORD, ip="203.0.113.7") == 200, "where the owner signed in"

    async def test_thirty_guesses_in_ten_minutes_from_one_address_however_patient(
        self, call: Any, emitted: Any, clock: Any, app: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What is counted is hashes computed: beyond the allowance a guess is wrong unseen."""
        computed = hashes(monkeypatch)
        for guess in range(120):
            await try_login(call, NEW_PASSWORD, email=f"p{guess}@example.org", ip="192.0.2.9")
            clock.move(seconds=5)
        assert 20 <= len(computed) <= 30

    async def test_a_storm_of_sign_ins_leaves_the_loop_free(
        self, make_app: Any, settings_env: Any, clock: Any, gateway_key: Any, app: Any
    ) -> None:
        """A hundred at once, at the real price: some wait, some are refused, and /livez answers in between."""
        real = {"argon2_memory_kib": 19_456, "argon2_passes": 2, "hashing_threads": 1}
        storm = make_app(settings_env | real | {"hashing_queue": 20}, clock)
        async with storm.router.lifespan_context(storm):
            there = Callers(storm, gateway_key, "auth")
            waiting = asyncio.gather(
                *(
                    there.anonymous.post(
                        LOGIN, json={"email": f"p{n}@example.org", "password": PASSWORD}
                    )
                    for n in range(100)
                )
            )
            alive = 0
            while not waiting.done():
                assert (await there.with_headers({}).get("/livez")).status_code == 200
                alive += 1
                await asyncio.sleep(0)
            answers = await waiting
        counts = Counter(answer.status_code for answer in answers)
        assert counts.keys() == {401, 503}
        assert counts[401] >= 21, "those that found a place"
        assert alive >= counts[401], "the loop went round between the hashes"

    async def test_an_address_that_guesses_at_many_accounts_is_stopped(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        await make_account(call, emitted)
        for guess in range(30):
            await try_login(call, NEW_PASSWORD, email=f"person{guess}@example.org", ip="192.0.2.9")
        assert await try_login(call, PASSWORD, ip="192.0.2.9") == 401
        assert await try_login(call, PASSWORD, ip="192.0.2.10") == 200

    async def test_a_success_does_not_clear_the_guesses(self, call: Any, emitted: Any) -> None:
        await make_account(call, emitted)
        for _ in range(9):
            await try_login(call, NEW_PASSWORD)
        assert await try_login(call, PASSWORD) == 200
        await try_login(call, NEW_PASSWORD)
        assert await try_login(call, PASSWORD) == 401

    async def test_many_right_sign_ins_are_no_guesses(self, call: Any, emitted: Any) -> None:
        await make_account(call, emitted)
        assert {await try_login(call, PASSWORD) for _ in range(15)} == {200}

    async def test_guesses_survive_a_restart_and_count_over_replicas(
        self,
        call: Any,
        emitted: Any,
        make_app: Any,
        settings_env: Any,
        clock: Any,
        gateway_key: Any,
    ) -> None:
        await make_account(call, emitted)
        for _ in range(5):
            await try_login(call, NEW_PASSWORD)
        replica = make_app(settings_env, clock)
        async with replica.router.lifespan_context(replica):
            there = Callers(replica, gateway_key, "auth")
            for _ in range(5):
                await try_login(there, NEW_PASSWORD)
            assert await try_login(there, PASSWORD) == 401
        assert await try_login(call, PASSWORD) == 401

    async def test_a_password_is_hashed_again_when_the_cost_rises(
        self,
        call: Any,
        emitted: Any,
        admin_engine: Any,
        make_app: Any,
        settings_env: Any,
        clock: Any,
        gateway_key: Any,
    ) -> None:
        async def stored() -> str:
            async with admin_engine.connect() as connection:
                hashed: str = await connection.scalar(text("SELECT password_hash FROM account"))
                return hashed

        await make_account(call, emitted)
        assert (await stored()).startswith("$argon2id$v=19$m=64,t=1,p=1$")
        dearer = make_app(settings_env | {"argon2_memory_kib": 128}, clock)
        async with dearer.router.lifespan_context(dearer):
            assert await try_login(Callers(dearer, gateway_key, "auth"), PASSWORD) == 200
        assert (await stored()).startswith("$argon2id$v=19$m=128,t=1,p=1$")
        assert await try_login(call, PASSWORD) == 200

    async def test_a_new_device_is_told_by_mail(self, call: Any, emitted: Any) -> None:
        await make_account(call, emitted)
        assert await try_login(call, PASSWORD, ip="203.0.113.200") == 200
        assert await emitted(SecurityNotice) == [], "same device, same network"
        assert await try_login(call, PASSWORD, ip="192.0.2.1") == 200
        assert [notice.kind for notice in await emitted(SecurityNotice)] == [NoticeKind.NEW_DEVICE]

    async def test_an_overflow_of_sign_ins_is_refused_for_the_moment(
        self, make_app: Any, settings_env: Any, clock: Any, gateway_key: Any, app: Any
    ) -> None:
        busy = make_app(
            settings_env | {"hashing_threads": 1, "hashing_queue": 2, "argon2_memory_kib": 8192},
            clock,
        )
        async with busy.router.lifespan_context(busy):
            there = Callers(busy, gateway_key, "auth")
            answers = await asyncio.gather(
                *(
                    there.anonymous.post(
                        LOGIN, json={"email": f"p{n}@example.org", "password": PASSWORD}
                    )
                    for n in range(20)
                )
            )
        refused = [answer for answer in answers if answer.status_code == 503]
        assert refused, "a queue of two cannot hold twenty"
        assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
        assert {answer.status_code for answer in answers} == {401, 503}


class TestRefresh:
    async def test_each_use_gives_new_tokens_of_the_same_session(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        seen, token = {person.refresh}, person.refresh
        for _ in range(5):
            clock.move(minutes=10)
            answer = await refresh(call, token)
            assert answer.status_code == 200, answer.text
            token = answer.json()["refresh"]
            assert token not in seen
            seen.add(token)
            claims = await claims_of(call, answer.json()["access"], clock.now())
            assert UUID(claims["sid"]) == person.session_id

    async def test_a_lost_answer_can_be_asked_for_again(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        await refresh(call, person.refresh)
        clock.move(minutes=5)
        answer = await refresh(call, person.refresh)
        assert answer.status_code == 200
        assert (await refresh(call, answer.json()["refresh"])).status_code == 200

    async def test_a_repeat_within_seconds_gets_the_very_same_token(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        first = await refresh(call, person.refresh)
        clock.move(seconds=9)
        again = await refresh(call, person.refresh)
        assert first.json()["refresh"] == again.json()["refresh"]

    async def test_a_token_used_after_its_child_ends_the_family(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        child = (await refresh(call, person.refresh)).json()["refresh"]
        grandchild = (await refresh(call, child)).json()["refresh"]
        answer = await refresh(call, person.refresh)
        assert (answer.status_code, answer.json()["code"]) == (401, "session_over")
        assert (await refresh(call, grandchild)).status_code == 401
        [revoked] = await emitted(SessionsRevoked)
        assert revoked.session_ids == (person.session_id,)
        [notice] = await emitted(SecurityNotice)
        assert notice.kind is NoticeKind.SESSIONS_ENDED
        shown = (await call.service.get("/internal/revocations")).json()["results"]
        assert [row["session_id"] for row in shown] == [str(person.session_id)]

    async def test_a_copied_token_is_noticed_whoever_comes_first(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        thief = (await refresh(call, person.refresh)).json()["refresh"]
        clock.move(minutes=1)
        owner = (await refresh(call, person.refresh)).json()["refresh"]
        assert (await refresh(call, thief)).status_code == 401
        assert (await refresh(call, owner)).status_code == 401, "both are out"

    async def test_parallel_refreshes_of_one_token_end_nothing(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        answers = await asyncio.gather(*(refresh(call, person.refresh) for _ in range(10)))
        assert {answer.status_code for answer in answers} == {200}
        tokens = {answer.json()["refresh"] for answer in answers}
        assert len(tokens) == 1
        assert (await refresh(call, tokens.pop())).status_code == 200

    async def test_it_slides_thirty_days_and_ends_after_ninety(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        idle = await log_in(call)
        token = person.refresh
        for _ in range(4):
            clock.move(days=22)
            answer = await refresh(call, token)
            assert answer.status_code == 200
            token = answer.json()["refresh"]
        assert (await refresh(call, idle.refresh)).status_code == 401, "idle for 88 days"
        clock.move(days=2, seconds=1)
        assert (await refresh(call, token)).status_code == 401

    async def test_only_a_digest_is_stored(
        self, call: Any, emitted: Any, admin_engine: Any
    ) -> None:
        person = await make_account(call, emitted)
        child = (await refresh(call, person.refresh)).json()["refresh"]
        async with admin_engine.connect() as connection:
            rows = str((await connection.execute(text("SELECT * FROM refresh_token"))).all())
            outbox = str((await connection.execute(text("SELECT * FROM outbox"))).all())
        assert all(token not in rows + outbox for token in (person.refresh, child))

    @pytest.mark.parametrize("token", ["x", "é" * 10, "a" * 10_000, "", "nul\x00", None, 5])
    async def test_what_is_no_token_is_refused(self, call: Any, token: Any) -> None:
        answer = await refresh(call, token)
        assert answer.status_code in {401, 422}


class TestLogOut:
    async def test_it_ends_this_session_and_no_other(self, call: Any, emitted: Any) -> None:
        first = await make_account(call, emitted)
        second = await log_in(call)
        answer = await second.client.post(LOGOUT)
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await refresh(call, second.refresh)).status_code == 401
        assert (await refresh(call, first.refresh)).status_code == 200
        [revoked] = await emitted(SessionsRevoked)
        assert revoked.session_ids == (second.session_id,)

    async def test_all_ends_every_session(self, call: Any, emitted: Any) -> None:
        first = await make_account(call, emitted)
        second = await log_in(call)
        assert (await first.client.post(f"{LOGOUT}?all=true")).status_code == 204
        assert {(await refresh(call, one.refresh)).status_code for one in (first, second)} == {401}
        [revoked] = await emitted(SessionsRevoked)
        assert set(revoked.session_ids) == {first.session_id, second.session_id}

    async def test_a_former_client_may_send_its_refresh_token(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        answer = await person.client.post(LOGOUT, json={"refresh": person.refresh})
        assert answer.status_code == 204

    async def test_twice_is_no_error(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        assert {(await person.client.post(LOGOUT)).status_code for _ in range(2)} == {204}
        assert len(await emitted(SessionsRevoked)) == 1


class TestSessions:
    async def test_the_owner_sees_each_with_device_and_place(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
        first = await make_account(call, emitted)
        clock.move(minutes=1)
        client = call.with_caller(Caller(ip="192.0.2.44", user_agent=firefox))
        await client.post(LOGIN, json={"email": first.email, "password": PASSWORD})
        body = (await first.client.get(SESSIONS)).json()
        assert body["count"] == 2
        newest, oldest = body["results"]
        assert (newest["device"], newest["ip"]) == ("Firefox, Linux", "192.0.2.44")
        assert (newest["is_current"], oldest["is_current"]) == (False, True)

    async def test_ended_and_expired_ones_are_not_shown(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        first = await make_account(call, emitted)
        second = await log_in(call)
        await second.client.post(LOGOUT)
        assert (await first.client.get(SESSIONS)).json()["count"] == 1
        clock.move(days=31)
        assert (await first.client.get(SESSIONS)).json()["count"] == 0

    async def test_one_can_be_ended(self, call: Any, emitted: Any) -> None:
        first = await make_account(call, emitted)
        second = await log_in(call)
        path = f"{SESSIONS}/{second.session_id}"
        assert (await first.client.delete(path)).status_code == 204
        assert (await refresh(call, second.refresh)).status_code == 401
        assert (await first.client.delete(path)).status_code == 404, "it is over"

    async def test_another_persons_session_is_not_found_and_lives_on(
        self, call: Any, emitted: Any
    ) -> None:
        owner = await make_account(call, emitted)
        stranger = await make_account(call, emitted, "max@example.org")
        answer = await stranger.client.delete(f"{SESSIONS}/{owner.session_id}")
        assert answer.status_code == 404
        assert (await refresh(call, owner.refresh)).status_code == 200

    @pytest.mark.parametrize("session_id", ["x", "%00", "a" * 10_000, "1"])
    async def test_a_malformed_id_is_not_found(
        self, call: Any, emitted: Any, session_id: str
    ) -> None:
        person = await make_account(call, emitted)
        assert (await person.client.delete(f"{SESSIONS}/{session_id}")).status_code == 404

    async def test_nobody_sees_nothing(self, call: Any) -> None:
        answers = [
            await call.anonymous.get(SESSIONS),
            await call.anonymous.delete(f"{SESSIONS}/{call.user_id('free')}"),
            await call.anonymous.post(LOGOUT),
        ]
        assert {answer.status_code for answer in answers} == {401}
