from services.auth.usecases.export import look_for_late_exports
from services.auth.usecases.work import Work
from shared.bus.schedule import every


@every("*/10 * * * *", name="auth.late_exports")
async def alarm_late_exports(work: Work) -> None:
    await look_for_late_exports(work)
