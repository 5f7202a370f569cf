"""Sign-in with an OpenID Connect provider: what is configured, and what a provider says of a person."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, EmailStr, Field, SecretStr, TypeAdapter, ValidationError

from services.auth.domain.addresses import is_ambiguous
from shared.contracts.base import Language
from shared.security.secrets import keyed_digest, same
from shared.security.tokens import TokenRefused

VISIT_LIFETIME = timedelta(minutes=10)
CODE_LIFETIME = timedelta(seconds=60)
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ADDRESS: TypeAdapter[str] = TypeAdapter(Annotated[EmailStr, Field(max_length=254)])
_LONGEST_NAME = 100
_LONGEST_SUBJECT = 255


class Provider(BaseModel):
    """One entry of AUTOTRACK_OIDC_PROVIDERS."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    title: str = Field(default="", max_length=60)
    issuer: str = Field(pattern=r"^https?://[^\s?#]+$")
    client_id: str = Field(min_length=1, max_length=255)
    client_secret: SecretStr = SecretStr("")
    scopes: str = "openid email profile"

    @property
    def shown(self) -> str:
        """As people know it."""
        return self.title or self.name.capitalize()


@dataclass(frozen=True, slots=True)
class ProviderPerson:
    """What an id_token says; issuer and subject are the identity, the rest may change."""

    provider: str
    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    first_name: str
    last_name: str
    language: str | None


def is_safe(url: str, *, loopback_allowed: bool) -> bool:
    """HTTPS, or, outside production, plain HTTP that does not leave the machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    host = parts.hostname or ""
    is_here = host in _LOOPBACK or host.endswith(".localhost")  # RFC 6761, section 6.3
    return loopback_allowed and parts.scheme == "http" and is_here


def pkce_challenge(verifier: str) -> str:
    """RFC 7636, S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def derived(pepper: bytes, purpose: str, state: str) -> str:
    """The nonce and the verifier of a visit, made again from its state when it comes back: nothing of them is stored."""
    secret = keyed_digest(pepper, f"oidc-{purpose}", state)
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def holds_verifier(challenge: str, verifier: str) -> bool:
    return same(challenge, pkce_challenge(verifier))


def check_id_token(claims: Mapping[str, Any], *, nonce: str, access_token: str | None) -> None:
    """What binds an id_token to this visit, beyond its signature (OpenID Connect Core, 2 and 3.1.3.8). Raises TokenRefused."""
    said = claims.get("nonce")
    if not isinstance(said, str) or not same(said, nonce):
        raise TokenRefused("nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise TokenRefused("subject")
    if "at_hash" in claims and not _is_hash_of(claims["at_hash"], access_token):
        raise TokenRefused("access token hash")


def _is_hash_of(said: Any, access_token: str | None) -> bool:
    """The left half of SHA-256, for both algorithms."""
    if access_token is None or not isinstance(said, str):
        return False
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return same(said, base64.urlsafe_b64encode(half).rstrip(b"=").decode())


def person_in(claims: Mapping[str, Any], provider: Provider) -> ProviderPerson:
    """Names are people's own and may be missing; an address counts as verified only where the provider says exactly so."""
    email = _address(claims.get("email"))
    first, last = _names(claims, email)
    locale = str(claims.get("locale", ""))[:2].lower()
    return ProviderPerson(
        provider=provider.name,
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        email=email,
        email_verified=email is not None and claims.get("email_verified") is True,
        first_name=first,
        last_name=last,
        language=locale if locale in set(Language) else None,
    )


def _address(said: Any) -> str | None:
    if isinstance(said, str) and is_ambiguous(said):
        return None
    try:
        return _ADDRESS.validate_python(said)
    except ValidationError:
        return None


def _names(claims: Mapping[str, Any], email: str | None) -> tuple[str, str]:
    first, last = _line(claims.get("given_name")), _line(claims.get("family_name"))
    if not first:
        whole = _line(claims.get("name"))
        first, _, rest = whole.partition(" ")
        last = last or rest
    return first or (email or "").partition("@")[0][:_LONGEST_NAME], last


def _line(said: Any) -> str:
    """One line of a name, without control characters."""
    text = said if isinstance(said, str) else ""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_NAME]
