import asyncio
from typing import Any

import pyotp
import pytest

from services.auth.tests.factories import (
    LOGIN,
    PASSWORD,
    REFRESH,
    last_code,
    log_in,
    make_account,
    registration,
)
from shared.contracts.auth import (
    AccountChanged,
    AccountDeletionStarted,
    AddressChanged,
    CodeIssued,
    PasswordResetAsked,
    ResetReason,
)

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
        [told] = await emitted(AddressChanged)
        assert (told.email, told.new_email) == (person.email, NEW)
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


class TestRevert:
    """Within 72 hours the owner of the old address takes the account back."""

    async def changed(self, call: Any, emitted: Any) -> tuple[Any, str]:
        person = await make_account(call, emitted)
        assert (await ask(person)).status_code == 202
        assert (await confirm(person, await last_code(emitted, NEW))).status_code == 200
        [told] = await emitted(AddressChanged)
        return person, told.token.get_secret_value()

    async def revert(self, call: Any, token: str) -> Any:
        return await call.anonymous.post(f"{ASK}/revert", json={"token": token})

    async def test_the_address_comes_back_and_whoever_is_in_is_out(
        self, call: Any, emitted: Any
    ) -> None:
        person, token = await self.changed(call, emitted)
        thief = await log_in(call, NEW)
        assert (await self.revert(call, token)).status_code == 204
        assert (await emitted(AccountChanged))[-1].email == person.email
        for one in (person, thief):
            again = await call.anonymous.post(REFRESH, json={"refresh": one.refresh})
            assert again.status_code == 401
        for address in (NEW, person.email):
            body = {"email": address, "password": PASSWORD}
            assert (await call.anonymous.post(LOGIN, json=body)).status_code == 401
        [reset] = await emitted(PasswordResetAsked)
        assert reset.reason is ResetReason.ADDRESS_TAKEN_BACK
        assert reset.email == person.email
        body = {"token": reset.token.get_secret_value(), "new_password": "un autre, et bien long"}
        assert (await call.anonymous.post("/api/auth/reset-password", json=body)).status_code == 204
        await log_in(call, person.email, "un autre, et bien long")

    async def test_keys_for_programs_end_too(self, call: Any, emitted: Any) -> None:
        person, token = await self.changed(call, emitted)
        body = {
            "name": "the thief's",
            "scopes": ["vehicles:read"],
            "expires_in_days": 90,
            "password": PASSWORD,
        }
        made = await person.client.post("/api/auth/api-keys", json=body)
        assert made.status_code == 201, made.text
        assert (await self.revert(call, token)).status_code == 204
        keys = await person.client.get("/api/auth/api-keys")
        assert keys.json()["count"] == 0

    async def test_it_works_once_even_for_two_at_a_time(self, call: Any, emitted: Any) -> None:
        _, token = await self.changed(call, emitted)
        answers = await asyncio.gather(*(self.revert(call, token) for _ in range(2)))
        assert sorted(answer.status_code for answer in answers) == [204, 400]

    async def test_it_ends_after_72_hours_and_is_stored_as_a_digest(
        self, call: Any, emitted: Any, clock: Any, admin_engine: Any
    ) -> None:
        _, token = await self.changed(call, emitted)
        async with admin_engine.connect() as connection:
            rows = await connection.exec_driver_sql("SELECT row_to_json(r) FROM email_revert r")
            assert token not in str(rows.all())
        clock.move(hours=72, seconds=1)
        answer = await self.revert(call, token)
        assert (answer.status_code, answer.json()["code"]) == (400, "revert_token_wrong")

    async def test_the_first_of_two_changes_undoes_both(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person, token = await self.changed(call, emitted)
        clock.move(minutes=2)
        thief = await log_in(call, NEW)
        assert (await ask(thief, "thief@example.org")).status_code == 202
        await confirm(thief, await last_code(emitted, "thief@example.org"))
        second = (await emitted(AddressChanged))[-1].token.get_secret_value()
        assert (await self.revert(call, token)).status_code == 204
        assert (await emitted(AccountChanged))[-1].email == person.email
        assert (await self.revert(call, second)).status_code == 400, "it would bring NEW back"

    async def test_a_factor_the_thief_has_added_does_not_lock_the_owner_out(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        _, token = await self.changed(call, emitted)
        clock.move(minutes=2)
        thief = await log_in(call, NEW)
        begun = await thief.client.post("/api/auth/2fa/totp", json={"password": PASSWORD})
        code = pyotp.TOTP(begun.json()["secret"]).at(clock.now())
        await thief.client.post("/api/auth/2fa/totp/confirm", json={"totp_code": code})
        assert (await self.revert(call, token)).status_code == 204
        [*_, reset] = await emitted(PasswordResetAsked)
        body = {"token": reset.token.get_secret_value(), "new_password": "un autre, et bien long"}
        await call.anonymous.post("/api/auth/reset-password", json=body)
        await log_in(call, password="un autre, et bien long")

    async def test_a_registration_nobody_has_proven_makes_room_and_a_proven_one_does_not(
        self, call: Any, emitted: Any, clock: Any
    ) -> None:
        person, token = await self.changed(call, emitted)
        clock.move(minutes=2)
        await call.anonymous.post("/api/auth/register", json=registration(person.email))
        assert (await self.revert(call, token)).status_code == 204
        [going] = await emitted(AccountDeletionStarted)
        assert going.account_id != person.id

    async def test_a_proven_one_keeps_it(self, call: Any, emitted: Any, clock: Any) -> None:
        person, token = await self.changed(call, emitted)
        clock.move(minutes=2)
        await make_account(call, emitted, person.email)
        answer = await self.revert(call, token)
        assert (answer.status_code, answer.json()["code"]) == (409, "address_taken")

    @pytest.mark.parametrize("token", ["", "x", "ä", "a" * 600, None])
    async def test_what_is_no_token_is_refused(self, call: Any, token: Any) -> None:
        assert (await self.revert(call, token)).status_code in {400, 422}
