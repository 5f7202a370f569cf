from uuid import UUID

from services.vehicles.usecases.cars.members import part_with
from services.vehicles.usecases.garages.following import call_off
from services.vehicles.usecases.garages.leaving import leave_garages
from services.vehicles.usecases.work import Work
from shared.bus.erasure import erase_person
from shared.contracts.erasure import AccountErased


async def erase_owner(work: Work, *, owner_id: UUID) -> None:
    """Forget this account; what is on its way (a document still being read) will find the door closed."""
    await part_with(work, person_id=owner_id)
    await call_off(work, person_id=owner_id)
    await leave_garages(work, person_id=owner_id)
    await erase_person(work, owner_id)
    work.emit(AccountErased(account_id=owner_id, service=work.settings.service, erased_at=work.now))
