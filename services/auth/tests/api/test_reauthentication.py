import asyncio
from typing import Any
from uuid import uuid4

import pyotp
import pytest

from services.auth.tests.api.test_passkeys import audit_kinds, creation, register, request
from services.auth.tests.authenticator import PRESENT, VERIFIED, Authenticator, b64
from services.auth.tests.factories import (
    PASSWORD,
    VERIFY,
    SignedIn,
    drop_password,
    last_code,
    log_in,
    make_account,
)
from shared.contracts.auth import CodeIssued, CodePurpose

PROVE, SESSIONS, EMAIL = "/api/auth/reauthenticate", "/api/auth/sessions", "/api/auth/me/email"
EXPORT, ME = "/api/auth/me/export", "/api/auth/me"
DELICATE = [
    ("DELETE", ME, {}),
    ("DELETE", SESSIONS, {}),
    ("POST", EMAIL, {"email": "lea.neuve@example.org"}),
    ("POST", EXPORT, {}),
]
ALL_DELICATE = [
    *DELICATE,
    ("GET", EXPORT, None),
    (
        "POST",
        "/api/auth/api-keys",
        {"name": "k", "scopes": ["vehicles:read"], "expires_in_days": 1},
    ),
    ("POST", "/api/auth/2fa/totp", {}),
    ("DELETE", "/api/auth/2fa/totp", {"totp_code": "123456"}),
    ("POST", "/api/auth/2fa/recovery-codes", {}),
    ("POST", "/api/auth/2fa/mail", {}),
    ("DELETE", "/api/auth/2fa/mail", {}),
    ("POST", "/api/auth/2fa/passkey", {}),
    ("DELETE", "/api/auth/2fa/passkey", {}),
    ("POST", "/api/auth/passkeys/options", {}),
    ("DELETE", f"/api/auth/passkeys/{uuid4()}", {}),
    ("DELETE", f"/api/auth/oidc/links/{uuid4()}", {}),
]
"""Whatever a borrowed telephone must not do."""


WITH_PASSKEY, BY_MAIL = f"{PROVE}/passkey", f"{PROVE}/mail"


async def prove(person: Any, **proof: Any) -> Any:
    return await person.client.post(PROVE, json=proof)


async def options(person: Any) -> dict[str, Any]:
    answer = await person.client.post(WITH_PASSKEY)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["public_key"]
    return found


async def proofs(person: Any) -> list[str]:
    found: list[str] = (await person.client.get(PROVE)).json()["proofs"]
    return found


async def known_by_mail_alone(call: Any, emitted: Any, clock: Any, admin_engine: Any) -> SignedIn:
    """An hour after they signed in."""
    person = await make_account(call, emitted)
    await drop_password(person, admin_engine)
    clock.move(hours=1)
    return person


@pytest.mark.parametrize("factor", ["none", "totp", "passkey", "mail"])
async def test_nothing_delicate_is_open_five_minutes_after_the_last_proof_whatever_the_factor(
    call: Any, emitted: Any, clock: Any, factor: str
) -> None:
    person = await make_account(call, emitted)
    if factor == "totp":
        begun = (await person.client.post("/api/auth/2fa/totp", json={})).json()
        code = pyotp.TOTP(begun["secret"]).at(clock.now())
        await person.client.post("/api/auth/2fa/totp/confirm", json={"totp_code": code})
    elif factor == "passkey":
        await register(person)
        await person.client.post("/api/auth/2fa/passkey", json={})
    elif factor == "mail":
        await person.client.post("/api/auth/2fa/mail", json={})
    status = (await person.client.get("/api/auth/2fa")).json()
    assert [name for name in ("totp", "passkey", "mail") if status[name]] == [
        name for name in (factor,) if name != "none"
    ]
    clock.move(minutes=5, seconds=1)
    for method, path, body in ALL_DELICATE:
        answer = await person.client.request(method, path, json=body)
        assert answer.status_code == 403, (method, path, answer.text)
        assert answer.json()["code"] == "reauthentication_required", (method, path)


