from services.auth.usecases.cleanup import forget_expired
from services.auth.usecases.work import Work
from shared.bus.schedule import every


@every("20 2 * * *", name="auth.cleanup")
async def forget_at_night(work: Work) -> None:
    await forget_expired(work)
