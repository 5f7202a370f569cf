from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from services.vehicles.api.care.maintenance import RecordOut, Records, page_of
from services.vehicles.api.cars.odometer import ReadingOut
from services.vehicles.api.dependencies import InWork, as_shown, speaks
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
    def of(cls, day: date, told: RecordOut | ReadingOut) -> Self:
        record = told if isinstance(told, RecordOut) else None
        return cls(
            kind=MomentKind.MAINTENANCE if record else MomentKind.ODOMETER,
            on=day,
            maintenance=record,
            odometer=told if isinstance(told, ReadingOut) else None,
        )


def _told(moment: Moment, vehicle: Vehicle, language: Language) -> tuple[Any, Any] | None:
    """The row and what is told of it; None for what was deleted in between."""
    if moment.record is not None:
        return moment.record, RecordOut.of(moment.record, vehicle, language)
    if moment.reading is not None:
        return moment.reading, ReadingOut.of(moment.reading, vehicle)
    return None


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
    told = [(moment.day, _told(moment, vehicle, speaks(caller))) for moment in moments]
    days = [day for day, pair in told if pair is not None]
    shown = await as_shown(
        work, caller.access, [pair for _, pair in told if pair is not None], car=vehicle
    )
    moments_told = [MomentOut.of(day, each) for day, each in zip(days, shown, strict=True)]
    return listing.of(moments_told, count)
