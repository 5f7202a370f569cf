"""The door mails come in by: SMTP on a loopback port, kept in memory, delivered to nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.simulators.mailbox.faults import FaultKind, Faults
from deploy.simulators.mailbox.store import Store
from shared.clock import Clock

MAX_BYTES = 25 * 1024 * 1024


class Letterbox:
    """aiosmtpd's handler: what to say to RCPT and DATA."""

    def __init__(self, store: Store, faults: Faults, clock: Clock) -> None:
        self._store = store
        self.faults = faults
        self._clock = clock

    async def handle_MAIL(  # noqa: N802 - name and arguments are aiosmtpd's
        self,
        server: SMTP,
        session: Session,  # noqa: ARG002 - aiosmtpd's
        envelope: Envelope,
        address: str,
        mail_options: list[str],
    ) -> str:
        if self.faults.strikes(
            FaultKind.REFUSE
        ):  # a server that is down keeps no connection either
            return _cut(server)
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - name and arguments are aiosmtpd's
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's
        session: Session,  # noqa: ARG002 - aiosmtpd's
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        if self.faults.strikes(FaultKind.PERMANENT, recipients=[address]):
            return "550 5.1.1 No such person here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - name is aiosmtpd's
        self,
        server: SMTP,
        session: Session,  # noqa: ARG002 - aiosmtpd's
        envelope: Envelope,
    ) -> str:
        people = list(envelope.rcpt_tos)
        if fault := self.faults.strikes(FaultKind.DELAY, recipients=people):
            await asyncio.sleep(fault.seconds)
        if self.faults.strikes(FaultKind.TEMPORARY, recipients=people):
            return "451 4.3.0 Try again later"
        if self.faults.strikes(FaultKind.DROP, recipients=people):
            return _cut(server)
        raw = envelope.content
        self._store.add(
            raw.encode() if isinstance(raw, str) else raw or b"",
            sender=envelope.mail_from or "",
            recipients=tuple(people),
            now=self._clock.now(),
        )
        if self.faults.strikes(FaultKind.DROP_KEPT, recipients=people):
            return _cut(server)
        return "250 OK: kept"


def _cut(server: SMTP) -> str:
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()
    return "421 Bye"


class Door(SMTP):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        letterbox = self.event_handler
        if isinstance(letterbox, Letterbox) and letterbox.faults.strikes(FaultKind.REFUSE):
            if isinstance(transport, asyncio.Transport):
                transport.abort()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:  # a refused connection never became a session
            super().connection_lost(error)


@asynccontextmanager
async def open_door(letterbox: Letterbox, *, host: str, port: int) -> AsyncIterator[int]:
    """Listens until left; gives the port (0 asks for a free one)."""
    loop = asyncio.get_running_loop()

    def session() -> Door:
        return Door(
            letterbox,
            hostname="mailbox.autotrack.local",
            ident="AutoTrack mailbox",
            data_size_limit=MAX_BYTES,
            enable_SMTPUTF8=True,
            loop=loop,
        )

    server = await loop.create_server(session, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
