"""What a garage says it has done becomes a draft: its customer looks at it, and records it or not."""

from typing import Final
from uuid import UUID

from services.vehicles.domain.care.services import canonical, is_known
from services.vehicles.storage.care.models import MaintenanceDraft
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.drafts import DraftStatus
from services.vehicles.usecases.work import Work, WorkDone
from shared.contracts.vehicles import RecordKind
from shared.ids import new_id

MENDED: Final = "repair"
"""What a fault was booked for and no service names."""


async def draft_from_garage(work: Work, vehicle: Vehicle, done: WorkDone) -> UUID:
    """The caller holds the car, and its owner; it tells them too."""
    services = [canonical(each) for each in done.services if is_known(each)]
    draft = MaintenanceDraft(
        id=new_id(),
        owner_id=vehicle.owner_id,
        booking_id=done.booking_id,
        case_id=done.case_id,
        document_revision=0,
        status=DraftStatus.PENDING,
        version=1,
        vehicle_id=vehicle.id,
        service_date=done.done_on,
        services=list(dict.fromkeys(services)) or ([MENDED] if done.case_id else []),
        title=done.title,
        description=done.description,
        distance=done.mileage,
        garage=done.garage,
        garage_id=done.garage_id,
        invoice_number=done.invoice_number,
        kind=RecordKind.SERVICE,
        cost_minor=done.price.amount_minor,
        currency=done.price.currency,
        lines=[],
        edited=[],
        unsure=[],
        warnings=[],
        created_at=work.now,
        updated_at=work.now,
    )
    return work.drafts.add(draft).id
