from services.auth.usecases.erasure import note_erased
from services.auth.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.erasure import AccountErased


@listen(AccountErased)
async def collect_erased(event: AccountErased, work: Work) -> None:
    await note_erased(work, event=event)
