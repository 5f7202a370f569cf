from services.notifications.usecases.cleanup import forget_expired
from services.notifications.usecases.work import Work
from shared.bus.schedule import every


@every("*/5 * * * *", name="notifications.cleanup")
async def clean_up(work: Work) -> None:
    await forget_expired(work)
