"""An applied import is taken back without a trace: what it made goes, what it changed stands as before."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.vehicles.domain.cars.odometer import Meter, MeterKind, ReadingStatus
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.moving.states import ImportState
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.moving.models import VehicleImport
from services.vehicles.usecases.care.announce import announce_record
from services.vehicles.usecases.care.occurrences import forget_what
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.judging import judge_all, settle
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.members import tell_gone
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.cars.owners import stand_with
from services.vehicles.usecases.moving.applying import Progress, batched_rows, digest_of
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound


async def undo(work: Work, *, access: Access, imported: VehicleImport, progress: Progress) -> None:
    """Raises NotFound, RoleInsufficient for a car that is theirs to import into no more."""
    made: dict[str, list[UUID]] = defaultdict(list)
    for kind, thing_id in await work.import_rows.made(imported.id):
        made[kind].append(thing_id)
    made.pop("note", None)
    cars = await _held(work, access, imported)
    untouched = {id_ for id_ in cars if await _is_untouched(work, imported, id_)}
    done = 0
    for kind, ids in made.items():
        for some in batched_rows(ids):
            await _take_out(work, cars, kind, some)
            done += len(some)
            await progress(done)
    await work.import_sources.forget(imported.id)
    for vehicle in cars.values():
        if vehicle.id in untouched:
            was = imported.before["remembered"][str(vehicle.id)]["was"]
            await work.there.remember(vehicle.id, was)
        await _settle_car(work, access, imported, vehicle)
    await work.import_rows.forget(imported.id)
    imported.state, imported.undone_at = ImportState.UNDONE, work.now
    imported.before, imported.done = {}, imported.total
    imported.version += 1
    imported.updated_at = work.now


async def _held(work: Work, access: Access, imported: VehicleImport) -> dict[UUID, Vehicle]:
    """The cars it went into; one that has been deleted since took everything with it."""
    found = {}
    for id_ in sorted({car["vehicle_id"] for car in imported.cars if car["vehicle_id"]}):
        await stand_with(work, access)
        try:
            found[UUID(id_)] = await hold_vehicle(
                work, access=access, vehicle_id=UUID(id_), may=May.IMPORT
            )
        except NotFound:
            continue
    return found


async def _is_untouched(work: Work, imported: VehicleImport, vehicle_id: UUID) -> bool:
    """Nobody has put off, dismissed or done anything of its plans since."""
    kept = imported.before.get("remembered", {}).get(str(vehicle_id))
    return kept is not None and kept["is"] == digest_of(await work.there.remembered(vehicle_id))


async def _take_out(work: Work, cars: dict[UUID, Vehicle], kind: str, ids: Sequence[UUID]) -> None:
    if kind == "record":
        for record in await work.records.these(ids):
            if record.vehicle_id in cars:
                record.trashed_at = work.now  # to everybody else it is deleted
                announce_record(work, record=record)
        await work.write_side_effects()
    if kind == "plan":  # or what comes once, a reminder
        await _forget_planned(work, cars, ids)
        await work.there.remove("reminder", ids, list(cars))
    await work.there.remove(kind, ids, list(cars))


async def _forget_planned(work: Work, cars: dict[UUID, Vehicle], ids: Sequence[UUID]) -> None:
    """What was told of it is withdrawn; nothing is left of it in a calendar."""
    for vehicle in cars.values():
        for id_ in ids:
            await forget_what(work, vehicle=vehicle, what_id=id_)
    await work.flush()
    for id_ in ids:
        await work.there.forget_occurrences(id_)


async def _settle_car(
    work: Work, access: Access, imported: VehicleImport, vehicle: Vehicle
) -> None:
    await stand_with(work, access)
    is_made = str(vehicle.id) in imported.before.get("made", ())
    if is_made and not await work.there.has_anything(vehicle.id):
        tell_gone(work, vehicle)
        announce_vehicle(work, vehicle=vehicle, deleted=True)
        await work.vehicles.remove(vehicle)
        return
    _forget_notes(vehicle, imported.before.get("notes", {}).get(str(vehicle.id), {}))
    await _believe_again(work, vehicle, imported.before.get("readings", {}))
    for meter in Meter:
        if MeterKind(vehicle.meter).has(meter):
            await judge_all(work, vehicle=vehicle, meter=meter)
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle)


def _forget_notes(vehicle: Vehicle, notes: dict[str, str]) -> None:
    """What has been written over since stays."""
    kept = {
        name: value
        for name, value in vehicle.custom_fields.items()
        if name not in notes or notes[name] != value
    }
    if kept != vehicle.custom_fields:
        vehicle.custom_fields = kept


async def _believe_again(work: Work, vehicle: Vehicle, before: dict[str, Any]) -> None:
    """Of two chains of one weight the one believed before stays: so it is said first which that was."""
    for ids in batched_rows([UUID(id_) for id_ in before]):
        for reading in await work.readings.some_of_vehicle(vehicle.id, ids):
            status, doubts = before[str(reading.id)]
            if reading.status != ReadingStatus.VOID and not reading.vouched:
                settle(work, reading, ReadingStatus(status), doubts)
    await work.flush()
