from datetime import date
from typing import Annotated, Self
from uuid import UUID

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.cars.vehicles import VehicleOut
from services.vehicles.api.dependencies import CarDay, InWork
from services.vehicles.domain.cars.lifecycle import Lifecycle
from services.vehicles.domain.cars.roles import May
from services.vehicles.errors.cars import PhaseRefused
from services.vehicles.storage.cars.models import VehiclePhase
from services.vehicles.usecases.cars.lifecycle import Move, move_vehicle
from services.vehicles.usecases.cars.vehicles import read_vehicle
from shared.contracts.features import Limit
from shared.errors import NotFound, QuotaExceeded, RoleInsufficient
from shared.http.access import needs
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import Line, Moment, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/vehicles/{vehicle_id}", tags=["vehicles"])
REFUSALS = problems(NotFound, RoleInsufficient, PhaseRefused, QuotaExceeded)


class MoveIn(RequestModel):
    on: CarDay | None = None
    """Today when left out."""
    note: Line | None = None


class PhaseOut(MadeOut):
    id: UUID
    lifecycle: Lifecycle
    since: date
    note: str | None
    created_at: Moment

    @classmethod
    def of(cls, phase: VehiclePhase) -> Self:
        return cls(
            id=phase.id,
            lifecycle=Lifecycle(phase.lifecycle),
            since=phase.since,
            note=phase.note,
            created_at=phase.created_at,
        ).about(phase)


Phases = Annotated[ListQuery, listed_by({"since": VehiclePhase.since}, default="-since")]


@router.get("/lifecycle", responses=problems(NotFound))
async def list_phases(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, listing: Phases
) -> Page[PhaseOut]:
    """When it was laid up, came back, was sold."""
    await read_vehicle(work, access=caller.access, vehicle_id=vehicle_id, may=May.READ_CARE)
    phases = work.phases.seen_by(caller.access).where(VehiclePhase.vehicle_id == vehicle_id)
    page: Page[PhaseOut] = await listing.page(work.session, phases, into=PhaseOut.of)
    return await shown(work, caller.access, page)


@router.post("/lay-up", openapi_extra=needs(quota=Limit.VEHICLES), responses=REFUSALS)
async def lay_up(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, body: MoveIn | None = None
) -> VehicleOut:
    """Off the road for a while: plans by time rest, reminders are silent; insurance and inspection go on."""
    return await _moved(work, caller, vehicle_id, Lifecycle.LAID_UP, body)


@router.post("/reactivate", openapi_extra=needs(quota=Limit.VEHICLES), responses=REFUSALS)
async def reactivate(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, body: MoveIn | None = None
) -> VehicleOut:
    """Back on the road; also when a sale fell through."""
    return await _moved(work, caller, vehicle_id, Lifecycle.ACTIVE, body)


@router.post("/sell", openapi_extra=needs(quota=Limit.VEHICLES), responses=REFUSALS)
async def sell(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, body: MoveIn | None = None
) -> VehicleOut:
    """Nothing falls due any more, the history stays, and the car takes no place in the plan."""
    return await _moved(work, caller, vehicle_id, Lifecycle.SOLD, body)


@router.post("/scrap", openapi_extra=needs(quota=Limit.VEHICLES), responses=REFUSALS)
async def scrap(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, body: MoveIn | None = None
) -> VehicleOut:
    return await _moved(work, caller, vehicle_id, Lifecycle.SCRAPPED, body)


async def _moved(
    work: InWork, caller: CurrentCaller, vehicle_id: UUID, to: Lifecycle, body: MoveIn | None
) -> VehicleOut:
    said = body or MoveIn()
    vehicle = await move_vehicle(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        move=Move(to, said.on, said.note),
        quota=caller.limit(Limit.VEHICLES),
    )
    return VehicleOut.of(vehicle, caller.access)