@pytest.mark.parametrize(("method", "path", "body"), DELICATE)
class TestDelicate:
    async def test_it_is_refused_five_minutes_after_the_last_proof(
        self, call: Any, emitted: Any, clock: Any, method: str, path: str, body: dict[str, Any]
    ) -> None:
        person = await make_account(call, emitted)
        clock.move(minutes=5, seconds=1)
        answer = await person.client.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
        assert (await person.client.get(ME)).status_code == 200

    async def test_a_proof_opens_it_and_so_does_the_password_in_the_body(
        self, call: Any, emitted: Any, clock: Any, method: str, path: str, body: dict[str, Any]
    ) -> None:
        person = await make_account(call, emitted)
        clock.move(hours=1)
        refused = await person.client.request(method, path, json=body | {"password": "not this"})
        assert (refused.status_code, refused.json()["code"]) == (400, "password_wrong")
        assert (await prove(person, password=PASSWORD)).status_code == 200
        answer = await person.client.request(method, path, json=body)
        assert answer.status_code in {202, 204}, answer.text

    async def test_a_session_that_is_not_the_callers_or_is_over_proves_nothing(
        self, call: Any, emitted: Any, method: str, path: str, body: dict[str, Any]
    ) -> None:
        person = await make_account(call, emitted)
        stranger = call.as_user(person.id)  # an API key, say: no session of this account
        answer = await stranger.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")


