"""What it means to a person that a car is shared, or changes hands."""

from services.notifications.domain.kinds import Kind
from services.notifications.domain.message import greeting
from services.notifications.domain.news import News, Recipient
from services.notifications.domain.vehicle_news import name
from shared.contracts.vehicles import HandoverOffered, InvitationIssued, SharingNotice


def of_invitation(event: InvitationIssued) -> News:
    """A token of its own for each mail: asked again, it is another message."""
    return News(
        kind=Kind.INVITATION,
        owner_id=event.account_id,
        key=f"invitation:{event.invitation_id}:{event.expires_at.isoformat()}",
        facts={
            "vehicle_name": _harmless(event.vehicle_name),
            "other_name": _harmless(event.inviter_name),
            "role": event.role.value,
            "until": event.expires_at.isoformat(),
        },
        to=Recipient(event.email, event.language),
        secret=event.token.get_secret_value(),
        expires_at=event.expires_at,
    )


def of_handover(event: HandoverOffered) -> News:
    return News(
        kind=Kind.HANDOVER,
        owner_id=event.account_id,
        key=f"handover:{event.handover_id}:{event.expires_at.isoformat()}",
        facts={
            "vehicle_name": _harmless(event.vehicle_name),
            "other_name": _harmless(event.giver_name),
            "include_costs": event.include_costs,
            "include_documents": event.include_documents,
            "until": event.expires_at.isoformat(),
        },
        to=Recipient(event.email, event.language),
        secret=event.token.get_secret_value(),
        expires_at=event.expires_at,
    )


def of_notice(event: SharingNotice) -> News:
    return News(
        kind=Kind.SHARING,
        owner_id=event.account_id,
        key=f"sharing:{event.notice_id}",
        facts={
            "happened": event.kind.value,
            "vehicle_name": name(event.vehicle_name),
            "other_name": _harmless(event.other_name),
            "role": event.role.value if event.role else None,
            "occurred_at": event.occurred_at.isoformat(),
        },
        about={"vehicle_id": str(event.vehicle_id)},
    )


def _harmless(words: str | None) -> str | None:
    """What somebody else wrote, in a mail in our name: nothing for an advertisement."""
    return greeting(words) or None if words else None
