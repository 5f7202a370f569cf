from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypedDict
from uuid import UUID

from services.vehicles.domain.cars.categories import FuelClass, fuel_classes
from services.vehicles.domain.cars.odometer import Meter
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.segments import travelled_at
from services.vehicles.domain.cars.standing import standing_of
from services.vehicles.domain.cars.units import DistanceUnit, in_unit
from services.vehicles.domain.running.trip_statement import (
    Statement,
    Terms,
    TripMade,
    statement_of,
)
from services.vehicles.errors.running import TripBackwards, TripInFuture, TripWithoutDistance
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.running.trips import Trip
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.cars.owners import stand_by
from services.vehicles.usecases.cars.vehicles import read_vehicle
from services.vehicles.usecases.running.trip_table import written
from services.vehicles.usecases.work import Terms as HandoverTerms
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id

SHOWN: Final[dict[str, Callable[[int, DistanceUnit], object]]] = {
    "start_metres": in_unit,
    "end_metres": in_unit,
    "distance_metres": written,
}


class TripFacts(TypedDict, total=False):
    """What is absent stays as it is. Readings as the cluster shows them, or a distance; in metres."""

    id: UUID
    """Of a new one, as its client chose it."""
    vehicle_id: UUID
    day: date
    start_metres: int | None
    end_metres: int | None
    distance_metres: int | None
    business: bool
    purpose: str
    from_place: str | None
    to_place: str | None
    note: str | None


async def add_trip(work: Work, *, access: Access, facts: TripFacts) -> Trip:
    """Raises TripWithoutDistance, TripBackwards, TripInFuture."""
    vehicle = await _held(work, access, facts["vehicle_id"])
    trip = Trip(
        id=facts.get("id") or new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=access.person,
        version=1,
        created_at=work.now,
        updated_at=work.now,
    )
    _describe(work, trip, vehicle, facts)
    return work.trips.add(trip)


async def read_trip(work: Work, *, access: Access, trip_id: UUID) -> Trip:
    trip = await work.trips.one_seen(access, trip_id)
    if trip.trashed_at is not None:
        raise NotFound
    return trip


async def edit_trip(work: Work, *, access: Access, trip_id: UUID, facts: TripFacts) -> Trip:
    """What is in the trash is not changed."""
    before = await work.trips.vehicle_of(access, trip_id)
    after = facts.get("vehicle_id", before)
    held = [await _held(work, access, id_) for id_ in sorted({before, after}, key=str)]
    trip = await work.trips.one_changed(access, trip_id)
    if trip.trashed_at is not None:
        raise NotFound
    vehicle = next(each for each in held if each.id == after)
    await stand_by(work, vehicle, access)
    trip.vehicle_id, trip.owner_id = vehicle.id, vehicle.owner_id
    _describe(work, trip, vehicle, facts)
    return _changed(work, trip)


async def trash_trip(work: Work, *, access: Access, trip_id: UUID) -> None:
    await _held(work, access, await work.trips.vehicle_of(access, trip_id))
    trip = await work.trips.one_changed(access, trip_id)
    if trip.trashed_at is not None:
        raise NotFound
    trip.trashed_at = work.now
    _changed(work, trip)


async def restore_trip(work: Work, *, access: Access, trip_id: UUID) -> Trip:
    """Of what is not in the trash nothing changes."""
    await _held(work, access, await work.trips.vehicle_of(access, trip_id))
    trip = await work.trips.one_changed(access, trip_id)
    if trip.trashed_at is None:
        return trip
    trip.trashed_at = None
    return _changed(work, trip)


async def state_trips(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID,
    year: int,
    country: str | None,
    power: int | None,
) -> tuple[Statement, Vehicle, list[Trip]]:
    """Of the trips they may see, by the scale of that country, else of the car's own; gaps for who may read the whole ledger.

    Raises NotFound, RoleInsufficient.
    """
    vehicle = await read_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.READ_FILLS)
    trips = list(await work.trips.of_year(access, vehicle.id, year))
    segments = await work.segments.of_meter(vehicle.id, Meter.DISTANCE)
    made = [
        TripMade(
            trip.day,
            trip.distance_metres,
            trip.business,
            trip.purpose,
            *(
                None if shown is None else travelled_at(segments, shown, on=trip.day)
                for shown in (trip.start_metres, trip.end_metres)
            ),
        )
        for trip in trips
    ]
    sees_all = standing_of(vehicle, access.person).may(May.READ_LEDGER)
    ledger = await work.readings.accepted(vehicle.id) if sees_all else []
    fuels = fuel_classes(vehicle.energies, vehicle.fuel_type)
    terms = Terms(
        country or vehicle.country,
        vehicle.category,
        power,
        is_electric=bool(fuels & {FuelClass.ELECTRIC, FuelClass.HYDROGEN}),
    )
    return statement_of(year, made, ledger, terms), vehicle, trips


async def forget_trips(work: Work, vehicle: Vehicle, _terms: HandoverTerms) -> None:
    """Where somebody drove is nobody else's, whoever has the car next; the giver's copy of the car keeps it."""
    await work.trips.remove_all(vehicle.id)


async def _held(work: Work, access: Access, vehicle_id: UUID | None) -> Vehicle:
    """Beside others: a trip changes nothing of the car."""
    return await hold_vehicle(
        work, access=access, vehicle_id=vehicle_id, may=May.ADD_FILL, shared=True
    )


def _changed(work: Work, trip: Trip) -> Trip:
    trip.version += 1
    trip.updated_at = work.now
    return trip


def _describe(work: Work, trip: Trip, vehicle: Vehicle, facts: TripFacts) -> None:
    """Refusals first, then the whole change."""
    said: dict[str, Any] = {
        name: value for name, value in facts.items() if name not in {"id", "vehicle_id"}
    }
    if said.get("day", work.today) > work.today:
        raise TripInFuture(pointer="/day")
    _leave_as_shown(trip, said, DistanceUnit(vehicle.distance_unit))
    _measure(trip, said)
    for name, value in said.items():
        setattr(trip, name, value)


def _leave_as_shown(trip: Trip, said: dict[str, Any], unit: DistanceUnit) -> None:
    """Sent back as it was told a figure says nothing, and stays what it is to the metre, whatever unit the car counts in by now."""
    for name, tell in SHOWN.items():
        known, new = getattr(trip, name), said.get(name)
        if known is not None and new is not None and tell(new, unit) == tell(known, unit):
            del said[name]


def _measure(trip: Trip, said: dict[str, Any]) -> None:
    """Two readings, or a distance: whichever is said leaves the other behind."""
    start, end, length = (said.get(f"{name}_metres") for name in ("start", "end", "distance"))
    if length is not None and (start is not None or end is not None):
        raise TripWithoutDistance(pointer="/distance")
    if length is not None:
        said["start_metres"] = said["end_metres"] = None
        return
    said.pop("distance_metres", None)
    start = said.get("start_metres", trip.start_metres)
    end = said.get("end_metres", trip.end_metres)
    if start is None and end is None and trip.distance_metres is not None:
        return
    if start is None or end is None:
        raise TripWithoutDistance(pointer="/distance")
    if end < start:
        raise TripBackwards(pointer="/end_mileage")
    said["distance_metres"] = end - start
