from services.auth.usecases.keys import rotate_keys
from services.auth.usecases.work import Work
from shared.bus.schedule import every


@every("*/10 * * * *", name="auth.keys")
async def keep_keys_young(work: Work) -> None:
    await rotate_keys(work)
