import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy import table as sql_table

from services.auth.clients.hasher import Hasher
from services.auth.tests.factories import (
    LOGIN,
    NEW_PASSWORD,
    PASSWORD,
    REFRESH,
    REGISTER,
    log_in,
    make_account,
    registration,
)
from shared.contracts.auth import NoticeKind, PasswordResetAsked, SecurityNotice, SessionsRevoked

FORGOT, CHECK, RESET = (
    f"/api/auth/{name}" for name in ("forgot-password", "validate-reset-token", "reset-password")
)
CHANGE = "/api/auth/change-password"


async def ask(call: Any, run_jobs: Any, email: str = "lea@example.org") -> None:
    answer = await call.anonymous.post(FORGOT, json={"email": email})
    assert (answer.status_code, answer.content) == (202, b"")
    await run_jobs()


async def last_token(emitted: Any) -> str:
    token: str = (await emitted(PasswordResetAsked))[-1].token.get_secret_value()
    return token


async def reset(call: Any, token: str, password: str = NEW_PASSWORD) -> Any:
    return await call.anonymous.post(RESET, json={"token": token, "new_password": password})


async def kinds(emitted: Any) -> list[NoticeKind]:
    return [notice.kind for notice in await emitted(SecurityNotice)]


class TestForgotPassword:
    async def test_the_owner_gets_a_token_for_an_hour(
        self, call: Any, emitted: Any, clock: Any, run_jobs: Any
    ) -> None:
        person = await make_account(call, emitted)
        await ask(call, run_jobs, "LEA@example.org")
        [asked] = await emitted(PasswordResetAsked)
        assert (asked.account_id, asked.email) == (person.id, "lea@example.org")
        assert (asked.expires_at - clock.now()).total_seconds() == 3600

    async def test_an_unknown_address_answers_the_same_and_gets_nothing(
        self, call: Any, emitted: Any, run_jobs: Any
    ) -> None:
        await ask(call, run_jobs, "nobody@example.org")
        assert await emitted() == []

    async def test_one_mail_a_minute_and_five_an_hour(
        self, call: Any, emitted: Any, clock: Any, run_jobs: Any
    ) -> None:
        await make_account(call, emitted)
        for _ in range(3):
            await ask(call, run_jobs)
        assert len(await emitted(PasswordResetAsked)) == 1
        for _ in range(8):
            clock.move(seconds=61)
            await ask(call, run_jobs)
        assert len(await emitted(PasswordResetAsked)) == 5

    async def test_only_a_digest_is_stored(
        self, call: Any, emitted: Any, run_jobs: Any, admin_engine: Any
    ) -> None:
        await make_account(call, emitted)
        await ask(call, run_jobs)
        async with admin_engine.connect() as connection:
            for table in ("reset_token", "job"):
                rows = str(
                    (
                        await connection.execute(select(text("*")).select_from(sql_table(table)))
                    ).all()
                )
                assert await last_token(emitted) not in rows
                assert "lea@example.org" not in rows


class TestValidateResetToken:
    async def test_it_tells_a_live_token_from_another_and_uses_nothing_up(
        self, call: Any, emitted: Any, run_jobs: Any
    ) -> None:
        await make_account(call, emitted)
        await ask(call, run_jobs)
        for token, status in ((await last_token(emitted), 204), ("x" * 43, 400)) * 2:
            answer = await call.anonymous.post(CHECK, json={"token": token})
            assert answer.status_code == status

    @pytest.mark.parametrize("token", ["", "a b", "é", "x" * 10_000, "\x00", None, 1, ["x"]])
    async def test_what_is_no_token_is_malformed(self, call: Any, token: Any) -> None:
        answer = await call.anonymous.post(CHECK, json={"token": token})
        assert answer.status_code == 422


