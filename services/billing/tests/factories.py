from typing import Any
from uuid import UUID

from shared.contracts.auth import AccountChanged
from shared.contracts.base import Language


def make_account(account_id: UUID, **other: Any) -> AccountChanged:
    """An account as auth tells it."""
    facts: dict[str, Any] = {
        "version": 1,
        "email": "eleonore@example.org",
        "first_name": "Éléonore",
        "last_name": "Durand",
        "language": Language.FR,
        "timezone": "Europe/Paris",
        "currency": "EUR",
        "distance_unit": "km",
        "verified": True,
        "switches": {},
    }
    return AccountChanged(account_id=account_id, **(facts | other))


def make_event(kind: str, about: dict[str, Any], **other: Any) -> dict[str, Any]:
    """A Stripe event by hand."""
    return {
        "id": "evt_made_by_hand",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": 1_795_000_000,
        "type": kind,
        "livemode": False,
        "data": {"object": about},
        **other,
    }
