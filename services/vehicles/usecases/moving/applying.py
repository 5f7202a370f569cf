"""An import is applied whole or not at all: one transaction, its rows in chunks, each car worked out anew once at the end."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from services.vehicles.domain.cars.odometer import Meter, ReadingStatus
from services.vehicles.domain.moving.cars import cars_from
from services.vehicles.domain.moving.fitting import fit
from services.vehicles.domain.moving.found import (
    Found,
    FoundExpense,
    FoundFill,
    FoundNote,
    FoundPlan,
    FoundRecord,
)
from services.vehicles.domain.moving.states import TAKEN, ImportState
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.moving.models import VehicleImport
from services.vehicles.storage.running.expenses import Expense
from services.vehicles.usecases.care.announce import announce_record
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.judging import settle
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.moving.judging import (
    APPLICABLE,
    Judged,
    count,
    found_in,
    judge_car,
    judge_skipped,
    source_of,
)
from services.vehicles.usecases.moving.landing import (
    land_expense,
    land_fill,
    land_record,
    note_of,
    reading_of,
)
from services.vehicles.usecases.moving.planning import land_note, land_plan
from services.vehicles.usecases.moving.targets import EXISTING, NEW, SKIP, Target, take_hold
from services.vehicles.usecases.moving.weighing import Told
from services.vehicles.usecases.running.readings import follow_fills
from services.vehicles.usecases.work import Work
from shared.access import Access

UNDOABLE: Final = timedelta(days=30)
AT_ONCE: Final = 500
Progress = Callable[[int], Awaitable[None]]


@dataclass(slots=True)
class Landing:
    """What is under way."""

    imported: VehicleImport
    access: Access
    progress: Progress
    done: int = 0
    before: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {"readings": {}, "notes": {}, "remembered": {}}
    )


async def apply(
    work: Work, *, access: Access, imported: VehicleImport, quota: int | None, progress: Progress
) -> None:
    """Judged again, for the car may have changed since the preview. Raises NotFound, RoleInsufficient, QuotaExceeded."""
    landing = Landing(imported, access, progress)
    cars = cars_from(imported.cars)
    # whoever holds several cars holds them in one order; new ones come last and nobody else knows them
    for car in sorted(cars, key=lambda car: (car.goes != EXISTING, car.vehicle_id or "", car.key)):
        if car.goes == SKIP:
            await judge_skipped(work, imported=imported, car=car)
            continue
        target = await take_hold(work, access=access, imported=imported, car=car, quota=quota)
        if target is not None:
            await _apply_car(work, landing, target)
    imported.cars = [car.row() for car in cars]
    imported.before = landing.before | {"made": [car.vehicle_id for car in cars if car.goes == NEW]}
    await count(work, imported=imported)
    imported.state, imported.failure = ImportState.APPLIED, None
    imported.done = imported.total
    imported.applied_at = work.now
    imported.kept_until = work.now + UNDOABLE
    imported.version += 1
    imported.updated_at = work.now
    await work.import_parts.forget(imported.id)


async def _apply_car(work: Work, landing: Landing, target: Target) -> None:
    vehicle_id = target.vehicle.id
    was = None if target.is_new else await work.there.remembered(vehicle_id)
    judged = await judge_car(work, imported=landing.imported, target=target)
    await work.import_rows.judge(landing.imported.id, judged.news)
    async for rows in work.import_rows.chunks(
        landing.imported.id, car=target.car.key, kinds=APPLICABLE
    ):
        taken = [row for row in rows if judged.verdicts[row.id].state in TAKEN]
        for some in batched_rows(taken):
            await _land(work, landing, target, judged, some)
    await _follow(work, landing, target, judged)
    await work.flush()
    if was is not None and was != (now := await work.there.remembered(vehicle_id)):
        landing.before["remembered"][str(vehicle_id)] = {"was": was, "is": digest_of(now)}


def digest_of(remembered: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(remembered, sort_keys=True).encode()).hexdigest()


def batched_rows(rows: Sequence[Any]) -> Sequence[Sequence[Any]]:
    return [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]


@dataclass(slots=True)
class Chunk:
    """What some rows become."""

    things: list[Any] = field(default_factory=list)
    readings: list[dict[str, Any]] = field(default_factory=list)
    made: dict[UUID, UUID] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)


async def _land(
    work: Work, landing: Landing, target: Target, judged: Judged, rows: Sequence[Any]
) -> None:
    chunk, imported = Chunk(), landing.imported
    for row in rows:
        found = found_in(row)
        told = judged.told.get(row.id, ())
        chunk.made[row.id] = await _make(work, landing, target, (found, told), chunk)
        source = source_of(found, imported.format)
        if source is not None:
            said: dict[str, Any] = {
                "vehicle_id": target.vehicle.id,
                "owner_id": target.vehicle.owner_id,
            }
            said |= {"kind": row.kind, "source": source, "import_id": imported.id}
            chunk.sources.append(said)
    await work.there.keep(chunk.things, chunk.readings)
    for each in chunk.things:
        if isinstance(each, MaintenanceRecord):
            announce_record(work, record=each, is_new=True)
    await work.write_side_effects()  # of thousands of records, none waits in memory
    await work.import_rows.became(imported.id, chunk.made)
    await work.import_sources.keep(chunk.sources)
    landing.done += len(rows)
    await landing.progress(landing.done)


async def _make(
    work: Work,
    landing: Landing,
    target: Target,
    said: tuple[Any, Sequence[Told]],
    chunk: Chunk,
) -> UUID:
    """The thing of a row and its readings; its id."""
    found, told = said
    fitted, access = fit(found, target.terms), landing.access
    match found:
        case FoundFill():
            thing: Any = await land_fill(work, access, target, found, fitted)
        case FoundRecord():
            thing = await land_record(work, access, target, found, fitted)
        case FoundExpense():
            thing = await land_expense(work, access, target, found, fitted)
        case FoundPlan():
            return (await land_plan(work, access, target, found)).id
        case FoundNote():
            return _note(landing, target, found)
        case _:
            thing = None
    chunk.readings += _readings(work, access, target, (thing, found, told))
    if thing is None:
        return told[0].id
    chunk.things.append(thing)
    thing_id: UUID = thing.id
    return thing_id


def _readings(
    work: Work, access: Access, target: Target, said: tuple[Any, Found, Sequence[Told]]
) -> list[dict[str, Any]]:
    """What a thing tells the meters; a reading of both meters is two, the second of which the first tells."""
    thing, found, told = said
    if thing is None:
        first = reading_of(work, access, target, told[0], note=note_of(found))
        rest = [reading_of(work, access, target, each, origin_id=told[0].id) for each in told[1:]]
        return [first, *rest]
    is_record = isinstance(thing, MaintenanceRecord)
    if not isinstance(thing, Expense):
        shown = next((each.id for each in told if each.meter == Meter.DISTANCE), None)
        thing.reading_id = shown
    key = {"record_id" if is_record else "origin_id": thing.id}
    return [reading_of(work, access, target, each, **key) for each in told]


def _note(landing: Landing, target: Target, found: FoundNote) -> UUID:
    vehicle = target.vehicle
    had = set(vehicle.custom_fields)
    vehicle_id = land_note(vehicle, found)
    kept = landing.before["notes"].setdefault(str(vehicle_id), {})
    kept.update({name: value for name, value in vehicle.custom_fields.items() if name not in had})
    return vehicle_id


async def _follow(work: Work, landing: Landing, target: Target, judged: Judged) -> None:
    """What the new rows change of the car's own readings, and all that is worked out from them."""
    vehicle, changed = target.vehicle, judged.changed
    for ids in batched_rows(list(changed)):
        for reading in await work.readings.some_of_vehicle(vehicle.id, ids):
            landing.before["readings"][str(reading.id)] = [reading.status, list(reading.doubts)]
            status, doubts = changed[reading.id]
            settle(work, reading, ReadingStatus(status), doubts)
    if await work.fills.has_trips(vehicle.id):
        await follow_fills(work, vehicle=vehicle, changed=[])
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle)