class TestResetPassword:
    async def test_it_sets_the_password_and_ends_every_session(
        self, call: Any, emitted: Any, run_jobs: Any
    ) -> None:
        first = await make_account(call, emitted)
        second = await log_in(call)
        await ask(call, run_jobs)
        assert (await reset(call, await last_token(emitted))).status_code == 204
        old = {"email": "lea@example.org", "password": PASSWORD}
        assert (await call.anonymous.post(LOGIN, json=old)).status_code == 401
        for one in (first, second):
            assert (
                await call.anonymous.post(REFRESH, json={"refresh": one.refresh})
            ).status_code == 401
        [revoked] = await emitted(SessionsRevoked)
        assert set(revoked.session_ids) == {first.session_id, second.session_id}
        assert await kinds(emitted) == [NoticeKind.PASSWORD_CHANGED]
        await log_in(call, password=NEW_PASSWORD)

    async def test_a_token_works_once(self, call: Any, emitted: Any, run_jobs: Any) -> None:
        await make_account(call, emitted)
        await ask(call, run_jobs)
        token = await last_token(emitted)
        answers = await asyncio.gather(*(reset(call, token) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [204] + [400] * 4
        assert (await call.anonymous.post(CHECK, json={"token": token})).status_code == 400

    async def test_it_dies_after_an_hour_and_when_another_is_asked_for(
        self, call: Any, emitted: Any, clock: Any, run_jobs: Any
    ) -> None:
        await make_account(call, emitted)
        await ask(call, run_jobs)
        old = await last_token(emitted)
        clock.move(minutes=2)
        await ask(call, run_jobs)
        assert (await reset(call, old)).json()["code"] == "reset_token_wrong"
        clock.move(hours=1)
        assert (await reset(call, await last_token(emitted))).status_code == 400

    async def test_a_weak_password_is_refused_and_the_token_lives_on(
        self, call: Any, emitted: Any, run_jobs: Any
    ) -> None:
        await make_account(call, emitted)
        await ask(call, run_jobs)
        token = await last_token(emitted)
        answer = await reset(call, token, "lea.petit.1")
        assert (answer.status_code, answer.json()["code"]) == (422, "password_about_you")
        assert (await reset(call, token)).status_code == 204

    async def test_the_mail_proves_an_unverified_address(
        self, call: Any, emitted: Any, run_jobs: Any
    ) -> None:
        await call.anonymous.post(REGISTER, json=registration(password="an attacker's own words"))
        await ask(call, run_jobs)
        assert (await reset(call, await last_token(emitted))).status_code == 204
        assert (await log_in(call, password=NEW_PASSWORD)).email == "lea@example.org"


class TestChangePassword:
    def body(self, **facts: Any) -> dict[str, Any]:
        return {"old_password": PASSWORD, "new_password": NEW_PASSWORD, **facts}

    @pytest.mark.parametrize("method", ["PUT", "POST"])
    async def test_it_ends_the_other_sessions_and_tells_by_mail(
        self, call: Any, emitted: Any, method: str
    ) -> None:
        first = await make_account(call, emitted)
        second = await log_in(call)
        answer = await second.client.request(method, CHANGE, json=self.body())
        assert answer.status_code == 204
        refreshed = [
            (await call.anonymous.post(REFRESH, json={"refresh": one.refresh})).status_code
            for one in (first, second)
        ]
        assert refreshed == [401, 200]
        assert await kinds(emitted) == [NoticeKind.PASSWORD_CHANGED]
        await log_in(call, password=NEW_PASSWORD)

    async def test_a_wrong_old_password_changes_nothing_and_is_noted(
        self, call: Any, emitted: Any, admin_engine: Any
    ) -> None:
        person = await make_account(call, emitted)
        answer = await person.client.put(CHANGE, json=self.body(old_password="not this one"))
        assert (answer.status_code, answer.json()["code"]) == (400, "password_wrong")
        assert answer.json()["errors"][0]["pointer"] == "/old_password"
        await log_in(call)
        async with admin_engine.connect() as connection:
            noted = "SELECT count(*) FROM audit_entry WHERE kind = 'password_change_refused'"
            assert await connection.scalar(text(noted)) == 1

    async def test_guesses_at_the_old_password_are_limited_like_sign_ins(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        for _ in range(10):
            await person.client.put(CHANGE, json=self.body(old_password="not this one"))
        assert (await person.client.put(CHANGE, json=self.body())).status_code == 400

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"new_password": "password1"}, "password_too_common"),
            ({"new_password": "short"}, "password_too_short"),
            ({"new_password_confirm": "another one"}, "passwords_differ"),
            ({"new_password": None}, "invalid_input"),
            ({"old_password": 5}, "invalid_input"),
            ({"extra": 1}, "invalid_input"),
        ],
    )
    async def test_bad_input_is_refused(
        self, call: Any, emitted: Any, change: dict[str, Any], code: str
    ) -> None:
        person = await make_account(call, emitted)
        answer = await person.client.put(CHANGE, json=self.body() | change)
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    async def test_nobody_is_refused(self, call: Any) -> None:
        for method in ("PUT", "POST"):
            assert (
                await call.anonymous.request(method, CHANGE, json=self.body())
            ).status_code == 401

    async def test_a_token_that_outlived_its_account_is_refused(self, call: Any) -> None:
        assert (await call.free.put(CHANGE, json=self.body())).status_code == 401


class TestInTheVeryMoment:
    """A thief's request compared the old password before the owner's reset, and goes on after it."""

    @pytest.fixture
    def held_up(self, monkeypatch: pytest.MonkeyPatch) -> tuple[asyncio.Event, asyncio.Event]:
        compared, go_on = asyncio.Event(), asyncio.Event()
        verify = Hasher.verify

        async def slow(self: Hasher, stored: str | None, password: str) -> bool:
            right = await verify(self, stored, password)
            if not compared.is_set():
                compared.set()
                await go_on.wait()
            return right

        monkeypatch.setattr(Hasher, "verify", slow)
        return compared, go_on

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", LOGIN, {"email": "lea@example.org", "password": PASSWORD}),
            ("PUT", CHANGE, {"old_password": PASSWORD, "new_password": "the thief's own words"}),
            ("POST", "/api/auth/reauthenticate", {"password": PASSWORD}),
            ("POST", "/api/auth/me/email", {"email": "thief@example.org", "password": PASSWORD}),
            ("DELETE", "/api/auth/me", {"password": PASSWORD}),
        ],
    )
    async def test_an_old_password_opens_nothing_after_its_end(
        self,
        call: Any,
        emitted: Any,
        run_jobs: Any,
        held_up: Any,
        method: str,
        path: str,
        body: Any,
    ) -> None:
        person = await make_account(call, emitted)
        await ask(call, run_jobs)
        compared, go_on = held_up
        thief = call.anonymous if path == LOGIN else person.client
        request = asyncio.create_task(thief.request(method, path, json=body))
        await asyncio.wait_for(compared.wait(), 10)
        assert (await reset(call, await last_token(emitted))).status_code < 300
        go_on.set()
        answer = await asyncio.wait_for(request, 20)
        assert answer.status_code in {400, 401, 403, 422}, answer.text
        await log_in(call, password=NEW_PASSWORD)
