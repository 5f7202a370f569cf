import asyncio
from typing import Any

import pyotp
import pytest
from sqlalchemy import text

from services.auth.tests.api.test_passkeys import audit_kinds, register
from services.auth.tests.factories import (
    LOGIN,
    NEW_PASSWORD,
    PASSWORD,
    REFRESH,
    SignedIn,
    drop_password,
    last_code,
    log_in,
    make_account,
    signed_in,
)
from shared.contracts.auth import (
    CodeIssued,
    CodePurpose,
    NoticeKind,
    PasswordResetAsked,
    SecurityNotice,
)
from shared.http.identity import Caller

TWO = "/api/auth/2fa"
TOTP, CONFIRM, CODES, VERIFY = (
    f"{TWO}/totp",
    f"{TWO}/totp/confirm",
    f"{TWO}/recovery-codes",
    f"{TWO}/verify",
)
MAIL, PASSKEY, OTP = f"{TWO}/mail", f"{TWO}/passkey", "/api/auth/verify-otp"


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
    assert answer.json()["require_otp"] is False
    assert answer.json().keys() == {"require_totp", "require_otp", "challenge", "factors"}
    assert answer.json()["factors"][0] == "totp"
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
        off = {"totp": False, "passkey": False, "mail": False, "passkeys": 0}
        assert (await person.client.get(TWO)).json() == off | {"recovery_codes_left": 0}
        await enrol(person, clock)
        assert (await person.client.get(TWO)).json() == off | {
            "totp": True,
            "recovery_codes_left": 10,
        }
        await challenge(call)

    async def test_it_ends_the_other_sessions_and_tells_by_mail(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        other = await log_in(call)
        await enrol(person, clock)
        [notice] = await emitted(SecurityNotice)
        told = (notice.kind, notice.facts["reason"], notice.facts["ip"])
        assert told == (NoticeKind.FACTOR_CHANGED, "totp_added", "203.0.113.7")
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


class TestWithoutPassword:
    async def test_who_came_by_a_provider_has_an_app_too(
        self, call: Any, emitted: Any, clock: Any, admin_engine: Any
    ) -> None:
        """The password may be left out in a session proven within five minutes, and only there."""
        person = await make_account(call, emitted)
        await drop_password(person, admin_engine)
        clock.move(minutes=6)
        for path in (TOTP, CODES):
            stale = await person.client.post(path, json={})
            assert (stale.status_code, stale.json()["code"]) == (403, "reauthentication_required")
        await person.client.post("/api/auth/reauthenticate/mail")
        proof = {"otp_code": await last_code(emitted)}
        assert (await person.client.post("/api/auth/reauthenticate", json=proof)).is_success
        begun = await person.client.post(TOTP, json={})
        app = pyotp.TOTP(begun.json()["secret"])
        confirmed = await person.client.post(CONFIRM, json={"totp_code": app.at(clock.now())})
        assert confirmed.status_code == 200, confirmed.text
        renewed = await person.client.post(CODES, json={})
        [spare, *_] = renewed.json()["recovery_codes"]
        assert spare not in confirmed.json()["recovery_codes"]
        clock.move(minutes=6)
        body = {"recovery_code": spare}
        assert (await person.client.request("DELETE", TOTP, json=body)).status_code == 403
        again = {"totp_code": app.at(clock.now())}
        assert (await person.client.post("/api/auth/reauthenticate", json=again)).is_success
        wrong_one = {"recovery_code": "aaaaa-aaaaa"}
        assert (await person.client.request("DELETE", TOTP, json=wrong_one)).status_code == 400
        assert (await person.client.request("DELETE", TOTP, json=body)).status_code == 204


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


async def begin(call: Any, password: str = PASSWORD) -> dict[str, Any]:
    """A sign-in as far as the right password takes it."""
    answer = await call.anonymous.post(
        LOGIN, json={"email": "lea@example.org", "password": password}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestMailedCodes:
    async def test_a_right_password_is_followed_by_a_mailed_code(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        assert (await person.client.post(MAIL, json={"password": PASSWORD})).status_code == 204
        clock.move(minutes=1)
        begun = await begin(call)
        assert (begun["require_otp"], begun["require_totp"]) == (True, False)
        assert begun["factors"] == ["mail"]
        last = (await emitted(CodeIssued))[-1]
        assert last.purpose is CodePurpose.SIGN_IN
        code = last.code.get_secret_value()
        answer = await solve(call, begun["challenge"], otp_code=code)
        assert answer.status_code == 200, answer.text
        again = await solve(call, begun["challenge"], otp_code=code)
        assert again.status_code == 401, "a challenge signs in once"

    async def test_the_former_clients_way_works_too(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        await person.client.post(MAIL, json={"password": PASSWORD})
        clock.move(minutes=1)
        assert (await begin(call))["require_otp"] is True
        body = {"email": "lea@example.org", "otp_code": await last_code(emitted)}
        assert (await call.anonymous.post(OTP, json=body)).status_code == 200
        assert (await call.anonymous.post(OTP, json=body)).status_code in {400, 401}

    async def test_five_wrong_codes_and_the_password_must_be_given_again(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        await person.client.post(MAIL, json={"password": PASSWORD})
        clock.move(minutes=10)
        begun = await begin(call)
        code = await last_code(emitted)
        body = {"email": "lea@example.org", "otp_code": wrong(code)}
        refused = [(await call.anonymous.post(OTP, json=body)).json()["code"] for _ in range(5)]
        assert refused == ["code_wrong"] * 5
        right = await call.anonymous.post(OTP, json=body | {"otp_code": code})
        assert (right.status_code, right.json()["code"]) == (401, "challenge_over")
        other_door = await solve(call, begun["challenge"], otp_code=code)
        assert (other_door.status_code, other_door.json()["code"]) == (401, "challenge_over")
        resent = await call.anonymous.post(f"{VERIFY}/mail", json={"challenge": begun["challenge"]})
        assert resent.status_code == 401, "and no new code for the dead sign-in"
        clock.move(minutes=10)
        await begin(call)
        fresh = body | {"otp_code": await last_code(emitted)}
        assert (await call.anonymous.post(OTP, json=fresh)).status_code == 200

    async def test_strangers_elsewhere_cannot_use_up_the_tries(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        await person.client.post(MAIL, json={"password": PASSWORD})
        clock.move(minutes=1)
        begun = await begin(call)
        code = await last_code(emitted)
        stranger = call.with_caller(Caller(ip="192.0.2.66", user_agent="tests"))
        body = {"email": "lea@example.org", "otp_code": code}
        statuses = {(await stranger.post(OTP, json=body)).status_code for _ in range(12)}
        assert statuses <= {400, 429}, "the right code, without the sign-in it belongs to"
        assert (await solve(call, begun["challenge"], otp_code=code)).status_code == 200

    async def test_beside_an_app_it_is_mailed_when_asked_for(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        await enrol(person, clock)
        await person.client.post(MAIL, json={"password": PASSWORD})
        clock.move(minutes=1)
        mailed = len(await emitted(CodeIssued))
        begun = await begin(call)
        assert (begun["require_otp"], begun["require_totp"]) == (False, True)
        assert begun["factors"] == ["totp", "mail", "recovery_code"]
        assert len(await emitted(CodeIssued)) == mailed
        asked = await call.anonymous.post(f"{VERIFY}/mail", json={"challenge": begun["challenge"]})
        assert asked.status_code == 202
        code = await last_code(emitted)
        assert (await solve(call, begun["challenge"], otp_code=code)).status_code == 200

    async def test_a_code_of_another_purpose_is_no_second_factor(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        await person.client.post(MAIL, json={"password": PASSWORD})
        clock.move(minutes=1)
        body = {"email": "new@example.org", "password": PASSWORD}
        assert (await person.client.post("/api/auth/me/email", json=body)).status_code == 202
        begun = await begin(call)
        code = await last_code(emitted, "new@example.org")
        assert (await solve(call, begun["challenge"], otp_code=code)).status_code == 400

    async def test_nobody_who_has_not_chosen_them_gets_one(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        await enrol(await make_account(call, emitted), clock)
        clock.move(minutes=1)
        mailed = len(await emitted(CodeIssued))
        secret = await challenge(call)
        asked = await call.anonymous.post(f"{VERIFY}/mail", json={"challenge": secret})
        assert asked.status_code == 202
        assert len(await emitted(CodeIssued)) == mailed

    async def test_a_reset_password_does_not_get_around_them(
        self, call: Any, emitted: Any, clock: Any, run_jobs: Any
    ) -> None:
        person = await make_account(call, emitted)
        await person.client.post(MAIL, json={"password": PASSWORD})
        await reset(call, emitted, run_jobs)
        assert (await begin(call, NEW_PASSWORD))["factors"] == ["mail"]

    async def test_the_switch_needs_the_password_ends_other_sessions_and_tells(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        other = await log_in(call)
        clock.move(minutes=6)
        for method in ("POST", "DELETE"):
            assert (await person.client.request(method, MAIL, json={})).status_code == 403
            no = await person.client.request(method, MAIL, json={"password": "no"})
            assert (no.status_code, no.json()["code"]) == (400, "password_wrong")
        for method, mail in (("POST", True), ("POST", True), ("DELETE", False)):
            done = await person.client.request(method, MAIL, json={"password": PASSWORD})
            assert done.status_code == 204
            assert (await person.client.get(TWO)).json()["mail"] is mail
        kinds = [notice.kind for notice in await emitted(SecurityNotice)]
        assert kinds == [NoticeKind.MAIL_CODES_ON, NoticeKind.MAIL_CODES_OFF]
        ended = await call.anonymous.post(REFRESH, json={"refresh": other.refresh})
        assert ended.status_code == 401
        assert {"mail_codes_on", "mail_codes_off"} <= set(await audit_kinds(person))
        await log_in(call)


async def reset(call: Any, emitted: Any, run_jobs: Any) -> None:
    """The password, by mail, to NEW_PASSWORD."""
    await call.anonymous.post("/api/auth/forgot-password", json={"email": "lea@example.org"})
    await run_jobs()
    asked = (await emitted(PasswordResetAsked))[-1]
    body = {"token": asked.token.get_secret_value(), "new_password": NEW_PASSWORD}
    assert (await call.anonymous.post("/api/auth/reset-password", json=body)).status_code == 204


class TestPasskeyAsSecondFactor:
    async def test_a_right_password_is_followed_by_a_passkey(
        self, call: Any, emitted: Any, run_jobs: Any
    ) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        await log_in(call)
        answer = await person.client.post(PASSKEY, json={})
        assert len(answer.json()["recovery_codes"]) == 10
        begun = await begin(call)
        assert begun["factors"] == ["passkey", "recovery_code"]
        assert (begun["require_otp"], begun["require_totp"]) == (False, False)
        body = {"challenge": begun["challenge"]}
        asked = await call.anonymous.post(f"{VERIFY}/passkey", json=body)
        options = asked.json()["public_key"]
        assert len(options["allowCredentials"]) == 1
        credential = device.get(options)
        done = await call.anonymous.post(VERIFY, json=body | {"passkey": credential})
        assert done.status_code == 200, done.text
        await reset(call, emitted, run_jobs)
        assert (await begin(call, NEW_PASSWORD))["factors"] == ["passkey", "recovery_code"]

    async def test_the_passkey_of_somebody_else_or_of_another_ceremony_is_refused(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        await person.client.post(PASSKEY, json={})
        thief = await make_account(call, emitted, "max@example.org")
        thiefs = await register(thief)
        begun = await begin(call)
        body = {"challenge": begun["challenge"]}
        asked = await call.anonymous.post(f"{VERIFY}/passkey", json=body)
        options = asked.json()["public_key"]
        sign_in = (await call.anonymous.post("/api/auth/passkeys/sign-in/options")).json()
        for credential in (thiefs.get(options), device.get(sign_in["public_key"])):
            answer = await call.anonymous.post(VERIFY, json=body | {"passkey": credential})
            assert (answer.status_code, answer.json()["code"]) == (400, "factor_wrong")

    async def test_the_last_passkey_gone_nobody_is_asked_for_one(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        await register(person)
        await person.client.post(PASSKEY, json={})
        [shown] = (await person.client.get("/api/auth/passkeys")).json()["results"]
        await person.client.delete(f"/api/auth/passkeys/{shown['id']}")
        status = (await person.client.get(TWO)).json()
        assert (status["passkey"], status["recovery_codes_left"]) == (False, 0)
        await log_in(call)

    async def test_recovery_codes_outlive_the_app_while_a_passkey_is_asked_for(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        app, codes = await enrol(person, clock)
        await register(person)
        answer = await person.client.post(PASSKEY, json={"password": PASSWORD})
        assert answer.json()["recovery_codes"] == [], "there are some"
        body = {"password": PASSWORD, "totp_code": app.at(clock.now())}
        assert (await person.client.request("DELETE", TOTP, json=body)).status_code == 204
        begun = await begin(call)
        assert begun["factors"] == ["passkey", "recovery_code"]
        done = await solve(call, begun["challenge"], recovery_code=codes[3])
        assert done.status_code == 200

    async def test_it_needs_a_passkey_and_presence(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        assert (await person.client.post(PASSKEY, json={})).status_code == 404
        await register(person)
        clock.move(minutes=6)
        for method in ("POST", "DELETE"):
            assert (await person.client.request(method, PASSKEY, json={})).status_code == 403
        assert (await person.client.post(PASSKEY, json={"password": PASSWORD})).status_code == 200
        off = await person.client.request("DELETE", PASSKEY, json={"password": PASSWORD})
        assert off.status_code == 204
        await log_in(call)


class TestSeparateCounters:
    """What is wrong at one door is not counted at the other, and a used-up factor asks for the password again."""

    async def test_wrong_passwords_cost_no_tries_of_the_factor(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        app, _ = await enrol(await make_account(call, emitted), clock)
        body = {"email": "lea@example.org", "password": "not this one"}
        for _ in range(9):
            assert (await call.anonymous.post(LOGIN, json=body)).status_code == 401
        secret = await challenge(call)
        code = app.at(clock.now())
        for _ in range(3):
            assert (await solve(call, secret, totp_code=wrong(code))).status_code == 400
        assert (await solve(call, secret, totp_code=code)).status_code == 200

    async def test_wrong_codes_cost_no_tries_of_the_password(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        app, _ = await enrol(await make_account(call, emitted), clock)
        clock.move(minutes=10)
        for _ in range(4):
            secret = await challenge(call)
            for _ in range(6):
                await solve(call, secret, totp_code=wrong(app.at(clock.now())))
        body = {"email": "lea@example.org", "password": "not this one"}
        for _ in range(9):
            assert (await call.anonymous.post(LOGIN, json=body)).status_code == 401
        await challenge(call)

    async def test_a_right_password_renews_neither_budget(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        app, _ = await enrol(await make_account(call, emitted), clock)
        clock.move(minutes=10)
        for _ in range(5):
            answer = await solve(call, await challenge(call), totp_code=wrong(app.at(clock.now())))
            assert answer.status_code == 400
        spent = await solve(call, await challenge(call), totp_code=app.at(clock.now()))
        assert (spent.status_code, spent.json()["code"]) == (429, "too_many_tries")
        assert int(spent.headers["retry-after"]) > 0
