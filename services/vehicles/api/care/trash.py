from typing import Annotated
from uuid import UUID

from services.vehicles.api.care.maintenance import SEARCHED, RecordOut, page_of, told
from services.vehicles.api.dependencies import InWork, one_as_shown, speaks
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.usecases.care.trash import restore_record
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/maintenances", tags=["maintenances"])

Trashed = Annotated[
    ListQuery,
    listed_by(
        {
            "trashed_at": MaintenanceRecord.trashed_at,
            "service_date": MaintenanceRecord.service_date,
        },
        default="-trashed_at",
        search=SEARCHED,
    ),
]


@router.get("/trash")
async def list_maintenances_in_trash(
    work: InWork, caller: CurrentCaller, listing: Trashed
) -> Page[RecordOut]:
    """What was deleted within thirty days, latest first, for whoever may take it out again."""
    return await page_of(work, caller, listing, work.records.trash(caller.access))


@router.post("/{record_id}/restore", responses=problems(NotFound, RoleInsufficient))
async def restore_maintenance(record_id: UUID, work: InWork, caller: CurrentCaller) -> RecordOut:
    """Out of the trash: its mileage is judged anew, the plans of its work close again."""
    recorded = await restore_record(
        work, access=caller.access, record_id=record_id, language=speaks(caller)
    )
    answer, car = told(recorded, caller), recorded.vehicle
    return await one_as_shown(work, caller.access, recorded.record, answer, cars=[car])
