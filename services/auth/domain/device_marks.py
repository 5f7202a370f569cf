"""A cookie by which a device of the owner's is known wherever it is: made at a sign-in, for one account, good for a year.

It opens nothing. Guesses that come with it have an allowance of their own, which nobody without it can spend.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.security.secrets import keyed_digest, same

PREFIX = "autotrack_device_"
LIFETIME = timedelta(days=365)
LONGEST = 200
_NONCE_BYTES = 16


def mark_name(pepper: bytes, whose: UUID | str) -> str:
    """One for each account that is used on a device; it says to nobody else which."""
    return PREFIX + keyed_digest(pepper, "device name", str(whose)).hex()[:16]


def registrant(email_key: str) -> str:
    """Whose mark a device gets that registers an address: it has no account yet, or is not to learn whether."""
    return f"registration {email_key}"


def marks_among(cookies: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in cookies.items()
        if name.startswith(PREFIX) and len(value) <= LONGEST
    }


def new_mark(
    pepper: bytes, whose: UUID | str, *, marks: Mapping[str, str], now: datetime
) -> tuple[str, str]:
    """Name and value of the cookie; a device that was known stays the same one."""
    nonce = known_device(pepper, whose, marks=marks, now=now)
    nonce = nonce or secrets.token_urlsafe(_NONCE_BYTES)
    at = str(int(now.timestamp()))
    value = f"{nonce}.{at}.{_seal(pepper, whose, nonce, at)}"
    return mark_name(pepper, whose), value


def known_device(
    pepper: bytes, whose: UUID | str, *, marks: Mapping[str, str], now: datetime
) -> str | None:
    """Which device of this account's owner it is; None for a mark that is missing, made up, another account's or too old."""
    said, _, seal = marks.get(mark_name(pepper, whose), "").rpartition(".")
    nonce, _, at = said.partition(".")
    if not same(seal, _seal(pepper, whose, nonce, at)):
        return None
    made_at = datetime.fromtimestamp(int(at), UTC)
    return nonce if made_at <= now < made_at + LIFETIME else None


def _seal(pepper: bytes, whose: UUID | str, nonce: str, at: str) -> str:
    return keyed_digest(pepper, "device mark", str(whose), nonce, at).hex()
