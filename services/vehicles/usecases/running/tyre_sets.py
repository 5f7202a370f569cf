"""Tyres on and off: each end of a mounting is a reading of the car's ledger, judged like any other."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from services.vehicles.domain.cars.odometer import ReadingSource, ReadingStatus
from services.vehicles.domain.cars.units import DistanceUnit, to_metres
from services.vehicles.domain.running.tyres import (
    USUAL,
    Corner,
    Depth,
    Interval,
    Travelled,
    Wear,
    gone_by,
    travelled,
    travelled_at_corners,
    wear_of,
)
from services.vehicles.errors.running import (
    CornersWrong,
    SetMounted,
    SetNotMounted,
    TyreDayWrong,
)
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.storage.running.tyre_sets import TyreSet
from services.vehicles.usecases.cars.odometer import (
    NewReading,
    close,
    hold_vehicle,
    take_reading,
    void_reading_of_origin,
)
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id


class TyreSetFacts(TypedDict, total=False):
    """What is absent stays as it is."""

    id: UUID
    """Of a new one, as its client chose it."""
    vehicle_id: UUID
    name: str
    season: str
    tyres: int
    brand: str | None
    size: str | None
    dot: str | None
    bought_on: date | None
    retired_on: date | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """On a day, at what the odometer shows, in the car's unit."""

    on: date
    mileage: int


@dataclass(frozen=True, slots=True)
class TyreFigures:
    """Of one tyre of a set, by its number from one."""

    number: int
    corners: dict[Corner, Travelled]
    depths: int
    wear: Wear | None


@dataclass(frozen=True, slots=True)
class ToldSet:
    """`shown`: what the odometer showed at each reading that is named; `believed`: those that count."""

    row: TyreSet
    vehicle: Vehicle
    gone: Travelled
    tyres: tuple[TyreFigures, ...]
    shown: dict[str, int]
    believed: frozenset[str]


async def add_set(work: Work, *, access: Access, facts: TyreSetFacts) -> TyreSet:
    vehicle = await hold_vehicle(work, access=access, vehicle_id=facts["vehicle_id"], shared=True)
    row = TyreSet(
        id=facts.get("id") or new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=access.person,
        version=1,
        mountings=[],
        depths=[],
        created_at=work.now,
        updated_at=work.now,
    )
    _describe(row, facts)
    return work.tyre_sets.add(row)


async def read_set(work: Work, *, access: Access, set_id: UUID) -> TyreSet:
    row = await work.tyre_sets.one_seen(access, set_id)
    if row.trashed_at is not None:
        raise NotFound
    return row


async def edit_set(work: Work, *, access: Access, set_id: UUID, facts: TyreSetFacts) -> TyreSet:
    """Another number of tyres only as long as it was never mounted. Raises CornersWrong."""
    row, _ = await _held(work, access, set_id)
    if row.mountings and facts.get("tyres", row.tyres) != row.tyres:
        raise CornersWrong(pointer="/tyres", tyres=row.tyres)
    _describe(row, facts)
    return _changed(work, row)


async def trash_set(work: Work, *, access: Access, set_id: UUID) -> None:
    """Its readings stay in the ledger: somebody read them."""
    row, _ = await _held(work, access, set_id)
    row.trashed_at = work.now
    _changed(work, row)


async def restore_set(work: Work, *, access: Access, set_id: UUID) -> TyreSet:
    vehicle_id = await work.tyre_sets.vehicle_of(access, set_id)
    await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    row = await work.tyre_sets.one_changed(access, set_id)
    if row.trashed_at is None:
        return row
    row.trashed_at = None
    return _changed(work, row)


async def mount_set(
    work: Work, *, access: Access, set_id: UUID, step: Step, corners: Sequence[Corner] | None
) -> TyreSet:
    """What is on those corners comes off with the same reading. Raises SetMounted, CornersWrong, TyreDayWrong."""
    row, vehicle = await _held(work, access, set_id)
    if _open(row) is not None:
        raise SetMounted
    places = _corners(row, corners)
    _check_day(work, row, step)
    reading = await _read(work, access, vehicle, step)
    for other in await work.tyre_sets.of_vehicle(vehicle.id):
        on = _open(other)
        if other.id != row.id and on is not None and set(on["corners"]) & set(places):
            _check_day(work, other, step)
            _take_off(other, step, reading)
            _changed(work, other)
    _put_on(row, step, places, reading)
    await close(work, vehicle)
    return _changed(work, row)


