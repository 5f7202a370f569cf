import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from services.auth.tests.factories import (
    LOGIN,
    NEW_PASSWORD,
    PASSWORD,
    REGISTER,
    VERIFY,
    claims_of,
    last_code,
    log_in,
    make_account,
    registration,
    unverified_header,
)
from shared.contracts.auth import (
    AccountChanged,
    CodeIssued,
    CodePurpose,
    NoticeKind,
    SecurityNotice,
)

RESEND = "/api/auth/resend-otp"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def verify(call: Any, code: str, email: str = "lea@example.org") -> Any:
    return await call.anonymous.post(VERIFY, json={"email": email, "otp_code": code})


class TestRegister:
    async def test_a_newcomer_gets_a_code_and_no_session_yet(self, call: Any, emitted: Any) -> None:
        answer = await call.anonymous.post(REGISTER, json=registration(language="es"))
        assert answer.status_code == 201
        body = answer.json()
        assert body["require_otp"] is True
        assert body["user"]["email"] == "lea@example.org"
        assert body["user"]["email_verified"] is False
        assert "access" not in body
        [issued] = await emitted(CodeIssued)
        assert (issued.purpose, issued.language) == (CodePurpose.VERIFY_EMAIL, "es")
        [changed] = await emitted(AccountChanged)
        assert (changed.version, changed.verified) == (1, False)

    async def test_a_taken_address_answers_the_same_and_tells_its_owner(
        self, call: Any, emitted: Any
    ) -> None:
        owner = await make_account(call, emitted)
        codes = len(await emitted(CodeIssued))
        first = await call.anonymous.post(REGISTER, json=registration("other@example.org"))
        again = await call.anonymous.post(REGISTER, json=registration("LEA@Example.ORG"))
        assert again.status_code == first.status_code == 201
        assert again.json().keys() == first.json().keys()
        assert again.json()["user"].keys() == first.json()["user"].keys()
        assert again.json()["user"]["id"] != str(owner.id)
        [notice] = await emitted(SecurityNotice)
        assert notice.kind is NoticeKind.ADDRESS_ALREADY_REGISTERED
        assert notice.email == "lea@example.org"
        assert len(await emitted(CodeIssued)) == codes + 1, "only the newcomer's"
        await log_in(call, password=PASSWORD)

    async def test_an_owner_is_told_once_an_hour(self, call: Any, emitted: Any, clock: Any) -> None:
        await make_account(call, emitted)
        for _ in range(3):
            await call.anonymous.post(REGISTER, json=registration())
        assert len(await emitted(SecurityNotice)) == 1
        clock.move(hours=1, seconds=1)
        await call.anonymous.post(REGISTER, json=registration())
        assert len(await emitted(SecurityNotice)) == 2

    async def test_letter_case_makes_no_second_account(
        self, call: Any, emitted: Any, admin_engine: Any
    ) -> None:
        await make_account(call, emitted)
        answers = await asyncio.gather(
            *(
                call.anonymous.post(REGISTER, json=registration(e))
                for e in ("Lea@example.org", "LEA@EXAMPLE.ORG")
            )
        )
        assert {answer.status_code for answer in answers} == {201}
        async with admin_engine.connect() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM account")) == 1

    async def test_simultaneous_registrations_make_one_account_and_a_code_each_up_to_five(
        self, call: Any, emitted: Any
    ) -> None:
        answers = await asyncio.gather(
            *(call.anonymous.post(REGISTER, json=registration()) for _ in range(8))
        )
        assert {answer.status_code for answer in answers} == {201}
        assert len(await emitted(AccountChanged)) == 1
        issued = await emitted(CodeIssued)
        assert len({event.code_id for event in issued}) == len(issued) == 5

    async def test_who_registered_an_unverified_address_first_does_not_choose_its_password(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        await call.anonymous.post(REGISTER, json=registration(password="an attacker's own words"))
        clock.move(minutes=2)
        await call.anonymous.post(REGISTER, json=registration(first_name="Vraie"))
        answer = await verify(call, await last_code(emitted))
        assert answer.json()["user"]["first_name"] == "Vraie"
        await log_in(call, password=PASSWORD)
        stolen = {"email": "lea@example.org", "password": "an attacker's own words"}
        assert (await call.anonymous.post(LOGIN, json=stolen)).status_code == 401

    @pytest.mark.parametrize(
        ("password", "code"),
        [
            ("Court1!", "password_too_short"),
            ("x" * 257, "password_too_long"),
            ("password123", "password_too_common"),
            ("Soleil2024!", "password_too_common"),
            ("léapetit1", "password_about_you"),
            ("AutoTrack-26", "password_about_you"),
        ],
    )
    async def test_a_weak_password_is_refused_with_its_reason(
        self, call: Any, emitted: Any, password: str, code: str
    ) -> None:
        answer = await call.anonymous.post(REGISTER, json=registration(password=password))
        assert answer.status_code == 422
        assert answer.json()["code"] == code
        assert answer.json()["errors"][0]["pointer"] == "/password"
        assert await emitted() == []

    @pytest.mark.parametrize(
        "password",
        [
            "é" * 64,
            "fenêtre ouverte ",
            "日本語のながいパスワード",
            "k7#pQ2vZ",
            "q" * 40 + "🚲" * 88,
        ],
    )
    async def test_any_long_enough_text_is_taken_as_it_is(
        self, call: Any, emitted: Any, password: str
    ) -> None:
        await make_account(call, emitted, password=password)
        await log_in(call, password=password)
        trimmed = {"email": "lea@example.org", "password": password[:-1]}
        assert (await call.anonymous.post(LOGIN, json=trimmed)).status_code == 401

    async def test_two_different_passwords_are_refused(self, call: Any) -> None:
        body = registration(password_confirm="another password here")
        answer = await call.anonymous.post(REGISTER, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "passwords_differ")

    @pytest.mark.parametrize(
        "change",
        [
            {"email": "no address"},
            {"email": "a" * 10_000 + "@example.org"},
            {"email": "nul\x00@example.org"},
            {"email": ["lea@example.org"]},
            {"password": None},
            {"password": 12345678},
            {"password": "nul\x00in the middle"},
            {"first_name": ""},
            {"first_name": "x" * 10_000},
            {"first_name": "a\x00b"},
            {"first_name": "a\nb"},
            {"phone_number": "not a number"},
            {"language": "de"},
            {"roles": ["admin"]},
            {"email_verified": True},
        ],
    )
    async def test_hostile_bodies_are_refused_and_nothing_is_kept(
        self, call: Any, emitted: Any, change: dict[str, Any]
    ) -> None:
        answer = await call.anonymous.post(REGISTER, json=registration() | change)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(change))}"
        assert await emitted() == []

    @pytest.mark.parametrize(
        "body", [b"{", b"", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"email":"\\ud800"}']
    )
    async def test_what_is_not_a_json_object_is_refused(self, call: Any, body: bytes) -> None:
        for path in (REGISTER, VERIFY, LOGIN, RESEND):
            answer = await call.anonymous.post(
                path, content=body, headers={"content-type": "application/json"}
            )
            assert answer.status_code in {400, 422}, (path, answer.text)


