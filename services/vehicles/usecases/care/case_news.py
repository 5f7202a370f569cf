"""Who hears of what happens to a case."""

from collections.abc import Collection
from uuid import UUID

from services.vehicles.storage.care.diagnostics import Diagnostic
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work
from shared.contracts.vehicles_cases import CaseNews, CaseNotice
from shared.ids import new_id


async def tell(
    work: Work,
    *,
    case: Diagnostic,
    vehicle: Vehicle,
    kind: CaseNews,
    to: Collection[UUID],
    by: UUID | None,
    guest: str | None = None,
) -> None:
    """Each of those people once, but not whoever did it. `guest`: what their link is called, where nobody with an account did."""
    listeners = sorted(set(to) - {by})
    if not listeners:
        return
    names = await work.owners.names({by} if by else ())
    for person in listeners:
        work.emit(
            CaseNotice(
                notice_id=new_id(),
                account_id=person,
                kind=kind,
                diagnostic_id=case.id,
                vehicle_id=vehicle.id,
                vehicle_name=vehicle.name,
                title=case.title,
                severity=case.severity,
                other_name=names.get(by) if by else guest,
                occurred_at=work.now,
            )
        )