class TestProof:
    async def test_it_is_told_until_when_and_noted(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        clock.move(hours=1)
        body = (await prove(person, password=PASSWORD)).json()
        assert body["authenticated_at"] < body["valid_until"]
        kinds = [e["kind"] for e in (await person.client.get("/api/auth/audit")).json()["results"]]
        assert kinds[0] == "reauthenticated"
        [session] = (await person.client.get(SESSIONS)).json()["results"]
        assert session["authenticated_at"] == body["authenticated_at"]

    async def test_a_wrong_password_is_counted_like_a_guess_and_noted(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        for _ in range(12):
            assert (await prove(person, password="not this")).status_code == 400
        assert (await prove(person, password=PASSWORD)).status_code == 400, "guessed too often"
        kinds = [e["kind"] for e in (await person.client.get("/api/auth/audit")).json()["results"]]
        assert "reauthentication_refused" in kinds

    async def test_a_code_of_the_app_does_as_well_and_only_once(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        begun = await person.client.post("/api/auth/2fa/totp", json={"password": PASSWORD})
        app = pyotp.TOTP(begun.json()["secret"])
        await person.client.post(
            "/api/auth/2fa/totp/confirm", json={"totp_code": app.at(clock.now())}
        )
        clock.move(minutes=10)
        code = app.at(clock.now())
        assert (await prove(person, totp_code=code)).status_code == 200
        assert (await prove(person, totp_code=code)).status_code == 400

    @pytest.mark.parametrize("body", [{}, {"password": "a", "totp_code": "123456"}, {"x": 1}])
    async def test_one_proof_is_asked_for(self, call: Any, emitted: Any, body: Any) -> None:
        person = await make_account(call, emitted)
        assert (await person.client.post(PROVE, json=body)).status_code == 422

    async def test_nobody_is_refused(self, call: Any) -> None:
        assert (await call.anonymous.post(PROVE, json={"password": PASSWORD})).status_code == 401
        assert (await call.free.post(PROVE, json={"password": PASSWORD})).status_code == 401


class TestPasskey:
    async def test_it_opens_what_is_delicate(self, call: Any, emitted: Any, clock: Any) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        clock.move(hours=1)
        asked = await options(person)
        assert asked["userVerification"] == "required"
        assert [one["id"] for one in asked["allowCredentials"]] == [b64(device.credential_id)]
        assert (await person.client.delete(SESSIONS)).status_code == 403
        proven = await prove(person, passkey=device.get(asked))
        assert proven.status_code == 200, proven.text
        assert (await person.client.delete(SESSIONS)).status_code == 204
        assert "reauthenticated" in await audit_kinds(person)

    async def test_an_answer_works_once_also_when_sent_twice_at_once(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        for _ in range(5):
            credential = device.get(await options(person))
            answers = await asyncio.gather(*(prove(person, passkey=credential) for _ in range(2)))
            assert sorted(answer.status_code for answer in answers) == [200, 400]

    async def test_a_challenge_lasts_five_minutes(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        asked = await options(person)
        clock.move(minutes=5)
        assert (await prove(person, passkey=device.get(asked))).status_code == 400
        assert (await person.client.delete(SESSIONS)).status_code == 204, "signed in just now"
        clock.move(seconds=1)
        assert (await person.client.delete(SESSIONS)).status_code == 403

    async def test_a_challenge_is_for_one_purpose_and_one_person(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        stranger = await make_account(call, emitted, "max@example.org")
        theirs = await register(stranger)
        for asked in (await creation(person), await request(call), await options(stranger)):
            answer = await prove(person, passkey=device.get(asked))
            assert (answer.status_code, answer.json()["code"]) == (400, "passkey_refused")
        enter = {"credential": device.get(await options(person))}
        answer = await call.anonymous.post("/api/auth/passkeys/sign-in", json=enter)
        assert answer.status_code == 400, "it signs nobody in"
        answer = await prove(person, passkey=theirs.get(await options(person)))
        assert answer.status_code == 400, "a stranger's key"

    @pytest.mark.parametrize(
        ("what", "value"),
        [
            ("origin", "https://evil.example"),
            ("rp_id", "evil.example"),
            ("flags", PRESENT),
            ("flags", VERIFIED),
            ("user_handle", b"somebody else's"),
        ],
        ids=str,
    )
    async def test_what_is_not_for_us_or_not_of_a_verified_person_is_refused_and_noted(
        self, call: Any, emitted: Any, clock: Any, what: str, value: Any
    ) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        clock.move(minutes=6)
        setattr(device, what, value)
        answer = await prove(person, passkey=device.get(await options(person)))
        assert (answer.status_code, answer.json()["code"]) == (400, "passkey_refused")
        assert "reauthentication_refused" in await audit_kinds(person)
        assert (await person.client.delete(SESSIONS)).status_code == 403

    async def test_a_copied_key_is_refused(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        device = await register(person)
        assert (await prove(person, passkey=device.get(await options(person)))).is_success
        device.sign_count -= 1
        assert (await prove(person, passkey=device.get(await options(person)))).status_code == 400
        assert "passkey_copied" in await audit_kinds(person)

    async def test_who_has_none_is_told(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        assert (await person.client.post(WITH_PASSKEY)).status_code == 404
        made_up = Authenticator().get({"challenge": b64(b"x" * 32)})
        assert (await prove(person, passkey=made_up)).status_code == 400


class TestMailedCode:
    async def test_who_has_nothing_else_is_mailed_a_code_that_works_once(
        self, call: Any, emitted: Any, clock: Any, admin_engine: Any
    ) -> None:
        person = await known_by_mail_alone(call, emitted, clock, admin_engine)
        assert await proofs(person) == ["mail"]
        assert (await person.client.delete(SESSIONS)).status_code == 403
        assert (await person.client.post(BY_MAIL)).status_code == 202
        assert (await emitted(CodeIssued))[-1].purpose is CodePurpose.PROVE_AGAIN
        code = await last_code(emitted)
        assert (await prove(person, otp_code=code)).status_code == 200
        assert (await prove(person, otp_code=code)).status_code == 400
        assert (await person.client.delete(SESSIONS)).status_code == 204

    async def test_five_wrong_ones_and_the_right_one_is_refused_too(
        self, call: Any, emitted: Any, clock: Any, admin_engine: Any
    ) -> None:
        person = await known_by_mail_alone(call, emitted, clock, admin_engine)
        await person.client.post(BY_MAIL)
        code = await last_code(emitted)
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        for _ in range(5):
            refused = await prove(person, otp_code=wrong)
            assert (refused.status_code, refused.json()["code"]) == (400, "code_wrong")
        assert (await prove(person, otp_code=code)).status_code == 429
        clock.move(minutes=11)
        assert (await prove(person, otp_code=code)).status_code == 400, "expired"
        assert "reauthentication_refused" in await audit_kinds(person)

    async def test_it_signs_nobody_in_and_no_other_code_proves(
        self, call: Any, emitted: Any, clock: Any, admin_engine: Any
    ) -> None:
        person = await known_by_mail_alone(call, emitted, clock, admin_engine)
        await person.client.post(BY_MAIL)
        code = await last_code(emitted)
        body = {"email": person.email, "otp_code": code}
        assert (await call.anonymous.post(VERIFY, json=body)).status_code == 400
        clock.move(minutes=2)
        wish = {"email": "lea.neuve@example.org"}
        assert (await prove(person, otp_code=code)).status_code == 200
        assert (await person.client.post(EMAIL, json=wish)).status_code == 202
        other = await last_code(emitted, "lea.neuve@example.org")
        assert (await prove(person, otp_code=other)).status_code == 400

    async def test_whoever_has_something_better_is_mailed_nothing(
        self, call: Any, emitted: Any, clock: Any, admin_engine: Any
    ) -> None:
        person = await make_account(call, emitted)
        assert await proofs(person) == ["password"]
        await register(person)
        assert await proofs(person) == ["password", "passkey"]
        await drop_password(person, admin_engine)
        assert await proofs(person) == ["passkey"]
        before = len(await emitted(CodeIssued))
        answer = await person.client.post(BY_MAIL)
        assert (answer.status_code, answer.json()["code"]) == (409, "prove_otherwise")
        assert len(await emitted(CodeIssued)) == before

    async def test_a_code_is_void_once_there_is_something_better(
        self, call: Any, emitted: Any, clock: Any, admin_engine: Any
    ) -> None:
        person = await make_account(call, emitted)
        await drop_password(person, admin_engine)
        clock.move(minutes=2)
        await person.client.post(BY_MAIL)
        await register(person)
        assert (await prove(person, otp_code=await last_code(emitted))).status_code == 400

    async def test_nobody_is_refused(self, call: Any) -> None:
        for path in (BY_MAIL, WITH_PASSKEY):
            assert (await call.anonymous.post(path)).status_code == 401
        assert (await call.anonymous.get(PROVE)).status_code == 401


class TestSessions:
    async def test_the_others_can_be_ended_at_once(self, call: Any, emitted: Any) -> None:
        first = await make_account(call, emitted)
        others = [await log_in(call) for _ in range(2)]
        assert (await first.client.delete(SESSIONS)).status_code == 204
        [left] = (await first.client.get(SESSIONS)).json()["results"]
        assert left["is_current"]
        for one in others:
            again = await call.anonymous.post(
                "/api/auth/token/refresh", json={"refresh": one.refresh}
            )
            assert again.status_code == 401

    async def test_another_one_needs_a_proof_and_the_present_one_does_not(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        first = await make_account(call, emitted)
        second = await log_in(call)
        clock.move(minutes=6)
        path = f"{SESSIONS}/{second.session_id}"
        assert (await first.client.delete(path)).status_code == 403
        with_password = await first.client.request("DELETE", path, json={"password": PASSWORD})
        assert with_password.status_code == 204
        clock.move(minutes=6)
        assert (await first.client.delete(f"{SESSIONS}/{first.session_id}")).status_code == 204
