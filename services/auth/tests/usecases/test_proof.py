"""Whose guesses are counted against whom."""

import time
from typing import Any

import pytest

from services.auth.clients.hasher import Hasher
from services.auth.tests.factories import LOGIN, NEW_PASSWORD, PASSWORD, make_account, try_login


async def marked(call: Any, emitted: Any, email: str = "lea@example.org") -> str:
    """Somebody who has just registered: the cookie by which their telephone is known."""
    await make_account(call, emitted, email)
    [(name, value)] = call.anonymous.cookies.items()
    return f"{name}={value}"


def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """A hash for each password that was looked at; a guess beyond the allowance is wrong unseen."""
    computed: list[str | None] = []
    verify = Hasher.verify

    async def counted(self: Hasher, stored: str | None, password: str) -> bool:
        computed.append(stored)
        return await verify(self, stored, password)

    monkeypatch.setattr(Hasher, "verify", counted)
    return computed


class TestKnownDevice:
    async def test_two_hundred_guesses_stop_the_guessers_and_not_the_owner(
        self, call: Any, emitted: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Twenty networks, ten addresses in each; the owner's telephone is in a network it never was in."""
        mark = await marked(call, emitted)
        computed = hashes(monkeypatch)
        for network in range(20):
            before = len(computed)
            for host in range(10):
                await try_login(call, NEW_PASSWORD, ip=f"198.51.{network}.{host}")
            assert len(computed) - before <= 10, "for one account from one network"
        assert len(computed) <= 50, "from anywhere, at once"
        assert await try_login(call, PASSWORD, ip="198.51.3.99") == 401, "even the right one"
        assert await try_login(call, PASSWORD, ip="192.0.2.77") == 401, (
            "a stranger's, for all we know"
        )
        began = time.monotonic()
        assert await try_login(call, PASSWORD, ip="192.0.2.77", cookie=mark) == 200
        assert time.monotonic() - began < 5

    async def test_ten_guesses_from_a_network_and_the_next_is_not_looked_at(
        self, call: Any, emitted: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await make_account(call, emitted)
        computed = hashes(monkeypatch)
        for host in range(30):
            await try_login(call, NEW_PASSWORD, ip=f"198.51.100.{host}")
        assert len(computed) == 10

    async def test_guesses_with_the_mark_run_out_too_and_spend_nobody_elses(
        self, call: Any, emitted: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever took the telephone guesses ten times; the owner's other devices are not concerned."""
        mark = await marked(call, emitted)
        computed = hashes(monkeypatch)
        for host in range(30):
            await try_login(call, NEW_PASSWORD, ip=f"198.51.{host}.1", cookie=mark)
        assert len(computed) == 10
        assert await try_login(call, PASSWORD, ip="198.51.9.9", cookie=mark) == 401
        assert await try_login(call, PASSWORD, ip="203.0.113.7") == 200
        assert await try_login(call, PASSWORD, ip="192.0.2.77") == 200

    async def test_a_mark_of_another_account_and_one_made_up_are_worth_nothing(
        self, call: Any, emitted: Any
    ) -> None:
        mark = await marked(call, emitted)
        call.anonymous.cookies.clear()
        others = await marked(call, emitted, "max@example.org")
        name, _, value = mark.partition("=")
        made_up = f"{name}={value[:-1]}{'0' if value[-1] != '0' else '1'}"
        for guess in range(60):
            await try_login(call, NEW_PASSWORD, ip=f"198.51.{guess}.1")
        stolen_name = f"{name}={others.partition('=')[2]}"
        for cookie in (others, made_up, stolen_name, f"{name}=", f"{name}=.."):
            answer = await try_login(call, PASSWORD, ip="192.0.2.77", cookie=cookie)
            assert answer == 401, cookie
        assert await try_login(call, PASSWORD, ip="192.0.2.77", cookie=mark) == 200

    async def test_every_sign_in_marks_the_device_for_scripts_and_others_to_keep_off(
        self, call: Any, emitted: Any
    ) -> None:
        await make_account(call, emitted)
        person = {"email": "lea@example.org", "password": PASSWORD}
        answer = await call.anonymous.post(LOGIN, json=person)
        said = answer.headers["set-cookie"]
        for part in ("HttpOnly", "SameSite=strict", "Path=/api/auth", "Max-Age=31536000"):
            assert part in said
        wrong = await call.anonymous.post(LOGIN, json=person | {"password": NEW_PASSWORD})
        assert "set-cookie" not in wrong.headers