class TestVerifyCode:
    async def test_the_code_signs_in(self, call: Any, emitted: Any, clock: Any) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        answer = await verify(call, await last_code(emitted))
        assert answer.status_code == 200
        body = answer.json()
        assert body["user"]["email_verified"] is True
        claims = await claims_of(call, body["access"], clock.now())
        assert claims["sub"] == body["user"]["id"]
        assert (claims["iss"], claims["aud"]) == ("autotrack", "autotrack-api")
        assert claims["exp"] - claims["iat"] == 600
        assert (claims["roles"], claims["lang"]) == (["user"], "fr")
        assert {"sid", "jti"} <= claims.keys()
        header = unverified_header(body["access"])
        assert (header["alg"], header["typ"]) == ("ES256", "at+jwt")
        assert [event.verified for event in await emitted(AccountChanged)] == [False, True]
        assert [event.version for event in await emitted(AccountChanged)] == [1, 2]

    async def test_it_works_once(self, call: Any, emitted: Any) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        code = await last_code(emitted)
        assert (await verify(call, code)).status_code == 200
        assert (await verify(call, code)).json()["code"] == "code_wrong"

    async def test_two_simultaneous_right_codes_sign_in_once(self, call: Any, emitted: Any) -> None:
        for round_ in range(10):
            email = f"lea{round_}@example.org"
            await call.anonymous.post(REGISTER, json=registration(email))
            code = await last_code(emitted, email)
            answers = await asyncio.gather(*(verify(call, code, email) for _ in range(2)))
            assert sorted(answer.status_code for answer in answers) == [200, 400]

    async def test_fifty_times_two_simultaneous_right_codes_sign_in_once_each(
        self, call: Any, emitted: Any
    ) -> None:
        for number in range(50):
            email = f"person{number}@example.org"
            await call.anonymous.post(REGISTER, json=registration(email))
            body = {"email": email, "otp_code": await last_code(emitted, email)}
            answers = await asyncio.gather(
                *(call.anonymous.post(VERIFY, json=body) for _ in range(2))
            )
            assert sorted(answer.status_code for answer in answers) == [200, 400], number

    async def test_it_dies_after_ten_minutes(self, call: Any, emitted: Any, clock: Any) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        clock.move(minutes=10)
        assert (await verify(call, await last_code(emitted))).status_code == 400

    async def test_it_dies_after_five_tries(self, call: Any, emitted: Any) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        code = await last_code(emitted)
        for _ in range(5):
            assert (await verify(call, wrong(code))).json()["code"] == "code_wrong"
        answer = await verify(call, code)
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_tries")
        assert 0 < int(answer.headers["retry-after"]) <= 600

    async def test_parallel_guesses_do_not_stretch_the_budget(
        self, call: Any, emitted: Any
    ) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        code = await last_code(emitted)
        answers = await asyncio.gather(*(verify(call, wrong(code)) for _ in range(20)))
        assert sorted(answer.status_code for answer in answers) == [400] * 5 + [429] * 15
        assert (await verify(call, code)).status_code == 429

    async def test_a_new_code_does_not_renew_the_budget(
        self, call: Any, emitted: Any, clock: Any, run_jobs: Any
    ) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        for _ in range(4):
            await verify(call, wrong(await last_code(emitted)))
        clock.move(seconds=61)
        await call.anonymous.post(RESEND, json={"email": "lea@example.org"})
        await run_jobs()
        assert len(await emitted(CodeIssued)) == 2
        code = await last_code(emitted)
        assert (await verify(call, wrong(code))).status_code == 400
        assert (await verify(call, code)).status_code == 429

    async def test_a_new_sign_in_does_not_renew_the_budget(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        for _ in range(5):
            await verify(call, wrong(await last_code(emitted)))
        clock.move(seconds=61)
        answer = await call.anonymous.post(
            LOGIN, json={"email": "lea@example.org", "password": PASSWORD}
        )
        assert answer.json() == {"require_otp": True}
        assert len(await emitted(CodeIssued)) == 2
        assert (await verify(call, await last_code(emitted))).status_code == 429

    async def test_ten_tries_an_hour_and_twenty_a_day_over_all_codes(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        judged = 0
        for _ in range(18):
            for _ in range(6):
                judged += (await verify(call, "000000")).status_code == 400
            clock.move(minutes=10, seconds=1)
        assert judged == 20

    async def test_an_unknown_address_answers_the_same(self, call: Any, emitted: Any) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        code = wrong(await last_code(emitted))
        seen: dict[str, list[Any]] = {"lea@example.org": [], "nobody@example.org": []}
        for email, answers in seen.items():
            for _ in range(6):
                answer = await verify(call, code, email)
                answers.append((answer.status_code, answer.json()["code"]))
        assert seen["lea@example.org"] == seen["nobody@example.org"]

    async def test_the_code_is_nowhere_in_the_tables_but_the_outbox(
        self, call: Any, emitted: Any, admin_engine: Any
    ) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        code = await last_code(emitted)
        async with admin_engine.connect() as connection:
            [row] = (await connection.execute(text("SELECT * FROM code"))).all()
        assert code not in str(row)

    @pytest.mark.parametrize(
        "code", ["12345", "1234567", "abcdef", "", "１２３４５６", "12 456", 123456, None]
    )
    async def test_what_is_no_code_is_malformed(self, call: Any, code: Any) -> None:
        answer = await call.anonymous.post(
            VERIFY, json={"email": "a@example.org", "otp_code": code}
        )
        assert answer.status_code == 422


class TestResendCode:
    async def ask(self, call: Any, run_jobs: Any, email: str = "lea@example.org") -> None:
        answer = await call.anonymous.post(RESEND, json={"email": email})
        assert (answer.status_code, answer.content) == (202, b"")
        await run_jobs()

    async def test_one_a_minute_and_five_an_hour(
        self, call: Any, emitted: Any, clock: Any, run_jobs: Any
    ) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        await self.ask(call, run_jobs)
        assert len(await emitted(CodeIssued)) == 1, "less than a minute ago"
        for _ in range(8):
            clock.move(seconds=61)
            await self.ask(call, run_jobs)
        assert len(await emitted(CodeIssued)) == 5
        clock.move(hours=1)
        await self.ask(call, run_jobs)
        assert len(await emitted(CodeIssued)) == 6

    async def test_the_new_code_takes_the_place_of_the_old_one(
        self, call: Any, emitted: Any, clock: Any, run_jobs: Any
    ) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        old = await last_code(emitted)
        clock.move(seconds=61)
        await self.ask(call, run_jobs)
        assert (await verify(call, old)).status_code == 400
        assert (await verify(call, await last_code(emitted))).status_code == 200

    async def test_unknown_and_verified_addresses_get_nothing(
        self, call: Any, emitted: Any, clock: Any, run_jobs: Any
    ) -> None:
        await make_account(call, emitted)
        clock.move(hours=2)
        await self.ask(call, run_jobs)
        await self.ask(call, run_jobs, "nobody@example.org")
        assert len(await emitted(CodeIssued)) == 1


class TestUnverifiedAccount:
    async def test_signing_in_asks_for_the_code(self, call: Any, emitted: Any, clock: Any) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        clock.move(minutes=2)
        body = {"email": "lea@example.org", "password": PASSWORD}
        assert (await call.anonymous.post(LOGIN, json=body)).json() == {"require_otp": True}
        assert len(await emitted(CodeIssued)) == 2
        assert (await verify(call, await last_code(emitted))).status_code == 200

    async def test_a_wrong_password_sends_nothing(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        await call.anonymous.post(REGISTER, json=registration())
        clock.move(minutes=2)
        body = {"email": "lea@example.org", "password": NEW_PASSWORD}
        assert (await call.anonymous.post(LOGIN, json=body)).status_code == 401
        assert len(await emitted(CodeIssued)) == 1
