"""Spoken by auth."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, EmailStr, Field

from shared.contracts.base import Event, Language, Sensitive, StateEvent


class CodePurpose(StrEnum):
    VERIFY_EMAIL = "verify_email"
    SIGN_IN = "sign_in"
    CHANGE_EMAIL = "change_email"
    PROVE_AGAIN = "prove_again"


class ResetReason(StrEnum):
    """Why somebody is to choose a password."""

    ASKED = "asked"
    REGISTERED_ELSEWHERE = "registered_elsewhere"
    """A code was asked for where the address was not registered."""
    PROVEN_ELSEWHERE = "proven_elsewhere"
    """A code was typed where the address was not registered: the account opened, without a password."""
    ADDRESS_TAKEN_BACK = "address_taken_back"
    """The password of whoever had the account is dead."""


class NoticeKind(StrEnum):
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a fact
    ADDRESS_ALREADY_REGISTERED = "address_already_registered"
    NEW_DEVICE = "new_device"
    EMAIL_CHANGED = "email_changed"
    FACTOR_CHANGED = "factor_changed"
    SESSIONS_ENDED = "sessions_ended"
    ACCOUNT_DELETED = "account_deleted"
    API_KEY_CREATED = "api_key_created"
    IMPERSONATED = "impersonated"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"
    PROVIDER_LINKED = "provider_linked"
    PROVIDER_UNLINKED = "provider_unlinked"
    MAIL_CODES_ON = "mail_codes_on"
    MAIL_CODES_OFF = "mail_codes_off"


class AccountChanged(StateEvent):
    """The account as others may know it, after registration, verification and each change."""

    topic: ClassVar[str] = "auth.account_changed.v1"
    subject_field: ClassVar[str] = "account_id"
    account_id: UUID
    email: EmailStr
    first_name: str
    last_name: str
    language: Language
    timezone: str
    currency: str
    distance_unit: str
    verified: bool
    switches: dict[str, bool]


class CodeIssued(Event):
    """A one-time code was made for this address; it dies at `expires_at`."""

    topic: ClassVar[str] = "auth.code_issued.v1"
    subject_field: ClassVar[str] = "account_id"
    carries_secret: ClassVar[bool] = True
    account_id: UUID
    email: EmailStr
    code: Sensitive
    purpose: CodePurpose
    language: Language
    expires_at: AwareDatetime
    code_id: UUID | None = None
    """Which of several codes of one moment it is."""


class PasswordResetAsked(Event):
    """This account's password is to be chosen; the token works once, until `expires_at`."""

    topic: ClassVar[str] = "auth.password_reset_asked.v1"
    subject_field: ClassVar[str] = "account_id"
    carries_secret: ClassVar[bool] = True
    account_id: UUID
    email: EmailStr
    token: Sensitive
    language: Language
    expires_at: AwareDatetime
    reason: ResetReason = ResetReason.ASKED


class SecurityNotice(Event):
    """Something happened to the account that its owner must hear of at `email`, whatever the preferences."""

    topic: ClassVar[str] = "auth.security_notice.v1"
    subject_field: ClassVar[str] = "account_id"
    account_id: UUID
    email: EmailStr
    kind: NoticeKind
    language: Language
    occurred_at: AwareDatetime
    facts: dict[str, str] = Field(default_factory=dict)


class SessionsRevoked(Event):
    """These sessions and API keys are over: what was given out for them must be refused until the last expires at `until`."""

    topic: ClassVar[str] = "auth.sessions_revoked.v1"
    subject_field: ClassVar[str] = "account_id"
    account_id: UUID
    session_ids: tuple[UUID, ...]
    until: AwareDatetime


class AccountDeletionStarted(Event):
    """The account is going: every service erases its part and answers with AccountErased."""

    topic: ClassVar[str] = "auth.account_deletion_started.v1"
    subject_field: ClassVar[str] = "account_id"
    account_id: UUID
    started_at: AwareDatetime


class AddressChanged(Event):
    """The account has a new address; `email` is the old one, whose owner may take the change back until `expires_at`, once."""

    topic: ClassVar[str] = "auth.address_changed.v1"
    subject_field: ClassVar[str] = "account_id"
    carries_secret: ClassVar[bool] = True
    account_id: UUID
    email: EmailStr
    new_email: EmailStr
    token: Sensitive
    language: Language
    occurred_at: AwareDatetime
    expires_at: AwareDatetime
    facts: dict[str, str] = Field(default_factory=dict)


class AccountExportStarted(Event):
    """Somebody asked for all their data: every service answers with its DataPages, `documents` packs them."""

    topic: ClassVar[str] = "auth.account_export_started.v1"
    subject_field: ClassVar[str] = "export_id"
    export_id: UUID
    account_id: UUID
    language: Language
    started_at: AwareDatetime


class ExportReady(Event):
    """The file with a person's data can be fetched until `expires_at`; the token opens it together with their password."""

    topic: ClassVar[str] = "auth.export_ready.v1"
    subject_field: ClassVar[str] = "export_id"
    carries_secret: ClassVar[bool] = True
    export_id: UUID
    account_id: UUID
    email: EmailStr
    token: Sensitive
    language: Language
    size_bytes: int
    expires_at: AwareDatetime
