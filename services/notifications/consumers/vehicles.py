from services.notifications.domain import vehicle_news
from services.notifications.usecases.deliver import deliver
from services.notifications.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.vehicles import MaintenanceDrafted, ReadingsJudged, ReminderDue


@listen(MaintenanceDrafted, together=True)
async def announce_draft(event: MaintenanceDrafted, work: Work) -> None:
    await deliver(work, vehicle_news.of_draft(event))


@listen(ReminderDue, together=True)
async def remind(event: ReminderDue, work: Work) -> None:
    await deliver(work, vehicle_news.of_reminder(event))


@listen(ReadingsJudged, together=True)
async def tell_of_judgement(event: ReadingsJudged, work: Work) -> None:
    await deliver(work, vehicle_news.of_judgement(event))
