from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID

from services.vehicles.api.care.maintenance import RecordOut, Records, page_of
from services.vehicles.api.cars.odometer import ReadingOut
from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.history import Moment, read_timeline
from services.vehicles.usecases.cars.vehicles import read_vehicle
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel
from shared.http.pagination import Page, Pages
from shared.http.router import Router

router = Router(prefix="/api/vehicles/{vehicle_id}", tags=["vehicles"])


class MomentKind(StrEnum):
    MAINTENANCE = "maintenance"
    ODOMETER = "odometer"


class MomentOut(AnswerModel):
    kind: MomentKind
    on: date
    maintenance: RecordOut | None
    odometer: ReadingOut | None

    @classmethod
    def of(cls, moment: Moment, vehicle: Vehicle, language: Language) -> Self:
        record, reading = moment.record, moment.reading
        return cls(
            kind=MomentKind.MAINTENANCE if record else MomentKind.ODOMETER,
            on=moment.day,
            maintenance=RecordOut.of(record, vehicle, language, is_doubted=moment.is_doubted)
            if record
            else None,
            odometer=ReadingOut.of(reading, vehicle) if reading else None,
        )


@router.get("/maintenances", responses=problems(NotFound))
async def list_vehicle_maintenances(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, listing: Records
) -> Page[RecordOut]:
    await read_vehicle(work, access=caller.access, vehicle_id=vehicle_id, may=May.READ_CARE)
    statement = work.records.listed(caller.access, vehicle_id=vehicle_id)
    return await page_of(work, caller, listing, statement)


@router.get("/timeline", responses=problems(NotFound))
async def vehicle_timeline(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, listing: Pages
) -> Page[MomentOut]:
    """What was done and what the odometer said, latest first."""
    vehicle, moments, count = await read_timeline(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        start=listing.start,
        size=listing.page_size,
    )
    shown = [MomentOut.of(moment, vehicle, speaks(caller)) for moment in moments]
    return listing.of(shown, count)
