"""Hands one mail to the mail server, and says in our words what the server answered."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol
from uuid import UUID

import aiosmtplib

from services.notifications.clients.connections import Connections
from services.notifications.clients.invites import Invite
from services.notifications.domain.message import Message, one_line
from services.notifications.settings import Settings
from shared.contracts.base import Language
from shared.db.outside import outside

WHOLE_SEND = 45.0
"""Seconds for all of one mail, whatever the server does."""
_PERMANENT = 500
_NO_SUCH_ADDRESS = frozenset({550, 551, 553, 556})


class MailDelayed(Exception):
    """The server is away, busy or unhappy with us for now: the same mail may pass later."""


class MailRefused(Exception):
    """The server will never take this mail."""


class AddressRefused(MailRefused):
    """The server will never take any mail for this address."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, addressed."""

    id: UUID
    address: str
    message: Message
    language: Language
    date: datetime
    name: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    invite: Invite | None = None


class Mailer(Protocol):
    async def send(self, letter: Letter) -> None:
        """Raises MailDelayed, MailRefused, AddressRefused."""


class SmtpMailer:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.connections = Connections(settings)
        name, address = parseaddr(settings.mail_from)
        self._from = Address(display_name=name, addr_spec=address)

    def compose(self, letter: Letter) -> EmailMessage:
        """Raises AddressRefused for what cannot be an address."""
        mail = EmailMessage(policy=SMTP)
        mail["Message-ID"] = f"<{letter.id}@{self._from.domain}>"
        mail["Date"] = format_datetime(letter.date)
        mail["From"] = self._from
        try:
            mail["To"] = Address(one_line(letter.name, at_most=60), addr_spec=letter.address)
        except (ValueError, IndexError, MessageError) as error:  # a line break or no mailbox at all
            raise AddressRefused("not an address") from error
        if self._settings.mail_reply_to:
            mail["Reply-To"] = self._settings.mail_reply_to
        mail["Subject"] = letter.message.subject
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        for header, value in letter.headers.items():
            mail[header] = value
        mail.set_content(letter.message.text)
        mail.add_alternative(letter.message.html, subtype="html")
        if letter.invite is not None:
            _enclose(mail, letter.invite)
        mail["Content-Language"] = (
            letter.language.value
        )  # set_content forgets earlier Content- headers
        return mail

    @outside
    async def send(self, letter: Letter) -> None:
        mail = self.compose(letter)
        try:
            async with asyncio.timeout(WHOLE_SEND):
                await self._hand_over(mail, letter.address)
        except aiosmtplib.SMTPException as error:
            raise _in_our_words(error) from error
        except (OSError, ssl.SSLError) as error:  # TimeoutError is an OSError
            raise MailDelayed(type(error).__name__) from error

    async def _hand_over(self, mail: EmailMessage, address: str) -> None:
        async with self.connections.one() as server:
            await server.send_message(mail, sender=self._from.addr_spec, recipients=[address])


def _enclose(mail: EmailMessage, invite: Invite) -> None:
    """As one more form of the message, which calendars look for, and as a file, which people do."""
    text = invite.content.decode()
    mail.add_alternative(text, subtype="calendar", params={"method": invite.method})
    mail.add_attachment(
        invite.content, maintype="application", subtype="ics", filename="autotrack.ics"
    )


def _in_our_words(error: aiosmtplib.SMTPException) -> MailDelayed | MailRefused:
    """Codes only: a server's text may repeat the address, which no log may hold."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            return _judge_recipient(error.recipients[0].code)
        case aiosmtplib.SMTPRecipientRefused():
            return _judge_recipient(error.code)
        case aiosmtplib.SMTPNotSupported():
            return AddressRefused("server takes no such address")
        case aiosmtplib.SMTPDataError() | aiosmtplib.SMTPSenderRefused():
            refused = error.code >= _PERMANENT
            return (MailRefused if refused else MailDelayed)(f"smtp {error.code}")
    # The rest, a refused sign-in or greeting too, is our configuration or their outage: it will be mended.
    code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else None
    return MailDelayed(f"smtp {code}" if code else type(error).__name__)


def _judge_recipient(code: int) -> MailDelayed | MailRefused:
    if code in _NO_SUCH_ADDRESS:
        return AddressRefused(f"smtp {code}")
    return MailRefused(f"smtp {code}") if code >= _PERMANENT else MailDelayed(f"smtp {code}")
