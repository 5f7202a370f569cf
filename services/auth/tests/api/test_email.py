import asyncio
from typing import Any

import pytest

from services.auth.tests.factories import (
    LOGIN,
    PASSWORD,
    REFRESH,
    last_code,
    log_in,
    make_account,
)
from shared.contracts.auth import AccountChanged, CodeIssued, NoticeKind, SecurityNotice

ASK, CONFIRM = "/api/auth/me/email", "/api/auth/me/email/confirm"
NEW = "lea.nouvelle@example.org"


async def ask(person: Any, email: str = NEW, password: str = PASSWORD) -> Any:
    return await person.client.post(ASK, json={"email": email, "password": password})


async def confirm(person: Any, code: str) -> Any:
    return await person.client.post(CONFIRM, json={"otp_code": code})


class TestEmailChange:
    async def test_the_code_goes_to_the_new_address_and_the_notice_to_the_old(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        other = await log_in(call)
        assert (await ask(person)).status_code == 202
        answer = await confirm(person, await last_code(emitted, NEW))
        assert (answer.status_code, answer.json()["email"]) == (200, NEW)
        [notice] = await emitted(SecurityNotice)
        assert (notice.kind, notice.email) == (NoticeKind.EMAIL_CHANGED, person.email)
        assert (await emitted(AccountChanged))[-1].email == NEW
        ended = await call.anonymous.post(REFRESH, json={"refresh": other.refresh})
        assert ended.status_code == 401
        await log_in(call, NEW)
        old = {"email": person.email, "password": PASSWORD}
        assert (await call.anonymous.post(LOGIN, json=old)).status_code == 401

    async def test_it_asks_for_the_password(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        answer = await ask(person, password="not this one")
        assert (answer.status_code, answer.json()["code"]) == (400, "password_wrong")
        assert len(await emitted(CodeIssued)) == 1

    async def test_a_taken_address_answers_the_same_and_gets_no_code(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        await make_account(call, emitted, "max@example.org")
        codes = len(await emitted(CodeIssued))
        assert (await ask(person, "MAX@example.org")).status_code == 202
        assert len(await emitted(CodeIssued)) == codes
        assert (await confirm(person, "000000")).json()["code"] == "code_wrong"

    async def test_an_address_taken_meanwhile_is_refused(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person = await make_account(call, emitted)
        await ask(person)
        code = await last_code(emitted, NEW)
        clock.move(seconds=90)
        await make_account(call, emitted, NEW)
        answer = await confirm(person, code)
        assert (answer.status_code, answer.json()["code"]) == (400, "code_wrong")
        assert (await person.client.get("/api/auth/me")).json()["email"] == person.email

    async def test_the_present_address_is_no_change(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        answer = await ask(person, "LEA@example.org")
        assert (answer.status_code, answer.json()["code"]) == (409, "address_unchanged")

    async def test_a_code_works_once_and_dies_after_five_tries(
        self, call: Any, emitted: Any
    ) -> None:
        person = await make_account(call, emitted)
        await ask(person)
        code = await last_code(emitted, NEW)
        answers = await asyncio.gather(*(confirm(person, code) for _ in range(2)))
        assert sorted(answer.status_code for answer in answers) == [200, 400]
        for _ in range(5):
            await confirm(person, "000000")
        assert (await confirm(person, "000000")).status_code == 429

    async def test_a_registration_code_confirms_no_address(self, call: Any, emitted: Any) -> None:
        person = await make_account(call, emitted)
        assert (await confirm(person, await last_code(emitted))).status_code == 400

    @pytest.mark.parametrize(
        "email", ["", "x", "a" * 300 + "@example.org", "a\x00@example.org", None, 5]
    )
    async def test_bad_input_is_refused(self, call: Any, emitted: Any, email: Any) -> None:
        person = await make_account(call, emitted)
        assert (await ask(person, email)).status_code == 422

    async def test_nobody_is_refused(self, call: Any) -> None:
        body = {"email": NEW, "password": PASSWORD}
        assert (await call.anonymous.post(ASK, json=body)).status_code == 401
        answer = await call.anonymous.post(CONFIRM, json={"otp_code": "000000"})
        assert answer.status_code == 401
        assert (await call.free.post(ASK, json=body)).status_code == 401, "no such account"
