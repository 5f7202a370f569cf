import asyncio
from typing import Any

import pyotp
import pytest
from sqlalchemy import text

from services.auth.tests.factories import (
    LOGIN,
    NEW_PASSWORD,
    PASSWORD,
    REFRESH,
    SignedIn,
    log_in,
    make_account,
    signed_in,
)
from shared.contracts.auth import NoticeKind, PasswordResetAsked, SecurityNotice

TWO = "/api/auth/2fa"
TOTP, CONFIRM, CODES, VERIFY = (
    f"{TWO}/totp",
    f"{TWO}/totp/confirm",
    f"{TWO}/recovery-codes",
    f"{TWO}/verify",
)


async def enrol(person: SignedIn, clock: Any) -> tuple[pyotp.TOTP, list[str]]:
    """The app and the recovery codes; the clock moves on by a step, so that the next code is a new one."""
    answer = await person.client.post(TOTP, json={"password": PASSWORD})
    assert answer.status_code == 201, answer.text
    app = pyotp.TOTP(answer.json()["secret"])
    confirmed = await person.client.post(CONFIRM, json={"totp_code": app.at(clock.now())})
    assert confirmed.status_code == 200, confirmed.text
    clock.move(seconds=30)
    return app, confirmed.json()["recovery_codes"]