async def dismount_set(work: Work, *, access: Access, set_id: UUID, step: Step) -> TyreSet:
    """Raises SetNotMounted, TyreDayWrong."""
    row, vehicle = await _held(work, access, set_id)
    if _open(row) is None:
        raise SetNotMounted
    _check_day(work, row, step)
    _take_off(row, step, await _read(work, access, vehicle, step))
    await close(work, vehicle)
    return _changed(work, row)


async def rotate_set(
    work: Work, *, access: Access, set_id: UUID, step: Step, corners: Sequence[Corner]
) -> TyreSet:
    """Its tyres change places among themselves. Raises SetNotMounted, CornersWrong, TyreDayWrong."""
    row, vehicle = await _held(work, access, set_id)
    on = _open(row)
    if on is None:
        raise SetNotMounted
    places = _corners(row, corners)
    if set(places) != set(on["corners"]):
        raise CornersWrong(pointer="/corners", tyres=row.tyres)
    _check_day(work, row, step)
    reading = await _read(work, access, vehicle, step)
    _take_off(row, step, reading)
    _put_on(row, step, places, reading)
    await close(work, vehicle)
    return _changed(work, row)


async def undo_mounting(work: Work, *, access: Access, set_id: UUID) -> TyreSet:
    """The last end there is, with its reading: written down by mistake. Raises SetNotMounted."""
    row, vehicle = await _held(work, access, set_id)
    if not row.mountings:
        raise SetNotMounted
    *before, last = row.mountings
    if last["off"] is not None:
        origin = last["off"]["origin"]
        row.mountings = [*before, last | {"off": None}]
    else:
        origin = last["on"]["origin"]
        row.mountings = before
    row.mounted_on = _day(row.mountings[-1]["on"]) if row.mountings else None
    if not await _is_named_elsewhere(work, vehicle, row, origin):
        await void_reading_of_origin(work, origin_id=UUID(origin))
        await close(work, vehicle)
    return _changed(work, row)


async def measure_depth(
    work: Work, *, access: Access, set_id: UUID, step: Step, tenths: dict[int, int]
) -> TyreSet:
    """`tenths` of a millimetre of tread, by the number of the tyre from one. Raises CornersWrong, TyreDayWrong."""
    row, vehicle = await _held(work, access, set_id)
    if not tenths or max(tenths) > row.tyres:
        raise CornersWrong(pointer="/depths", tyres=row.tyres)
    if step.on > work.today:
        raise TyreDayWrong(pointer="/on")
    reading = await _read(work, access, vehicle, step)
    said = {"id": str(new_id()), **reading, "tenths": {str(n): t for n, t in tenths.items()}}
    row.depths = sorted([*row.depths, said], key=lambda each: (each["day"], each["id"]))
    await close(work, vehicle)
    return _changed(work, row)


async def remove_depth(work: Work, *, access: Access, set_id: UUID, depth_id: UUID) -> TyreSet:
    """With its reading."""
    row, vehicle = await _held(work, access, set_id)
    gone = next((each for each in row.depths if each["id"] == str(depth_id)), None)
    if gone is None:
        raise NotFound
    row.depths = [each for each in row.depths if each is not gone]
    await void_reading_of_origin(work, origin_id=UUID(gone["origin"]))
    await close(work, vehicle)
    return _changed(work, row)


async def tell_sets(work: Work, *, access: Access, rows: Sequence[TyreSet]) -> list[ToldSet]:
    """How far each went, from the ledger as it is now: three statements, however many there are."""
    if not rows:
        return []
    cars = {c.id: c for c in await work.vehicles.some_seen(access, {r.vehicle_id for r in rows})}
    named = {UUID(at["reading"]) for row in rows for at in _readings_of(row)}
    readings = await work.readings.these(sorted(named)) if named else []
    offsets = await work.tyre_sets.offsets({r.segment_id for r in readings if r.segment_id})
    places = {
        str(reading.id): reading.metres + offsets.get(reading.segment_id or reading.id, 0)
        for reading in readings
        if reading.status == ReadingStatus.ACCEPTED
    }
    shown = {str(reading.id): reading.metres for reading in readings}
    return [
        _told(row, cars[row.vehicle_id], places, shown) for row in rows if row.vehicle_id in cars
    ]


