from services.vehicles.usecases.care.reminders import tell_due
from services.vehicles.usecases.work import Work
from shared.bus.schedule import every


@every("*/5 * * * *", name="vehicles.reminders")
async def remind(work: Work) -> None:
    await tell_due(work)
