"""What it means to a person that something happens at a garage."""

from services.notifications.domain.kinds import Kind
from services.notifications.domain.message import greeting, one_line
from services.notifications.domain.news import News, Recipient
from shared.contracts.vehicles_garages import (
    GarageClaimed,
    GarageNewsKind,
    GarageNotice,
    GarageStaffInvited,
)

_REASONED = frozenset(
    {GarageNewsKind.CLAIM_REFUSED, GarageNewsKind.GARAGE_LOST, GarageNewsKind.REVIEW_HIDDEN}
)
"""Of which an administrator says why."""


def of_claim(event: GarageClaimed) -> News:
    """A code of its own for each mail: asked again, it is another message."""
    return News(
        kind=Kind.GARAGE_CLAIM,
        owner_id=event.account_id,
        key=f"garage_claim:{event.claim_id}:{event.expires_at.isoformat()}",
        facts={
            "garage_name": _plain(event.garage_name),
            "claimant_name": _plain(event.claimant_name),
            "until": event.expires_at.isoformat(),
        },
        to=Recipient(event.email, event.language),
        secret=event.code.get_secret_value(),
        expires_at=event.expires_at,
    )


def of_invited_staff(event: GarageStaffInvited) -> News:
    return News(
        kind=Kind.GARAGE_STAFF,
        owner_id=event.account_id,
        key=f"garage_staff:{event.invitation_id}:{event.expires_at.isoformat()}",
        facts={
            "garage_name": _plain(event.garage_name),
            "other_name": _plain(event.inviter_name),
            "until": event.expires_at.isoformat(),
        },
        to=Recipient(event.email, event.language),
        secret=event.token.get_secret_value(),
        expires_at=event.expires_at,
    )


def of_garage(event: GarageNotice) -> News:
    words = event.words
    return News(
        kind=Kind.GARAGE_NEWS,
        owner_id=event.account_id,
        key=f"garage:{event.notice_id}",
        facts={
            "happened": event.kind.value,
            "garage_name": _plain(event.garage_name),
            "words": one_line(words) if words and event.kind in _REASONED else _plain(words),
            "occurred_at": event.occurred_at.isoformat(),
        },
        about={"garage_id": str(event.garage_id)},
    )


def _plain(words: str | None) -> str | None:
    """What somebody wrote, in a mail in our name: nothing for an advertisement."""
    line = greeting(words) if words else ""
    return line or None
