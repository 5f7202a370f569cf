from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.base import NAMING, TYPE_MAP, Identified, Timestamped, Versioned


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPE_MAP


class Account(Identified, Timestamped, Versioned, Base):
    __tablename__ = "account"

    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    """None for somebody who came by a provider and has chosen no password yet."""
    password_changed_at: Mapped[datetime | None]
    first_name: Mapped[str]
    last_name: Mapped[str]
    phone_number: Mapped[str | None]
    roles: Mapped[list[str]]
    verified_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    deleting_at: Mapped[datetime | None]
    language: Mapped[str]
    theme: Mapped[str]
    timezone: Mapped[str]
    units: Mapped[str]
    currency: Mapped[str]
    switches: Mapped[dict[str, Any]]
    custom_settings: Mapped[dict[str, Any]]
    mail_codes: Mapped[bool] = mapped_column(server_default=false(), default=False)
    """A right password is followed by a mailed code."""
    passkey_required: Mapped[bool] = mapped_column(server_default=false(), default=False)
    """A right password is followed by a passkey."""


def _account() -> Mapped[Any]:
    return mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)


class Registration(Identified, Base):
    """One attempt to register an address: its secrets become the account's if its own code is typed where it was asked for.

    Kept for an address that has an account, too, without anything of whoever asked, so that both take the same path.
    """

    __tablename__ = "registration"

    account_id: Mapped[UUID] = _account()
    networks: Mapped[list[str]]
    """Where it was asked for, and where its password was given since."""
    mark: Mapped[str | None]
    """The cookie by which the device that asked is known."""
    password_hash: Mapped[str | None]
    profile: Mapped[dict[str, Any]]
    identity: Mapped[dict[str, Any] | None]
    """Who they are at a provider that has not verified the address."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Code(Identified, Base):
    """A one-time code; that of a registration completes this one and no other."""

    __tablename__ = "code"

    account_id: Mapped[UUID] = _account()
    purpose: Mapped[str]
    email: Mapped[str]
    digest: Mapped[bytes]
    tries: Mapped[int] = mapped_column(server_default="0", default=0)
    registration_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("registration.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class ResetToken(Identified, Base):
    __tablename__ = "reset_token"

    account_id: Mapped[UUID] = _account()
    digest: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class EmailRevert(Identified, Base):
    """A change of address that the owner of the old one may still take back."""

    __tablename__ = "email_revert"

    account_id: Mapped[UUID] = _account()
    digest: Mapped[bytes] = mapped_column(unique=True)
    old_email: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class DataExport(Identified, Base):
    """A person's wish to have their data, from the wish to the day the file is gone."""

    __tablename__ = "data_export"

    account_id: Mapped[UUID] = _account()
    state: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(index=True)
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    link_digest: Mapped[bytes | None] = mapped_column(unique=True)
    alerted_at: Mapped[datetime | None]


class Session(Identified, Base):
    __tablename__ = "session"

    account_id: Mapped[UUID] = _account()
    device: Mapped[str]
    ip: Mapped[str]
    network: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    authenticated_at: Mapped[datetime]
    """When its owner last proved who is there: opens what a borrowed telephone must not."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    """The administrator who acts in the person's name; such a session has no refresh token."""
    acted_because: Mapped[str | None]


class RefreshToken(Identified, Base):
    __tablename__ = "refresh_token"

    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), index=True
    )
    parent_id: Mapped[UUID | None] = mapped_column(index=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    nonce: Mapped[str]
    created_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class ApiKey(Identified, Base):
    """A personal key; of the secret only its SHA-256 and its last letters, by which its owner knows it again."""

    __tablename__ = "api_key"

    account_id: Mapped[UUID] = _account()
    name: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(unique=True)
    ending: Mapped[str]
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    last_used_at: Mapped[datetime | None]


class Revocation(Base):
    """An ended session or API key that a gateway may still trust; kept apart from both, so that it outlives an erased account."""

    __tablename__ = "revocation"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    session_id: Mapped[UUID]
    until: Mapped[datetime] = mapped_column(index=True)
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)


