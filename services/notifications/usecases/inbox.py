from uuid import UUID

from services.notifications.storage.models import Notification
from services.notifications.usecases.work import Work
from shared.errors import NotFound


async def find_notification(work: Work, *, owner_id: UUID, notification_id: UUID) -> Notification:
    """Raises NotFound, also for somebody else's."""
    row = await work.inbox.owned(owner_id, notification_id)
    if row is None:
        raise NotFound
    return row


async def mark_read(work: Work, *, owner_id: UUID, notification_id: UUID) -> Notification:
    row = await find_notification(work, owner_id=owner_id, notification_id=notification_id)
    row.read_at = row.read_at or work.now
    return row


async def mark_unread(work: Work, *, owner_id: UUID, notification_id: UUID) -> Notification:
    row = await find_notification(work, owner_id=owner_id, notification_id=notification_id)
    row.read_at = None
    return row


async def mark_all_read(work: Work, *, owner_id: UUID) -> int:
    return await work.inbox.read_all(owner_id, now=work.now)


async def delete_notification(work: Work, *, owner_id: UUID, notification_id: UUID) -> None:
    row = await find_notification(work, owner_id=owner_id, notification_id=notification_id)
    await work.inbox.remove(row)


async def delete_read(work: Work, *, owner_id: UUID) -> int:
    return await work.inbox.delete_read(owner_id)
