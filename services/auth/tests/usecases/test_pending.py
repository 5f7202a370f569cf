"""Whose secrets a code lets into an account."""

from typing import Any

import pytest
from sqlalchemy import text

from services.auth.tests.factories import (
    LOGIN,
    NEW_PASSWORD,
    PASSWORD,
    REGISTER,
    VERIFY,
    last_code,
    make_account,
    registration,
)
from shared.contracts.auth import CodeIssued, PasswordResetAsked, ResetReason
from shared.http.identity import Caller

EVIL = "an attacker's own words"
LEA = "lea@example.org"
RESEND, RESET = "/api/auth/resend-otp", "/api/auth/reset-password"


def at(call: Any, ip: str) -> Any:
    return call.with_caller(Caller(ip=ip, user_agent="tests"))


async def register(client: Any, password: str = PASSWORD, **facts: Any) -> None:
    answer = await client.post(REGISTER, json=registration(password=password, **facts))
    assert answer.status_code == 201


async def verify(client: Any, code: str) -> Any:
    return await client.post(VERIFY, json={"email": LEA, "otp_code": code})


async def sign_in(client: Any, password: str = PASSWORD) -> Any:
    return await client.post(LOGIN, json={"email": LEA, "password": password})


@pytest.fixture
def owner(call: Any) -> Any:
    return at(call, "192.0.2.7")


@pytest.fixture
def stranger(call: Any) -> Any:
    return at(call, "198.51.100.7")


class TestTwoRegistrations:
    @pytest.mark.parametrize("seconds", [0, 5, 61])
    async def test_the_second_has_a_code_of_its_own_at_once(
        self, call: Any, emitted: Any, clock: Any, seconds: int
    ) -> None:
        """Also where nothing tells the two apart: one network, one device."""
        await register(call.anonymous, EVIL)
        clock.move(seconds=seconds)
        await register(call.anonymous)
        assert (await verify(call.anonymous, await last_code(emitted))).status_code == 200
        assert (await sign_in(call.anonymous)).status_code == 200
        assert (await sign_in(call.anonymous, EVIL)).status_code == 401

    async def test_a_later_strangers_code_opens_nothing_where_the_owner_types_it(
        self, emitted: Any, clock: Any, owner: Any, stranger: Any
    ) -> None:
        await register(owner)
        own = await last_code(emitted)
        clock.move(seconds=61)
        await register(stranger, EVIL)
        answer = await verify(owner, await last_code(emitted))
        assert (answer.status_code, answer.json()["code"]) == (400, "code_wrong")
        assert (await verify(owner, own)).status_code == 200
        assert (await sign_in(owner)).status_code == 200
        assert (await sign_in(stranger, EVIL)).status_code == 401

    async def test_a_device_tells_two_of_one_network_apart(
        self, call: Any, emitted: Any, stranger: Any
    ) -> None:
        neighbour = at(call, "198.51.100.9")
        await register(neighbour)
        own = await last_code(emitted)
        await register(stranger, EVIL)
        assert (await verify(neighbour, await last_code(emitted))).status_code == 400
        assert (await verify(neighbour, own)).status_code == 200

    async def test_a_device_is_at_home_in_every_network(
        self, call: Any, emitted: Any, owner: Any
    ) -> None:
        await register(owner)
        moved = at(call, "203.0.114.1")
        moved.cookies = owner.cookies
        assert (await verify(moved, await last_code(emitted))).status_code == 200
        assert not [name for name in moved.cookies if "registr" in name]
        assert (await sign_in(owner)).status_code == 200

    async def test_a_code_typed_elsewhere_proves_the_mailbox_and_no_password(
        self, emitted: Any, owner: Any, stranger: Any
    ) -> None:
        """Nobody but the stranger has registered; the owner of the mailbox types what came."""
        await register(stranger, EVIL)
        answer = await verify(owner, await last_code(emitted))
        assert answer.status_code == 200
        assert (await sign_in(stranger, EVIL)).status_code == 401
        [link] = await emitted(PasswordResetAsked)
        assert (link.email, link.reason) == (LEA, ResetReason.PROVEN_ELSEWHERE)

    async def test_asking_for_the_code_elsewhere_ends_in_an_account_its_owner_can_use(
        self, emitted: Any, run_jobs: Any, owner: Any, stranger: Any
    ) -> None:
        """Registered on the laptop, asked for again on the phone."""
        laptop, phone = owner, stranger
        await register(laptop)
        assert (await phone.post(RESEND, json={"email": LEA})).status_code == 202
        await run_jobs()
        [link] = await emitted(PasswordResetAsked)
        assert (link.email, link.reason) == (LEA, ResetReason.REGISTERED_ELSEWHERE)
        chosen = {"token": link.token.get_secret_value(), "new_password": NEW_PASSWORD}
        assert (await phone.post(RESET, json=chosen)).status_code < 300
        assert (await sign_in(phone, NEW_PASSWORD)).status_code == 200
        assert (await sign_in(laptop)).status_code == 401

    async def test_asking_for_the_code_of_an_account_elsewhere_mails_nothing(
        self, call: Any, emitted: Any, run_jobs: Any, stranger: Any
    ) -> None:
        await make_account(call, emitted)
        await register(stranger, EVIL)
        await stranger.post(RESEND, json={"email": LEA})
        await at(call, "203.0.113.9").post(RESEND, json={"email": LEA})
        await run_jobs()
        assert not await emitted(PasswordResetAsked)

    async def test_giving_the_password_elsewhere_makes_the_code_count_there(
        self, call: Any, emitted: Any, clock: Any, owner: Any
    ) -> None:
        await register(owner)
        clock.move(seconds=61)
        moved = at(call, "203.0.114.1")
        assert (await sign_in(moved)).json() == {"require_otp": True}
        assert (await verify(moved, await last_code(emitted))).status_code == 200
        assert (await sign_in(moved)).status_code == 200

    async def test_the_others_are_gone_with_the_proof(
        self, emitted: Any, owner: Any, stranger: Any, admin_engine: Any
    ) -> None:
        await register(stranger, EVIL)
        others = await last_code(emitted)
        await register(owner)
        await verify(owner, await last_code(emitted))
        assert (await verify(stranger, others)).status_code == 400
        assert (await sign_in(stranger, EVIL)).status_code == 401
        async with admin_engine.connect() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM registration")) == 0

    async def test_what_a_taken_address_keeps_of_a_registration_says_nothing(
        self, call: Any, emitted: Any, stranger: Any, admin_engine: Any
    ) -> None:
        await make_account(call, emitted)
        await register(stranger, EVIL, first_name="Mallory")
        async with admin_engine.connect() as connection:
            [row] = (await connection.execute(text("SELECT * FROM registration"))).mappings()
        assert (row["password_hash"], row["profile"], row["identity"]) == (None, {}, None)


