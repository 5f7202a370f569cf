from uuid import UUID

from services.notifications.storage.models import Notification
from services.notifications.usecases.work import Work
from shared.access import Access


async def read_notification(work: Work, *, access: Access, notification_id: UUID) -> Notification:
    """Raises NotFound, also for somebody else's."""
    return await work.inbox.one_seen(access, notification_id)


async def mark_read(work: Work, *, access: Access, notification_id: UUID) -> Notification:
    row = await read_notification(work, access=access, notification_id=notification_id)
    row.read_at = row.read_at or work.now
    return row


async def mark_unread(work: Work, *, access: Access, notification_id: UUID) -> Notification:
    row = await read_notification(work, access=access, notification_id=notification_id)
    row.read_at = None
    return row


async def mark_all_read(work: Work, *, access: Access) -> int:
    return await work.inbox.read_all(access, now=work.now)


async def remove_notification(work: Work, *, access: Access, notification_id: UUID) -> None:
    row = await read_notification(work, access=access, notification_id=notification_id)
    await work.inbox.remove(row)


async def remove_read(work: Work, *, access: Access) -> int:
    return await work.inbox.remove_read(access)