class ZoneChange(Base):
    """Whose time zone is another than a token of theirs may still say."""

    __tablename__ = "zone_change"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(BigInteger)
    """The account's."""
    timezone: Mapped[str]
    until: Mapped[datetime] = mapped_column(index=True)
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)


class SpentBudget(Base):
    """How much of a budget of tries or mails is used in the window that began at `started_at`."""

    __tablename__ = "spent_budget"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    used: Mapped[int]


class Throttle(Base):
    """When the allowance of a guesser is whole again."""

    __tablename__ = "throttle"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    full_at: Mapped[datetime] = mapped_column(index=True)


class SigningKey(Base):
    __tablename__ = "signing_key"
    __table_args__ = (
        Index(
            "uq_signing_key_one_active",
            "state",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        Index(
            "uq_signing_key_one_next", "state", unique=True, postgresql_where=text("state = 'next'")
        ),
    )

    kid: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    since: Mapped[datetime]
    jwk: Mapped[dict[str, Any]]
    sealed_private: Mapped[bytes]


class AuditEntry(Identified, Base):
    """Append-only: a trigger refuses changes, and deletion unless the account is being erased."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_account_id_at", "account_id", "at"),
        Index("ix_audit_entry_at", "at"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    actor_id: Mapped[UUID | None]
    kind: Mapped[str]
    at: Mapped[datetime]
    ip: Mapped[str]
    device: Mapped[str]
    request_id: Mapped[str]
    facts: Mapped[dict[str, Any]]


class Erasure(Base):
    """A deleted account, and which services have confirmed that they forgot it."""

    __tablename__ = "erasure"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    erased_by: Mapped[list[str]]
    completed_at: Mapped[datetime | None]
    alerted_at: Mapped[datetime | None]


class Totp(Base):
    """An authenticator app; counts as second factor from `confirmed_at` on."""

    __tablename__ = "totp"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    sealed_seed: Mapped[bytes]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCode(Identified, Base):
    __tablename__ = "recovery_code"

    account_id: Mapped[UUID] = _account()
    digest: Mapped[bytes]
    used_at: Mapped[datetime | None]


class Challenge(Identified, Base):
    """A sign-in whose password was right and whose second factor is still to come."""

    __tablename__ = "challenge"

    account_id: Mapped[UUID] = _account()
    digest: Mapped[bytes] = mapped_column(unique=True)
    network: Mapped[str] = mapped_column(server_default="", default="")
    tries: Mapped[int] = mapped_column(server_default="0", default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Passkey(Identified, Base):
    __tablename__ = "passkey"

    account_id: Mapped[UUID] = _account()
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    transports: Mapped[list[str]]
    synced: Mapped[bool]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class Ceremony(Identified, Base):
    """A challenge a passkey is to sign, by its digest; nobody's while a sign-in does not say whose."""

    __tablename__ = "ceremony"

    account_id: Mapped[UUID | None] = _account()
    purpose: Mapped[str]
    digest: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class ProviderIdentity(Identified, Base):
    """Who an account is at an OpenID Connect provider: issuer and subject, nothing else, identify."""

    __tablename__ = "provider_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    account_id: Mapped[UUID] = _account()
    provider: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str]
    email: Mapped[str | None]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class ProviderVisit(Identified, Base):
    """A sign-in that is away at a provider, or back from it and waiting for the client that began it."""

    __tablename__ = "provider_visit"

    account_id: Mapped[UUID | None] = _account()
    """Whose account the identity is to be linked to; None signs in."""
    provider: Mapped[str]
    state_digest: Mapped[bytes] = mapped_column(unique=True)
    client_challenge: Mapped[str]
    return_url: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    returned_at: Mapped[datetime | None]
    code_digest: Mapped[bytes | None] = mapped_column(unique=True)
    sealed_person: Mapped[bytes | None]
