from datetime import datetime
from uuid import UUID

from services.vehicles.storage.belongings import BELONGINGS
from services.vehicles.storage.models import ErasedOwner
from services.vehicles.usecases.work import Work
from shared.bus.traces import forget_traces
from shared.contracts.erasure import AccountErased


async def erase_owner(work: Work, *, owner_id: UUID, started_at: datetime) -> None:
    """Forget this account; what is on its way (a document still being read) will find the door closed."""
    await work.vehicles.hold_owner(owner_id)
    if not await work.erased.knows(owner_id):
        work.erased.add(ErasedOwner(owner_id=owner_id, erased_at=started_at))
    await work.drafts.erase_owner(owner_id)
    await work.vehicles.hold_all(
        owner_id
    )  # drafts, then cars, then what is theirs: as confirming does
    await BELONGINGS.erase(work.session, owner_id)
    await forget_traces(work.session, owner_id)
    work.emit(AccountErased(account_id=owner_id, service=work.settings.service, erased_at=work.now))
