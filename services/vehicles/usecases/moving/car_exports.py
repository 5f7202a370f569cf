"""A car, or all of somebody's cars, as a file: asked for in a request, made by the worker, fetched for a week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import structlog
from pydantic import BaseModel

from services.vehicles.domain.cars.roles import May
from services.vehicles.errors.moving_out import (
    ExportNeedsCar,
    ExportNeedsYear,
    ExportNotReady,
    ExportsWaiting,
)
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.moving.exports import CarExport
from services.vehicles.usecases.cars.vehicles import read_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.contracts.vehicles_moving import MOST_RECEIPTS, CarExportProgressed, ReceiptsWanted
from shared.errors import NotFound

log = structlog.get_logger()
MAKE: Final = "vehicles.make_export"
STOP_COLLECTING: Final = "vehicles.stop_collecting"
PATIENCE: Final = timedelta(minutes=10)
"""How long the papers are waited for."""
BEGUN, COLLECTED = 5, 45
"""Per cent: asked for the papers, and all of them here."""
KEPT: Final = timedelta(days=7)
MOST_WAITING: Final = 3


class ExportFormat(StrEnum):
    CSV = "csv"
    """A zip of tables."""
    JSON = "json"
    PDF = "pdf"
    """The history of one car, to be read by people."""
    PASSPORT = "passport"
    """The same, signed, to be read by programs."""
    TRIPS = "trips"
    """The trips of one car in one year, as a statement on pages."""


MAY: Final = {
    ExportFormat.CSV: May.EXPORT_CSV,
    ExportFormat.JSON: May.EXPORT,
    ExportFormat.PDF: May.EXPORT,
    ExportFormat.PASSPORT: May.EXPORT,
    ExportFormat.TRIPS: May.READ_FILLS,
}
"""A driver states their own trips."""
WITH_RECEIPTS: Final = frozenset({ExportFormat.PDF, ExportFormat.PASSPORT})
OF_ONE_CAR: Final = WITH_RECEIPTS | {ExportFormat.TRIPS}


class ExportState(StrEnum):
    QUEUED = "queued"
    COLLECTING = "collecting"
    """The documents service sends the papers."""
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


UNMADE: Final = (ExportState.QUEUED, ExportState.COLLECTING, ExportState.MAKING)
OVER: Final = (ExportState.READY, ExportState.FAILED)


class MakeExport(BaseModel):
    account_id: UUID
    export_id: UUID


@dataclass(frozen=True, slots=True)
class Wish:
    """`vehicle_id` None: all their cars."""

    vehicle_id: UUID | None
    format: ExportFormat
    language: Language
    with_costs: bool = True
    with_receipts: bool = True
    year: int | None = None
    country: str | None = None
    fiscal_power: int | None = None
    """The last three of a statement of trips only."""


async def ask_export(work: Work, *, access: Access, wish: Wish, export_id: UUID) -> CarExport:
    """Raises NotFound, RoleInsufficient, ExportNeedsCar, ExportNeedsYear, ExportsWaiting."""
    if wish.vehicle_id is not None:
        await _to_take(work, access, wish.vehicle_id, wish.format)
    elif wish.format in OF_ONE_CAR:
        raise ExportNeedsCar(pointer="/vehicle")
    is_of_trips = wish.format is ExportFormat.TRIPS
    if is_of_trips and wish.year is None:
        raise ExportNeedsYear(pointer="/year")
    await work.hold_owner(access.person)  # one asks at a time, so that they are counted
    if await work.car_exports.count_unmade(access.person, UNMADE, work.now) >= MOST_WAITING:
        raise ExportsWaiting(headers={"Retry-After": "60"})
    export = work.car_exports.add(
        CarExport(
            id=export_id,
            account_id=access.person,
            vehicle_id=wish.vehicle_id,
            format=wish.format,
            language=wish.language,
            with_costs=wish.with_costs,
            with_receipts=wish.with_receipts and wish.with_costs and wish.format in WITH_RECEIPTS,
            year=wish.year if is_of_trips else None,
            country=wish.country if is_of_trips else None,
            fiscal_power=wish.fiscal_power if is_of_trips else None,
            state=ExportState.QUEUED,
            percent=0,
            receipts=0,
            receipts_left_out=0,
            wanted=[],
            missing=[],
            created_at=work.now,
            updated_at=work.now,
            expires_at=work.now + KEPT,
        )
    )
    if not await collect_receipts(work, export):
        enqueue(work, export)
    return export


async def collect_receipts(work: Work, export: CarExport) -> bool:
    """Asks for the papers; what they show is costs too, so who is not shown these gets none. False when there are none."""
    if not export.with_receipts or export.vehicle_id is None:
        return False
    wanted = (await work.books.paper_ids(export.vehicle_id))[:MOST_RECEIPTS]
    if not wanted:
        return False
    export.wanted = [str(id_) for id_ in wanted]
    until = work.now + PATIENCE
    work.emit(
        ReceiptsWanted(
            export_id=export.id,
            account_id=export.account_id,
            vehicle_id=export.vehicle_id,
            document_ids=tuple(wanted),
            until=until,
        )
    )
    payload = MakeExport(account_id=export.account_id, export_id=export.id)
    work.enqueue(STOP_COLLECTING, payload, run_at=until, key=str(export.id))
    move(work, export, ExportState.COLLECTING, percent=BEGUN)
    return True


def enqueue(work: Work, export: CarExport) -> None:
    payload = MakeExport(account_id=export.account_id, export_id=export.id)
    work.enqueue(MAKE, payload, key=str(export.id))


async def read_export(work: Work, *, access: Access, export_id: UUID) -> CarExport:
    """Raises NotFound, also once its week is over."""
    export = await work.car_exports.one_seen(access, export_id)
    if export.expires_at <= work.now:
        raise NotFound
    return export


async def remove_export(work: Work, *, access: Access, export_id: UUID) -> None:
    """One that is being made is not told any more, and its job finds nothing to do."""
    await work.car_exports.remove(await work.car_exports.one_changed(access, export_id))


async def open_file(work: Work, *, access: Access, export_id: UUID) -> CarExport:
    """Only as long as they may still take the car with them. Raises NotFound, RoleInsufficient, ExportNotReady."""
    export = await read_export(work, access=access, export_id=export_id)
    if export.vehicle_id is not None:
        await _to_take(work, access, export.vehicle_id, ExportFormat(export.format))
    if export.state != ExportState.READY:
        raise ExportNotReady
    return export


async def begin_export(work: Work, *, export_id: UUID) -> CarExport | None:
    """None when there is nothing to make any more."""
    export = await work.car_exports.held(export_id)
    if export is None or export.state in OVER:
        return None
    move(work, export, ExportState.MAKING, percent=50)
    return export


async def cars_of(work: Work, export: CarExport) -> Sequence[Vehicle]:
    """What they may take, now. Raises NotFound, RoleInsufficient."""
    access, form = Access(export.account_id), ExportFormat(export.format)
    if export.vehicle_id is not None:
        return [await _to_take(work, access, export.vehicle_id, form)]
    return await work.vehicles.all_allowed(access, MAY[form])


async def _to_take(work: Work, access: Access, vehicle_id: UUID, form: ExportFormat) -> Vehicle:
    """Raises NotFound, RoleInsufficient."""
    if form is ExportFormat.TRIPS:  # as the statement itself: with what they made, if not with all
        return await read_vehicle(work, access=access, vehicle_id=vehicle_id, may=MAY[form])
    return await work.vehicles.one_for(access, vehicle_id, MAY[form])


@dataclass(frozen=True, slots=True)
class MadeFile:
    content: bytes
    file_name: str
    media_type: str
    sha256: bytes
    receipts: int = 0
    missing: Mapping[UUID, str] = field(default_factory=dict)
    """Papers that are not in it, and why."""


async def close_export(work: Work, *, export_id: UUID, made: MadeFile) -> None:
    """The finished file; nothing where it was deleted meanwhile."""
    export = await work.car_exports.held(export_id)
    if export is None or export.state in OVER:
        return
    work.car_exports.keep(export, made.content)
    export.file_name, export.media_type = made.file_name, made.media_type
    export.size_bytes, export.sha256 = len(made.content), made.sha256
    export.receipts, export.receipts_left_out = made.receipts, len(made.missing)
    export.missing = [
        {"document": str(id_), "problem": problem} for id_, problem in made.missing.items()
    ]
    export.expires_at = work.now + KEPT
    await work.receipts.forget(export.id)
    move(work, export, ExportState.READY, percent=100)
    log.info("car_export.made", export_id=str(export.id), size=len(made.content))


async def fail_export(work: Work, *, export_id: UUID, problem: str) -> None:
    export = await work.car_exports.held(export_id)
    if export is None or export.state in OVER:
        return
    export.problem = problem
    await work.receipts.forget(export.id)
    move(work, export, ExportState.FAILED, percent=100)


def move(work: Work, export: CarExport, state: ExportState, *, percent: int) -> None:
    """Told to whoever watches."""
    export.state, export.percent, export.updated_at = state, percent, work.now
    work.emit(
        CarExportProgressed(
            export_id=export.id,
            account_id=export.account_id,
            vehicle_id=export.vehicle_id,
            format=export.format,
            state=state.value,
            percent=percent,
        )
    )