async def challenge(call: Any, password: str = PASSWORD) -> str:
    answer = await call.anonymous.post(
        LOGIN, json={"email": "lea@example.org", "password": password}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["require_totp"] is True
    assert answer.json().keys() == {"require_totp", "challenge"}
    secret: str = answer.json()["challenge"]
    return secret


async def solve(call: Any, secret: str, **given: str) -> Any:
    return await call.anonymous.post(VERIFY, json={"challenge": secret, **given})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


class TestEnrolment:
    async def test_it_counts_only_when_a_code_was_confirmed(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        begun = (await person.client.post(TOTP, json={"password": PASSWORD})).json()
        assert begun["otpauth_uri"].startswith("otpauth://totp/AutoTrack:lea%40example.org?secret=")
        assert begun["qr_svg"].startswith("<svg")
        await log_in(call)
        assert (await person.client.get(TWO)).json() == {"totp": False, "recovery_codes_left": 0}
        await enrol(person, clock)
        assert (await person.client.get(TWO)).json() == {"totp": True, "recovery_codes_left": 10}
        await challenge(call)

    async def test_it_ends_the_other_sessions_and_tells_by_mail(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        other = await log_in(call)
        await enrol(person, clock)
        assert [n.kind for n in await emitted(SecurityNotice)] == [NoticeKind.FACTOR_CHANGED]
        statuses = [
            (await call.anonymous.post(REFRESH, json={"refresh": one.refresh})).status_code
            for one in (person, other)
        ]
        assert statuses == [200, 401]

    async def test_it_needs_the_password_and_happens_once(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        refused = await person.client.post(TOTP, json={"password": "not this one"})
        assert (refused.status_code, refused.json()["code"]) == (400, "password_wrong")
        assert (await person.client.post(CONFIRM, json={"totp_code": "000000"})).status_code == 404
        app, _ = await enrol(person, clock)
        again = await person.client.post(TOTP, json={"password": PASSWORD})
        assert (again.status_code, again.json()["code"]) == (409, "factor_exists")
        answer = await person.client.post(CONFIRM, json={"totp_code": app.at(clock.now())})
        assert answer.status_code == 409

    async def test_a_wrong_code_confirms_nothing_and_tries_are_few(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        begun = (await person.client.post(TOTP, json={"password": PASSWORD})).json()
        code = wrong(pyotp.TOTP(begun["secret"]).at(clock.now()))
        statuses = [
            (await person.client.post(CONFIRM, json={"totp_code": code})).status_code
            for _ in range(6)
        ]
        assert statuses == [400] * 5 + [429]

    async def test_seed_and_recovery_codes_rest_unreadable(
        self, call: Any, emitted: Any, clock: Any, admin_engine: Any
    ) -> None:
        app, codes = await enrol(await make_account(call, emitted), clock)
        async with admin_engine.connect() as connection:
            for query in (
                "SELECT * FROM totp",
                "SELECT * FROM recovery_code",
                "SELECT * FROM outbox",
            ):
                rows = str((await connection.execute(text(query))).all())
                assert all(secret not in rows for secret in (app.secret, *codes))


class TestSignIn:
    async def test_the_app_completes_it(self, call: Any, emitted: Any, clock: Any) -> None:
        app, _ = await enrol(await make_account(call, emitted), clock)
        answer = await solve(call, await challenge(call), totp_code=app.at(clock.now()))
        assert answer.status_code == 200, answer.text
        person = signed_in(call, answer.json())
        assert (await person.client.get("/api/auth/me")).status_code == 200

    @pytest.mark.parametrize(("seconds", "status"), [(-30, 200), (30, 200), (-60, 400), (60, 400)])
    async def test_one_step_of_drift_is_forgiven(
        self, call: Any, emitted: Any, clock: Any, seconds: int, status: int
    ) -> None:
        app, _ = await enrol(await make_account(call, emitted), clock)
        clock.move(minutes=5)
        code = app.at(int(clock.now().timestamp()) + seconds)
        assert (await solve(call, await challenge(call), totp_code=code)).status_code == status

    async def test_a_code_works_once_even_in_another_sign_in(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        app, _ = await enrol(await make_account(call, emitted), clock)
        code = app.at(clock.now())
        first, second = await challenge(call), await challenge(call)
        answers = await asyncio.gather(
            *(solve(call, one, totp_code=code) for one in (first, second))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 400]

    async def test_a_recovery_code_works_once(self, call: Any, emitted: Any, clock: Any) -> None:
        person = await make_account(call, emitted)
        _, codes = await enrol(person, clock)
        assert len(set(codes)) == 10
        as_copied = codes[0].upper().replace("-", " ")
        answer = await solve(call, await challenge(call), recovery_code=as_copied)
        assert answer.status_code == 200
        again = await solve(call, await challenge(call), recovery_code=codes[0])
        assert (again.status_code, again.json()["code"]) == (400, "factor_wrong")
        assert (await person.client.get(TWO)).json()["recovery_codes_left"] == 9

    async def test_five_tries_and_the_password_must_be_given_again(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        app, _ = await enrol(await make_account(call, emitted), clock)
        clock.move(minutes=10)
        secret = await challenge(call)
        for _ in range(5):
            answer = await solve(call, secret, totp_code=wrong(app.at(clock.now())))
            assert answer.status_code == 400
        dead = await solve(call, secret, totp_code=app.at(clock.now()))
        assert (dead.status_code, dead.json()["code"]) == (401, "challenge_over")
        fresh = await solve(call, await challenge(call), totp_code=app.at(clock.now()))
        assert (fresh.status_code, fresh.json()["code"]) == (429, "too_many_tries")

    async def test_a_challenge_lasts_ten_minutes_and_signs_in_once(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        app, codes = await enrol(await make_account(call, emitted), clock)
        secret = await challenge(call)
        assert (await solve(call, secret, totp_code=app.at(clock.now()))).status_code == 200
        assert (await solve(call, secret, recovery_code=codes[1])).status_code == 401
        late = await challenge(call)
        clock.move(minutes=10)
        assert (await solve(call, late, totp_code=app.at(clock.now()))).status_code == 401

    async def test_a_reset_password_does_not_get_around_it(
        self, call: Any, emitted: Any, clock: Any, run_jobs: Any
    ) -> None:
        await enrol(await make_account(call, emitted), clock)
        await call.anonymous.post("/api/auth/forgot-password", json={"email": "lea@example.org"})
        await run_jobs()
        [asked] = await emitted(PasswordResetAsked)
        body = {"token": asked.token.get_secret_value(), "new_password": NEW_PASSWORD}
        assert (await call.anonymous.post("/api/auth/reset-password", json=body)).status_code == 204
        await challenge(call, NEW_PASSWORD)

    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"totp_code": "1"},
            {"totp_code": "000000", "recovery_code": "abcde-fghij"},
            {"recovery_code": "x" * 99},
            {"totp_code": 123456},
            {"recovery_code": "abcde\x00fghij"},
        ],
    )
    async def test_bad_input_is_refused(self, call: Any, given: dict[str, Any]) -> None:
        assert (await solve(call, "a" * 43, **given)).status_code == 422

    async def test_an_unknown_challenge_is_over(self, call: Any) -> None:
        answer = await solve(call, "a" * 43, totp_code="000000")
        assert (answer.status_code, answer.json()["code"]) == (401, "challenge_over")


class TestChange:
    async def test_removal_needs_password_and_factor(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        app, codes = await enrol(person, clock)

        async def remove(**body: str) -> Any:
            return await person.client.request("DELETE", TOTP, json=body)

        code = app.at(clock.now())
        assert (await remove(password="not this one", totp_code=code)).status_code == 400
        assert (await remove(password=PASSWORD, totp_code=wrong(code))).json()[
            "code"
        ] == "factor_wrong"
        assert (await remove(password=PASSWORD)).status_code == 422
        assert (await remove(password=PASSWORD, recovery_code=codes[0])).status_code == 204
        assert (await remove(password=PASSWORD, recovery_code=codes[1])).status_code == 404
        await log_in(call)

    async def test_new_recovery_codes_kill_the_old(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        assert (await person.client.post(CODES, json={"password": PASSWORD})).status_code == 404
        _, old = await enrol(person, clock)
        answer = await person.client.post(CODES, json={"password": PASSWORD})
        new = answer.json()["recovery_codes"]
        assert (answer.status_code, len(new), set(old) & set(new)) == (200, 10, set())
        assert (await solve(call, await challenge(call), recovery_code=old[0])).status_code == 400
        assert (await solve(call, await challenge(call), recovery_code=new[0])).status_code == 200

    async def test_nobody_is_refused(self, call: Any) -> None:
        body = {"password": PASSWORD}
        calls = [
            ("GET", TWO, None),
            ("POST", TOTP, body),
            ("POST", CONFIRM, {"totp_code": "000000"}),
            ("DELETE", TOTP, body | {"totp_code": "000000"}),
            ("POST", CODES, body),
        ]
        for method, path, sent in calls:
            assert (await call.anonymous.request(method, path, json=sent)).status_code == 401
