from services.auth.usecases.erasure import look_for_late_erasures
from services.auth.usecases.work import Work
from shared.bus.schedule import every


@every("7 * * * *", name="auth.late_erasures")
async def alarm_late_erasures(work: Work) -> None:
    await look_for_late_erasures(work)
