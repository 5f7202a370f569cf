"""Connections to the mail server, kept for the next mail: a handshake, TLS and a sign-in cost more than the mail."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator

import aiosmtplib

from services.notifications.settings import Settings, SmtpSecurity

MOST_IDLE = 6
"""One for each lane of `jobs/sending.py`."""
IDLE_SECONDS = 20.0
"""Servers hang up after some minutes; some count what is open."""
MOST_MAILS = 100
"""Over one connection; servers refuse more at some figure of theirs."""


class _Kept:
    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self.client = client
        self.mails = 0
        self.until = 0.0


class Connections:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: deque[_Kept] = deque()
        self._closing: asyncio.TimerHandle | None = None

    @contextlib.asynccontextmanager
    async def one(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """An open one, signed in, between two mails. It is kept unless the mail inside failed. Raises as connecting does."""
        kept = await self._take() or await self._open()
        try:
            yield kept.client
        except BaseException:
            kept.client.close()
            raise
        kept.mails += 1
        self._keep(kept)

    async def _take(self) -> _Kept | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            kept = self._idle.pop()
            if now < kept.until and kept.client.is_connected:
                with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                    await kept.client.rset()  # whether anybody is still there
                    return kept
            kept.client.close()
        return None

    async def _open(self) -> _Kept:
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username or None,
            password=settings.smtp_password.get_secret_value() or None,
            use_tls=settings.smtp_security is SmtpSecurity.TLS,
            start_tls=settings.smtp_security is SmtpSecurity.STARTTLS,
            timeout=settings.smtp_timeout,
        )
        await client.connect()
        return _Kept(client)

    def _keep(self, kept: _Kept) -> None:
        if kept.mails >= MOST_MAILS or len(self._idle) >= MOST_IDLE:
            kept.client.close()
            return
        loop = asyncio.get_running_loop()
        kept.until = loop.time() + IDLE_SECONDS
        self._idle.append(kept)
        if self._closing is None:
            self._closing = loop.call_later(IDLE_SECONDS, self._close_idle)

    def _close_idle(self) -> None:
        self._closing = None
        loop = asyncio.get_running_loop()
        while self._idle and self._idle[0].until <= loop.time():
            self._idle.popleft().client.close()
        if self._idle:
            self._closing = loop.call_at(self._idle[0].until, self._close_idle)

    def close(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None
        while self._idle:
            self._idle.pop().client.close()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Held while the program runs."""
        try:
            yield
        finally:
            self.close()
