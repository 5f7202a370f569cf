"""Claims, lifetimes, and what a presented refresh token means.

A refresh token stays good until the token that replaced it is used, so an answer lost on the way can be asked for again; a token
used after that has been copied, and the whole family ends.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any
from uuid import UUID

from shared.security.secrets import digest, keyed_digest, opaque_token

ISSUER = "autotrack"
AUDIENCE = "autotrack-api"
ACCESS_TYPE = "at+jwt"
ACCESS_LIFETIME = timedelta(minutes=10)
SKEW = timedelta(seconds=60)
REFRESH_LIFETIME = timedelta(days=30)
SESSION_LIFETIME = timedelta(days=90)
REISSUE_GRACE = timedelta(seconds=10)
"""Within it a repeated refresh gets the very same child: two tabs, or a retry of the client's HTTP library."""
RESET_LIFETIME = timedelta(hours=1)
REVERT_LIFETIME = timedelta(hours=72)
"""How long the owner of an old address may take its change back."""


class Presented(Enum):
    FRESH = auto()
    REPEATED = auto()
    """Its child exists and was never used: hand out the same child within the grace, else a new one in its place."""
    COPIED = auto()


@dataclass(frozen=True, slots=True)
class Bearer:
    account_id: UUID
    session_id: UUID
    roles: tuple[str, ...]
    language: str
    zone: str
    actor_id: UUID | None = None
    """The administrator who acts in the account's name (RFC 8693, `act`)."""


def judge_presented(*, replaced_at: datetime | None, has_unused_child: bool) -> Presented:
    """`replaced_at`: when a child of this token was used, or another child took this one's place."""
    if replaced_at is not None:
        return Presented.COPIED
    return Presented.REPEATED if has_unused_child else Presented.FRESH


def access_claims(
    bearer: Bearer, *, token_id: UUID, now: datetime, lasting: timedelta = ACCESS_LIFETIME
) -> dict[str, Any]:
    issued = int(now.timestamp())
    act = {} if bearer.actor_id is None else {"act": {"sub": str(bearer.actor_id)}}
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(bearer.account_id),
        "sid": str(bearer.session_id),
        "jti": str(token_id),
        "roles": list(bearer.roles),
        "lang": bearer.language,
        "zone": bearer.zone,
        "iat": issued,
        "exp": issued + int(lasting.total_seconds()),
        **act,
    }


def new_secret() -> str:
    """256 random bits."""
    return opaque_token()


def child_secret(pepper: bytes, *, parent: str, nonce: str) -> str:
    """The next token of a family, derivable again from its parent while the row with `nonce` lives."""
    derived = keyed_digest(pepper, "refresh", nonce, parent)
    return base64.urlsafe_b64encode(derived).rstrip(b"=").decode()


def fingerprint(secret: str) -> bytes:
    """What is stored of a token; 256 random bits need no salt."""
    return digest(secret)


def refresh_expiry(*, now: datetime, session_started: datetime) -> datetime:
    """Sliding, but never past the session's absolute end."""
    return min(now + REFRESH_LIFETIME, session_started + SESSION_LIFETIME)