class TestMails:
    async def test_a_stranger_cannot_use_up_the_owners(
        self, emitted: Any, clock: Any, owner: Any, stranger: Any, run_jobs: Any
    ) -> None:
        for _ in range(7):
            await register(stranger, EVIL)
            await sign_in(stranger, EVIL)
            await stranger.post(RESEND, json={"email": LEA})
            await run_jobs()
            clock.move(seconds=61)
        before = len(await emitted(CodeIssued))
        assert before <= 9, "a stranger's own allowance"
        await register(owner)
        assert len(await emitted(CodeIssued)) == before + 1
        clock.move(seconds=61)
        await owner.post(RESEND, json={"email": LEA})
        await run_jobs()
        assert len(await emitted(CodeIssued)) == before + 2
        assert (await verify(owner, await last_code(emitted))).status_code == 200
        assert (await sign_in(owner)).status_code == 200

    async def test_a_mailbox_bears_twelve_networks_an_hour(self, call: Any, emitted: Any) -> None:
        for network in range(14):
            await register(at(call, f"198.18.{network}.1"))
        assert len(await emitted(CodeIssued)) == 12

    async def test_what_a_network_may_not_mail_makes_its_other_codes_worthless(
        self, emitted: Any, stranger: Any, call: Any
    ) -> None:
        """Who cannot be told apart and gets no code of their own must not be given another's."""
        for _ in range(5):
            await register(stranger, EVIL)
        code = await last_code(emitted)
        neighbour = at(call, "198.51.100.9")
        await register(neighbour)
        neighbour.cookies.clear()
        assert (await verify(neighbour, code)).status_code == 400


class TestAnUnprovenHolder:
    async def test_does_not_keep_an_owner_from_their_new_address(
        self, call: Any, emitted: Any, stranger: Any
    ) -> None:
        """A stranger registers the address somebody is about to move to, and never proves it."""
        person = await make_account(call, emitted, "lea.petit@example.org")
        await register(stranger, EVIL)
        asked = await person.client.post("/api/auth/me/email", json={"email": LEA})
        assert asked.status_code == 202
        done = await person.client.post(
            "/api/auth/me/email/confirm", json={"otp_code": await last_code(emitted)}
        )
        assert done.status_code == 200, done.text
        assert (await sign_in(stranger, EVIL)).status_code == 401
        assert (await sign_in(call.anonymous)).status_code == 200


class TestTries:
    async def test_a_strangers_wrong_codes_leave_the_newcomer_theirs(
        self, call: Any, emitted: Any, owner: Any, stranger: Any
    ) -> None:
        await register(owner)
        code = await last_code(emitted)
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        for _ in range(6):
            await verify(stranger, wrong)
        assert (await verify(stranger, wrong)).status_code == 429
        assert (await verify(owner, code)).status_code == 200

    async def test_several_codes_are_several_guesses(
        self, emitted: Any, clock: Any, owner: Any
    ) -> None:
        judged = 0
        for _ in range(4):
            for _ in range(2):
                await register(owner)
            issued = {event.code.get_secret_value() for event in await emitted(CodeIssued)}
            wrong = next(f"{n:06d}" for n in range(1000) if f"{n:06d}" not in issued)
            for _ in range(4):
                judged += (await verify(owner, wrong)).status_code == 400
            clock.move(hours=1, seconds=1)
        assert judged == 10, "twenty comparisons a day"

    async def test_the_codes_of_one_address_say_nothing_of_another(
        self, call: Any, emitted: Any, owner: Any
    ) -> None:
        await register(owner)
        body = {"email": "max@example.org", "otp_code": await last_code(emitted)}
        assert (await owner.post(VERIFY, json=body)).status_code == 400
        assert (await sign_in(owner, NEW_PASSWORD)).status_code == 401
