from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from services.vehicles.api.cars.vehicles import VehicleOut
from services.vehicles.api.dependencies import InWork
from services.vehicles.errors.cars import VinTaken
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.cars.trash import KEPT, remove_trashed, take_back
from shared.contracts.features import Limit
from shared.errors import NotFound, QuotaExceeded
from shared.http.access import needs
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/vehicles", tags=["vehicles"])


class TrashedOut(AnswerModel):
    id: UUID
    make: str
    model: str
    year: int | None
    license_plate: str | None
    trashed_at: Moment
    gone_at: Moment
    """Until then it can be restored."""

    @classmethod
    def of(cls, vehicle: Vehicle) -> Self:
        since: datetime = vehicle.trashed_at or vehicle.updated_at
        return cls(
            id=vehicle.id,
            make=vehicle.make,
            model=vehicle.model,
            year=vehicle.year,
            license_plate=vehicle.plate,
            trashed_at=since,
            gone_at=since + KEPT,
        )


Trash = Annotated[ListQuery, listed_by({"trashed_at": Vehicle.trashed_at}, default="-trashed_at")]


@router.get("/trash")
async def list_trash(work: InWork, caller: CurrentCaller, listing: Trash) -> Page[TrashedOut]:
    return await listing.page(work.session, work.trash.seen_by(caller.access), into=TrashedOut.of)


@router.post(
    "/{vehicle_id}/restore",
    openapi_extra=needs(quota=Limit.VEHICLES),
    responses=problems(NotFound, QuotaExceeded, VinTaken),
)
async def restore_vehicle(vehicle_id: UUID, work: InWork, caller: CurrentCaller) -> VehicleOut:
    """Out of the trash, with everything recorded about it."""
    quota = caller.limit(Limit.VEHICLES)
    vehicle = await take_back(work, access=caller.access, vehicle_id=vehicle_id, quota=quota)
    return VehicleOut.of(vehicle, caller.access)


@router.delete("/trash/{vehicle_id}", status_code=204, responses=problems(NotFound))
async def destroy_vehicle(vehicle_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """At once and for good."""
    await remove_trashed(work, access=caller.access, vehicle_id=vehicle_id)
