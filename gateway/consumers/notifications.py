from gateway.usecases.live import show
from gateway.usecases.work import Work
from shared.contracts.notifications import NotificationCreated, NotificationWithdrawn


async def notification_created(event: NotificationCreated, work: Work) -> None:
    await show(work, user_id=event.user_id, event=event)


async def notification_withdrawn(event: NotificationWithdrawn, work: Work) -> None:
    await show(work, user_id=event.user_id, event=event)
