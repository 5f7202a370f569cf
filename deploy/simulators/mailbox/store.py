"""The mails that came in, newest first, at most `limit` of them."""

import email
import email.policy
import re
import secrets
import shlex
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<style.*?</style>|<[^>]+>", re.DOTALL | re.IGNORECASE)
_SNIPPET = 250


@dataclass(slots=True)
class Mail:
    id: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    parsed: EmailMessage
    is_read: bool = False

    @property
    def subject(self) -> str:
        return str(self.parsed.get("Subject", ""))

    @property
    def message_id(self) -> str:
        return str(self.parsed.get("Message-ID", "")).strip().strip("<>")

    @property
    def date(self) -> datetime:
        try:
            date = parsedate_to_datetime(str(self.parsed["Date"]))
        except (TypeError, ValueError):
            return self.received_at
        return date if date.tzinfo else date.replace(tzinfo=UTC)

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def snippet(self) -> str:
        return _SPACE.sub(" ", self.text or _TAG.sub(" ", self.html)).strip()[:_SNIPPET]

    def people(self, header: str) -> list[tuple[str, str]]:
        """(name, address) pairs of a header; a header nobody can parse has none."""
        found = getattr(self.parsed.get(header), "addresses", ())
        return [(a.display_name, a.addr_spec) for a in found if isinstance(a, Address)]

    def attachments(self) -> Iterator[EmailMessage]:
        for part in self.parsed.iter_attachments():
            if isinstance(part, EmailMessage):
                yield part

    def _body(self, kind: str) -> str:
        part = self.parsed.get_body(preferencelist=(kind,))
        if part is None:
            return ""
        try:
            return str(part.get_content())
        except (LookupError, ValueError):  # unknown charset or encoding: show what is there
            payload = part.get_payload(decode=True)
            return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


class Store:
    def __init__(self, limit: int = 1000) -> None:
        self._limit = limit
        self._mails: OrderedDict[str, Mail] = OrderedDict()

    def add(self, raw: bytes, *, sender: str, recipients: tuple[str, ...], now: datetime) -> Mail:
        parsed = email.message_from_bytes(raw, policy=email.policy.default)
        mail = Mail(secrets.token_hex(11), now, sender, recipients, raw, parsed)
        self._mails[mail.id] = mail
        while len(self._mails) > self._limit:
            self._mails.popitem(last=False)
        return mail

    def newest_first(self) -> list[Mail]:
        return list(reversed(self._mails.values()))

    def get(self, mail_id: str) -> Mail | None:
        if mail_id == "latest":
            return next(reversed(self._mails.values()), None)
        return self._mails.get(mail_id)

    def delete(self, ids: list[str]) -> None:
        """These, or everything when none is named."""
        if not ids:
            self._mails.clear()
        for mail_id in ids:
            self._mails.pop(mail_id, None)

    def search(self, query: str) -> list[Mail]:
        terms = _terms(query)
        return [mail for mail in self.newest_first() if all(_matches(mail, t) for t in terms)]


def _terms(query: str) -> list[str]:
    try:
        return shlex.split(query)
    except ValueError:  # an open quote: take the words as they are
        return query.split()


def _matches(mail: Mail, term: str) -> bool:
    """Mailpit's language, the part tests use: `to: from: subject: message-id: is: -not word`."""
    if term.startswith(("-", "!")) and len(term) > 1:
        return not _matches(mail, term[1:])
    key, colon, value = term.partition(":")
    value = value.lower()
    addresses = " ".join(address for pair in mail.people("To") for address in pair)
    fields = {
        "to": f"{addresses} {' '.join(mail.recipients)}",
        "addressed": f"{addresses} {' '.join(mail.recipients)} {mail.sender}",
        "from": f"{mail.parsed.get('From', '')} {mail.sender}",
        "subject": mail.subject,
        "message-id": mail.message_id,
    }
    if colon and key.lower() in fields:
        return value.strip("<>") in fields[key.lower()].lower()
    if colon and key.lower() == "is":
        return mail.is_read is (value == "read")
    return (
        term.lower() in f"{mail.subject}\n{mail.text}\n{mail.html}\n{fields['addressed']}".lower()
    )
