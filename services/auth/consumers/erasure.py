from services.auth.usecases.erasure import note_erased
from services.auth.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.erasure import AccountErased
from shared.db.persons import Hold


@listen(AccountErased, hold=Hold.ANYBODY)  # it is about somebody erased, always
async def collect_erased(event: AccountErased, work: Work) -> None:
    await note_erased(work, event=event)
