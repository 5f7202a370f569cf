from gateway.usecases.live import show
from gateway.usecases.work import Work
from shared.contracts.notifications import NotificationCreated


async def notification_created(event: NotificationCreated, work: Work) -> None:
    await show(work, user_id=event.user_id, event=event)
