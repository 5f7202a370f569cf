"""Where the button of a message leads.

What the mail itself opens (a new password, an address taken back, a person's data) are pages of our own gateway, which work in any
browser. The rest are pages of a web application, whose address the operator sets; without one such a mail has no button, rather
than one that leads nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from services.notifications.domain.kinds import Kind
from shared.contracts.base import Language

_PATHS: dict[Kind, str] = {
    Kind.WELCOME: "/vehicles",
    Kind.PASSWORD_CHANGED: "/settings/security",
    Kind.NEW_DEVICE: "/settings/security",
    Kind.EMAIL_CHANGED: "/settings/security",
    Kind.FACTOR_CHANGED: "/settings/security",
    Kind.SESSIONS_ENDED: "/settings/security",
    Kind.EXPORT_READY: "/settings/privacy",
    Kind.API_KEY_CREATED: "/settings/security",
    Kind.IMPERSONATED: "/settings/security",
    Kind.PASSKEY_ADDED: "/settings/security",
    Kind.PASSKEY_REMOVED: "/settings/security",
    Kind.PASSKEY_COPIED: "/settings/security",
    Kind.PROVIDER_LINKED: "/settings/security",
    Kind.PROVIDER_UNLINKED: "/settings/security",
    Kind.MAIL_CODES_ON: "/settings/security",
    Kind.MAIL_CODES_OFF: "/settings/security",
    Kind.DRAFT_READY: "/maintenances/drafts/{draft_id}",
    Kind.READINGS_JUDGED: "/vehicles/{vehicle_id}/odometer",
    **dict.fromkeys(
        (
            Kind.REMINDER_DUE,
            Kind.REMINDER_TODAY,
            Kind.REMINDER_OVERDUE,
            Kind.REMINDER_ESCALATED,
        ),
        "/vehicles/{vehicle_id}/maintenances",
    ),
    Kind.READING_WANTED: "/vehicles/{vehicle_id}/odometer",
    Kind.DOCUMENT_PROBLEM: "/documents/{document_id}",
    Kind.DOCUMENT_EXPIRING: "/documents/{document_id}",
    Kind.SUBSCRIPTION_CHANGED: "/settings/subscription",
    Kind.PAYMENT_FAILED: "/settings/subscription",
    Kind.SHARING: "/vehicles",
    Kind.DEFECT_REPORTED: "/diagnostics/{diagnostic_id}",
    Kind.CASE_ANSWERED: "/diagnostics/{diagnostic_id}",
    Kind.BOOKING: "/bookings/{booking_id}",
    Kind.BOOKING_TOMORROW: "/bookings/{booking_id}",
    Kind.BOOKING_COMPLETED: "/garages/{garage_id}/review",
    Kind.GARAGE_BOOKING: "/garages/{garage_id}/bookings/{booking_id}",
    Kind.GARAGE_NEWS: "/garages/{garage_id}",
}
_OFFERED: dict[Kind, str] = {
    Kind.INVITATION: "/invitations",
    Kind.HANDOVER: "/handovers",
    Kind.GARAGE_STAFF: "/garages/staff",
}
"""Pages where somebody signs in, or registers, and takes what the token offers."""
_OURS: dict[Kind, str] = {
    Kind.PASSWORD_RESET: "/reset-password",
    Kind.EMAIL_CHANGED: "/revert-email",
    Kind.EXPORT_READY: "/export",
    Kind.ADDRESS_ALREADY_REGISTERED: "/forgot-password",
    Kind.PASSWORD_CHANGED: "/forgot-password",
    Kind.NEW_DEVICE: "/forgot-password",
    Kind.FACTOR_CHANGED: "/forgot-password",
    Kind.SESSIONS_ENDED: "/forgot-password",
    Kind.API_KEY_CREATED: "/forgot-password",
    Kind.IMPERSONATED: "/forgot-password",
    Kind.PASSKEY_ADDED: "/forgot-password",
    Kind.PASSKEY_REMOVED: "/forgot-password",
    Kind.PASSKEY_COPIED: "/forgot-password",
    Kind.PROVIDER_LINKED: "/forgot-password",
    Kind.PROVIDER_UNLINKED: "/forgot-password",
    Kind.MAIL_CODES_ON: "/forgot-password",
    Kind.MAIL_CODES_OFF: "/forgot-password",
}
"""A new password set by mail ends every session and API key: what somebody needs who reads “it was not me”."""
_NEED_TOKEN = frozenset(
    {Kind.PASSWORD_RESET, Kind.EMAIL_CHANGED, Kind.EXPORT_READY, Kind.INVITATION, Kind.HANDOVER}
    | {Kind.GARAGE_STAFF}
)
_NOTHING_TO_DO = frozenset({"locked", "administered", "email_reverted"})
"""Reasons for which sessions ended and a new password is no answer."""
_PREFERENCES = "/settings/notifications"


@dataclass(frozen=True, slots=True)
class Sites:
    """The gateway as people see it, and the web application, if there is one."""

    house: str
    web: str | None


def path_of(kind: Kind, about: Mapping[str, str]) -> str | None:
    """The page a message is about, for the client that shows the inbox; nothing for what is only to be read."""
    path = _PATHS.get(kind)
    return path.format_map({k: quote(v, safe="") for k, v in about.items()}) if path else None


def url_of(
    kind: Kind,
    *,
    sites: Sites,
    about: Mapping[str, str],
    language: Language,
    secret: str | None,
    facts: Mapping[str, Any],
) -> str | None:
    if facts.get("pay_url"):
        return str(facts["pay_url"])
    if facts.get("reason") in _NOTHING_TO_DO or (kind in _NEED_TOKEN and not secret):
        return None
    offered = _OFFERED.get(kind)
    if offered:
        return f"{sites.web}{offered}?{urlencode({'token': secret})}" if sites.web else None
    ours = _OURS.get(kind)
    if ours:
        said = {"token": secret} if secret else {}
        return f"{sites.house}{ours}?{urlencode({**said, 'lang': language.value})}"
    path = path_of(kind, about)
    return sites.web + path if sites.web and path else None


def preferences_url(sites: Sites) -> str | None:
    return sites.web + _PREFERENCES if sites.web else None
