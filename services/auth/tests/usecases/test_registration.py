"""What is asked of an address nobody knows costs the same work as of one that has an account: the time tells nothing."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from services.auth.clients.hasher import Hasher
from services.auth.tests.factories import (
    LOGIN,
    NEW_PASSWORD,
    REGISTER,
    VERIFY,
    make_account,
    registration,
)
from shared.http.identity import Caller

UNKNOWN, PENDING, TAKEN = "nobody@example.org", "max@example.org", "lea@example.org"
TABLE = re.compile(r"(?:FROM|INTO|UPDATE)\s+(\w+)")


@contextmanager
def work_done(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Statements by verb, and passwords hashed."""
    done: Counter[str] = Counter()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        done[statement.split(None, 1)[0].upper()] += 1

    run = Hasher._run

    async def counted(self: Hasher, work: Any) -> Any:
        done["hash"] += 1
        return await run(self, work)

    monkeypatch.setattr(Hasher, "_run", counted)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield done
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        monkeypatch.setattr(Hasher, "_run", run)


@pytest.fixture
async def addresses(call: Any, emitted: Any) -> tuple[str, str, str]:
    """One without an account, one that somebody registered and nobody proved, one with an account."""
    await make_account(call, emitted, TAKEN)
    await call.anonymous.post(REGISTER, json=registration(PENDING))
    return UNKNOWN, PENDING, TAKEN


async def works(
    call: Any, addresses: tuple[str, ...], path: str, monkeypatch: pytest.MonkeyPatch, **body: Any
) -> list[Counter[str]]:
    """Each from a network that asks for the first time, and for a second time."""
    found = []
    for number, email in enumerate(addresses):
        client = call.with_caller(Caller(ip=f"198.51.{number}.7", user_agent="tests"))
        total: Counter[str] = Counter()
        for _ in range(2):
            with work_done(monkeypatch) as done:
                answer = await client.post(path, json={"email": email, **body})
            assert answer.status_code in {201, 202, 400, 401}, answer.text
            total += done
        found.append(total)
    return found


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (VERIFY, {"otp_code": "000000"}),
        ("/api/auth/resend-otp", {}),
        ("/api/auth/forgot-password", {}),
        (LOGIN, {"password": NEW_PASSWORD}),
    ],
)
async def test_every_address_is_asked_the_same(
    call: Any,
    addresses: tuple[str, str, str],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    body: dict[str, Any],
) -> None:
    unknown, pending, taken = await works(call, addresses, path, monkeypatch, **body)
    assert unknown == pending == taken
    assert unknown["SELECT"] >= 2


async def test_registering_costs_the_same_whoever_has_the_address(
    call: Any, addresses: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = registration()
    del body["email"]
    unknown, pending, taken = await works(call, addresses, REGISTER, monkeypatch, **body)
    assert unknown == pending == taken
    assert unknown["hash"] == 2


async def test_an_owner_who_was_told_already_costs_the_same(
    call: Any, addresses: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = registration()
    del body["email"]
    await works(call, addresses, REGISTER, monkeypatch, **body)
    unknown, pending, taken = await works(call, addresses, REGISTER, monkeypatch, **body)
    assert unknown == pending == taken
