"""Connections to a real mail server, kept and given up."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.notifications.clients import connections as under_test
from services.notifications.clients.mailer import MailDelayed, SmtpMailer
from services.notifications.tests.clients.test_mailer import (
    Recorder,
    listening,
    make_letter,
    settings_for,
)


class Counting(Recorder):
    """Remembers the connections its mails came over; hangs up after each mail when told to."""

    def __init__(self, *, hangs_up: bool = False) -> None:
        super().__init__()
        self.sessions: list[Any] = []
        self._hangs_up = hangs_up

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.sessions.append(session)
        if self._hangs_up:
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
        return await super().handle_DATA(server, session, envelope)


@pytest_asyncio.fixture
async def mailers() -> AsyncIterator[Any]:
    made: list[SmtpMailer] = []

    def make(port: int) -> SmtpMailer:
        made.append(SmtpMailer(settings_for(port)))
        return made[-1]

    yield make
    for mailer in made:
        mailer.connections.close()


async def test_twenty_mails_go_over_one_connection(mailers: Any) -> None:
    recorder = Counting()
    async with listening(recorder) as port:
        mailer = mailers(port)
        for _ in range(20):
            await mailer.send(make_letter())
    assert len(recorder.kept) == 20
    assert len({id(session) for session in recorder.sessions}) == 1


async def test_mails_at_once_do_not_share_one(mailers: Any) -> None:
    recorder = Counting()
    async with listening(recorder) as port:
        mailer = mailers(port)
        await asyncio.gather(*(mailer.send(make_letter()) for _ in range(4)))
        assert len({id(session) for session in recorder.sessions}) == 4
        assert len(mailer.connections._idle) == 4


async def test_a_server_that_hung_up_meanwhile_costs_no_mail(mailers: Any) -> None:
    recorder = Counting(hangs_up=True)
    async with listening(recorder) as port:
        mailer = mailers(port)
        for _ in range(3):
            await mailer.send(make_letter())
            await asyncio.sleep(0.1)
    assert len(recorder.kept) == 3


async def test_one_on_which_a_mail_failed_is_not_kept(mailers: Any) -> None:
    recorder = Counting()
    async with listening(recorder) as port:
        mailer = mailers(port)
        recorder.answers["data"] = "452 full"
        with pytest.raises(MailDelayed):
            await mailer.send(make_letter())
        assert not mailer.connections._idle


async def test_what_nobody_uses_is_closed(mailers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "IDLE_SECONDS", 0.05)
    async with listening(Counting()) as port:
        mailer = mailers(port)
        await mailer.send(make_letter())
        [kept] = mailer.connections._idle
        await asyncio.sleep(0.2)
        assert not mailer.connections._idle
        assert not kept.client.is_connected
