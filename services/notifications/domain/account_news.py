"""What auth's events mean to a person."""

from services.notifications.domain.kinds import Kind
from services.notifications.domain.message import hide_address, one_line
from services.notifications.domain.news import News, Recipient
from shared.contracts.auth import (
    AccountChanged,
    AddressChanged,
    CodeIssued,
    ExportReady,
    NoticeKind,
    PasswordResetAsked,
    SecurityNotice,
)

_KIND_OF: dict[NoticeKind, Kind] = {
    NoticeKind.PASSWORD_CHANGED: Kind.PASSWORD_CHANGED,
    NoticeKind.ADDRESS_ALREADY_REGISTERED: Kind.ADDRESS_ALREADY_REGISTERED,
    NoticeKind.NEW_DEVICE: Kind.NEW_DEVICE,
    NoticeKind.EMAIL_CHANGED: Kind.EMAIL_CHANGED,
    NoticeKind.FACTOR_CHANGED: Kind.FACTOR_CHANGED,
    NoticeKind.SESSIONS_ENDED: Kind.SESSIONS_ENDED,
    NoticeKind.ACCOUNT_DELETED: Kind.ACCOUNT_DELETED,
    NoticeKind.API_KEY_CREATED: Kind.API_KEY_CREATED,
    NoticeKind.IMPERSONATED: Kind.IMPERSONATED,
    NoticeKind.PASSKEY_ADDED: Kind.PASSKEY_ADDED,
    NoticeKind.PASSKEY_REMOVED: Kind.PASSKEY_REMOVED,
    NoticeKind.PASSKEY_COPIED: Kind.PASSKEY_COPIED,
    NoticeKind.PROVIDER_LINKED: Kind.PROVIDER_LINKED,
    NoticeKind.PROVIDER_UNLINKED: Kind.PROVIDER_UNLINKED,
    NoticeKind.MAIL_CODES_ON: Kind.MAIL_CODES_ON,
    NoticeKind.MAIL_CODES_OFF: Kind.MAIL_CODES_OFF,
}
_TOLD = (
    "device",
    "place",
    "ip",
    "new_email",
    "reason",
    "passkey",
    "provider",
    "key_name",
    "minutes",
)
"""The facts of a notice that a mail may repeat."""


def of_code(event: CodeIssued) -> News:
    return News(
        kind=Kind.CODE,
        owner_id=event.account_id,
        key=f"code:{event.account_id}:{event.purpose}:{event.code_id or event.expires_at.isoformat()}",
        facts={"purpose": event.purpose.value},
        to=Recipient(event.email, event.language),
        secret=event.code.get_secret_value(),
        expires_at=event.expires_at,
    )


def of_password_reset(event: PasswordResetAsked) -> News:
    return News(
        kind=Kind.PASSWORD_RESET,
        owner_id=event.account_id,
        key=f"password_reset:{event.account_id}:{event.expires_at.isoformat()}",
        facts={"reason": event.reason.value},
        to=Recipient(event.email, event.language),
        secret=event.token.get_secret_value(),
        expires_at=event.expires_at,
    )


def of_notice(event: SecurityNotice) -> News:
    kind = _KIND_OF[event.kind]
    return News(
        kind=kind,
        owner_id=event.account_id,
        # An address changes with two notices at one moment: to the old one and to the new one.
        key=f"{kind}:{event.account_id}:{event.occurred_at.isoformat()}:{event.email}",
        facts={
            "occurred_at": event.occurred_at.isoformat(),
            **{name: one_line(event.facts[name]) for name in _TOLD if event.facts.get(name)},
        },
        to=Recipient(event.email, event.language),
    )


def of_new_address(event: AddressChanged) -> News:
    """To the old address, whose owner may take the change back; the new one is shown as far as its owner would know it."""
    return News(
        kind=Kind.EMAIL_CHANGED,
        owner_id=event.account_id,
        key=f"{Kind.EMAIL_CHANGED}:{event.account_id}:{event.occurred_at.isoformat()}:{event.email}",
        facts={
            "occurred_at": event.occurred_at.isoformat(),
            "new_email": hide_address(event.new_email),
            "revert_until": event.expires_at.isoformat(),
            **{name: one_line(event.facts[name]) for name in _TOLD if event.facts.get(name)},
        },
        to=Recipient(event.email, event.language),
        secret=event.token.get_secret_value(),
        expires_at=event.expires_at,
    )


def of_export(event: ExportReady) -> News:
    return News(
        kind=Kind.EXPORT_READY,
        owner_id=event.account_id,
        key=f"{Kind.EXPORT_READY}:{event.export_id}",
        facts={"size_bytes": event.size_bytes, "available_until": event.expires_at.isoformat()},
        about={"export_id": str(event.export_id)},
        to=Recipient(event.email, event.language),
        secret=event.token.get_secret_value(),
        expires_at=event.expires_at,
    )


def of_verification(event: AccountChanged) -> News | None:
    """The first time an account is seen verified; its key sees to the first."""
    if not event.verified:
        return None
    return News(
        kind=Kind.WELCOME,
        owner_id=event.account_id,
        key=f"welcome:{event.account_id}",
        to=Recipient(event.email, event.language),
    )
