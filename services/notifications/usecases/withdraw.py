from typing import Any

from services.notifications.domain.kinds import Channel
from services.notifications.domain.vehicle_news import KINDS, key_of
from services.notifications.storage.models import State
from services.notifications.usecases.work import Work
from shared.contracts.notifications import NotificationWithdrawn
from shared.contracts.vehicles import ReminderWithdrawn, ToldState
from shared.ids import new_id


async def withdraw(work: Work, event: ReminderWithdrawn) -> None:
    """What was told is taken back: out of the inbox, and a mail that waits for the morning is not sent.

    Whichever comes first: what arrives after it was taken back is not told any more.
    """
    for state in event.states:
        key = key_of(state, event.reminder_id, event.occurrence)
        for channel in Channel:
            await work.deliveries.add_once(**_never(work, event, state, key, channel))
        await work.deliveries.withdraw(event.owner_id, key, now=work.now)
        gone = await work.inbox.withdraw(
            event.owner_id, key, because=event.because.value, now=work.now
        )
        if gone is not None:
            work.emit(NotificationWithdrawn(notification_id=gone, user_id=event.owner_id))


def _never(
    work: Work, event: ReminderWithdrawn, state: ToldState, key: str, channel: Channel
) -> dict[str, Any]:
    """In the place of a delivery that has not begun."""
    return {
        "id": new_id(),
        "owner_id": event.owner_id,
        "key": key,
        "channel": channel.value,
        "kind": KINDS[state].value,
        "state": State.WITHDRAWN.value,
        "address": None,
        "language": "fr",
        "facts": {},
        "about": {"vehicle_id": str(event.vehicle_id), "reminder_id": str(event.reminder_id)},
        "secret": None,
        "expires_at": work.now,
        "created_at": work.now,
        "finished_at": work.now,
    }