def _told(row: TyreSet, vehicle: Vehicle, places: dict[str, int], shown: dict[str, int]) -> ToldSet:
    intervals = [
        Interval(
            tuple(map(Corner, each["corners"])),
            places.get(each["on"]["reading"]),
            vehicle.travelled_metres if each["off"] is None else places.get(each["off"]["reading"]),
        )
        for each in row.mountings
    ]
    tyres = []
    for number in range(1, row.tyres + 1):
        depths = _depths(row, number, intervals, places)
        corners = travelled_at_corners(intervals, number - 1)
        tyres.append(TyreFigures(number, corners, len(depths), wear_of(depths)))
    return ToldSet(row, vehicle, travelled(intervals), tuple(tyres), shown, frozenset(places))


def _depths(
    row: TyreSet, number: int, intervals: Collection[Interval], places: dict[str, int]
) -> list[Depth]:
    """Those of which it is known how far the tyre had gone."""
    found = []
    for each in row.depths:
        tenths, place = each["tenths"].get(str(number)), places.get(each["reading"])
        gone = gone_by(intervals, place) if place is not None else None
        if tenths is not None and gone is not None:
            found.append(Depth(gone, tenths))
    return found


def _readings_of(row: TyreSet) -> list[dict[str, Any]]:
    ends = [at for each in row.mountings for at in (each["on"], each["off"]) if at]
    return [*ends, *row.depths]


async def _held(work: Work, access: Access, set_id: UUID) -> tuple[TyreSet, Vehicle]:
    """Of one that is not in the trash."""
    vehicle_id = await work.tyre_sets.vehicle_of(access, set_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    row = await work.tyre_sets.one_changed(access, set_id)
    if row.trashed_at is not None:
        raise NotFound
    return row, vehicle


async def _read(work: Work, access: Access, vehicle: Vehicle, step: Step) -> dict[str, Any]:
    """Written into the ledger. The car is worked out anew by `close`, once all is written."""
    origin = new_id()
    new = NewReading(
        to_metres(step.mileage, DistanceUnit(vehicle.distance_unit)),
        step.on,
        ReadingSource.MANUAL,
        origin_id=origin,
        made_by=access.person,
    )
    reading: OdometerReading = await take_reading(work, vehicle=vehicle, new=new)
    return {"day": step.on.isoformat(), "reading": str(reading.id), "origin": str(origin)}


async def _is_named_elsewhere(work: Work, vehicle: Vehicle, row: TyreSet, origin: str) -> bool:
    """A set that came off for this one, or another end of it, has the same reading."""
    others = [each for each in await work.tyre_sets.of_vehicle(vehicle.id) if each.id != row.id]
    return any(at["origin"] == origin for each in [*others, row] for at in _readings_of(each))


def _open(row: TyreSet) -> dict[str, Any] | None:
    last = row.mountings[-1] if row.mountings else None
    return last if last is not None and last["off"] is None else None


def _put_on(row: TyreSet, step: Step, corners: Sequence[Corner], at: dict[str, Any]) -> None:
    mounting = {"id": str(new_id()), "corners": list(corners), "on": at, "off": None}
    row.mountings = [*row.mountings, mounting]
    row.mounted_on = step.on


def _take_off(row: TyreSet, _step: Step, at: dict[str, Any]) -> None:
    *before, last = row.mountings
    row.mountings = [*before, last | {"off": at}]


def _corners(row: TyreSet, said: Sequence[Corner] | None) -> Sequence[Corner]:
    places = said if said is not None else USUAL.get(row.tyres, ())
    if len(places) != row.tyres or len(set(places)) != len(places):
        raise CornersWrong(pointer="/corners", tyres=row.tyres)
    return places


def _check_day(work: Work, row: TyreSet, step: Step) -> None:
    """One after the other, and not tomorrow."""
    last = row.mountings[-1] if row.mountings else None
    after = _day(last["off"] or last["on"]) if last else None
    if step.on > work.today or (after is not None and step.on < after):
        raise TyreDayWrong(pointer="/on")


def _day(at: dict[str, Any]) -> date:
    return date.fromisoformat(at["day"])


def _changed(work: Work, row: TyreSet) -> TyreSet:
    row.version += 1
    row.updated_at = work.now
    return row


def _describe(row: TyreSet, facts: TyreSetFacts) -> None:
    for name, value in facts.items():
        if name not in {"id", "vehicle_id"}:
            setattr(row, name, value)
