"""Where the button of a message leads: a page of the web application."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from services.notifications.domain.kinds import Kind

_PATHS: dict[Kind, str] = {
    Kind.WELCOME: "/vehicles",
    Kind.PASSWORD_CHANGED: "/settings/security",
    Kind.ADDRESS_ALREADY_REGISTERED: "/forgot-password",
    Kind.NEW_DEVICE: "/settings/security",
    Kind.EMAIL_CHANGED: "/settings/security",
    Kind.FACTOR_CHANGED: "/settings/security",
    Kind.SESSIONS_ENDED: "/settings/security",
    Kind.DRAFT_READY: "/maintenances/drafts/{draft_id}",
    Kind.REMINDER_DUE: "/vehicles/{vehicle_id}/maintenances",
    Kind.DOCUMENT_PROBLEM: "/documents/{document_id}",
    Kind.DOCUMENT_EXPIRING: "/documents/{document_id}",
    Kind.SUBSCRIPTION_CHANGED: "/settings/subscription",
    Kind.PAYMENT_FAILED: "/settings/subscription",
}
PREFERENCES = "/settings/notifications"
_RESET = "/reset-password?token={token}"


def path_of(kind: Kind, about: Mapping[str, str]) -> str | None:
    """The page a message is about; nothing for what is only to be read."""
    path = _PATHS.get(kind)
    return path.format_map({k: quote(v, safe="") for k, v in about.items()}) if path else None


def url_of(
    kind: Kind,
    *,
    web_url: str,
    about: Mapping[str, str],
    facts: Mapping[str, Any],
    secret: str | None,
) -> str | None:
    base = web_url.rstrip("/")
    if kind is Kind.PASSWORD_RESET and secret:
        return base + _RESET.format(token=quote(secret, safe=""))
    if kind is Kind.PAYMENT_FAILED and facts.get("pay_url"):
        return str(facts["pay_url"])
    path = path_of(kind, about)
    return base + path if path else None
