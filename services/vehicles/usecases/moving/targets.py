"""Where the cars of a file go: an existing car, or one that is made of what the file says."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.vehicles.domain.cars.energies import Energy, energies_of
from services.vehicles.domain.cars.lifecycle import Lifecycle
from services.vehicles.domain.cars.odometer import Meter, MeterKind
from services.vehicles.domain.cars.plates import is_well_formed as is_plate
from services.vehicles.domain.cars.plates import normalise_plate
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.cars.vin import is_well_formed as is_vin
from services.vehicles.domain.cars.vin import normalise_vin
from services.vehicles.domain.moving.cars import CarOfFile, fuel_type_of
from services.vehicles.domain.moving.fitting import Misfit, Terms, money_of
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.moving.models import VehicleImport
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.cars.owners import stand_by, stand_with
from services.vehicles.usecases.cars.vehicles import VehicleFacts, add_vehicle, read_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.ids import new_id

NEW, EXISTING, SKIP = "new", "existing", "skip"
ENERGY = "energy"
"""Beside the reader's answers: what cars run on of which neither the file nor we know it."""
LONGEST_KEY, LONGEST_VALUE = 50, 500
"""Of a custom field."""


@dataclass(slots=True)
class Target:
    """A car of the file with the car its rows go to; not yet in the database where it is new and only looked at."""

    car: CarOfFile
    vehicle: Vehicle
    terms: Terms
    is_new: bool


async def propose(
    work: Work, *, access: Access, cars: Sequence[CarOfFile], wanted: UUID | None
) -> None:
    """What is likeliest: the car of the same VIN, plate or name, else a new one; a file that says nothing of its car goes to the only
    one there is, or somebody must say. `wanted`: said at the upload, of a file with one car.
    """
    mine = await work.vehicles.all_allowed(access, May.IMPORT)
    taken: set[UUID] = {each.vehicle for each in cars if each.vehicle is not None}
    for car in cars:
        if car.goes:
            continue
        if wanted is not None and len(cars) == 1:
            car.goes, car.vehicle_id = EXISTING, str(wanted)
            continue
        found = _same(car, [each for each in mine if each.id not in taken])
        if found is not None:
            taken.add(found.id)
            car.goes, car.vehicle_id = EXISTING, str(found.id)
        elif car.name:
            car.goes = NEW


def _same(car: CarOfFile, mine: Sequence[Vehicle]) -> Vehicle | None:
    if not car.name and not car.key:
        return mine[0] if len(mine) == 1 else None
    vin = normalise_vin(car.vin or "")
    plate = normalise_plate(car.plate) if car.plate else ""
    names = {car.name.casefold(), f"{car.make} {car.model}".casefold()}
    for is_it in (
        lambda each: bool(vin) and each.vin == vin,
        lambda each: bool(plate) and each.plate_key == plate,
        lambda each: each.name.casefold() in names,
    ):
        hits = [each for each in mine if is_it(each)]
        if len(hits) == 1:
            return hits[0]
    return None


async def look_at(
    work: Work, *, access: Access, imported: VehicleImport, car: CarOfFile
) -> Target | None:
    """For a preview; None where its rows go nowhere. Raises NotFound, RoleInsufficient."""
    await stand_with(work, access)
    if car.goes == EXISTING:
        vehicle = await read_vehicle(work, access=access, vehicle_id=_named(car), may=May.IMPORT)
        await stand_by(work, vehicle, access)
        return _target(work, imported, car, vehicle, is_new=False)
    if car.goes != NEW:
        return None
    return _target(work, imported, car, _drawn(access, imported, car), is_new=True)


async def take_hold(
    work: Work, *, access: Access, imported: VehicleImport, car: CarOfFile, quota: int | None
) -> Target | None:
    """The same for applying it: the car is held, or made. Raises NotFound, RoleInsufficient, QuotaExceeded."""
    await stand_with(work, access)
    if car.goes == EXISTING:
        vehicle = await hold_vehicle(work, access=access, vehicle_id=_named(car), may=May.IMPORT)
        return _target(work, imported, car, vehicle, is_new=False)
    if car.goes != NEW:
        return None
    facts = await _facts(work, access, imported, car)
    vehicle, _ = await add_vehicle(work, access=access, facts=facts, quota=quota)
    car.vehicle_id = str(vehicle.id)
    held = await hold_vehicle(work, access=access, vehicle_id=vehicle.id, may=May.IMPORT)
    return _target(work, imported, car, held, is_new=True)


def _named(car: CarOfFile) -> UUID:
    if car.vehicle is None:
        raise RuntimeError("an existing car has an id")
    return car.vehicle


def _target(
    work: Work, imported: VehicleImport, car: CarOfFile, vehicle: Vehicle, *, is_new: bool
) -> Target:
    meters = MeterKind(vehicle.meter)
    terms = Terms(
        distance_unit=unit_of(imported, car) or DistanceUnit(vehicle.distance_unit),
        currency=imported.facts.get("currency"),
        energies=energies_of(vehicle.energies, vehicle.fuel_type)
        or tuple(Energy(each) for each in car.energies),
        has_distance=meters.has(Meter.DISTANCE),
        has_hours=meters.has(Meter.HOURS),
        today=work.today,
        energy=energy_of(imported),
    )
    return Target(car, vehicle, terms, is_new)


def energy_of(imported: VehicleImport) -> Energy | None:
    said = imported.answers.get(ENERGY)
    return Energy(said) if said else None


def _energies(imported: VehicleImport, car: CarOfFile) -> list[str]:
    answered = energy_of(imported)
    return car.energies or ([answered.value] if answered else [])


def unit_of(imported: VehicleImport, car: CarOfFile) -> DistanceUnit | None:
    """In which the file counts; None where nothing says it."""
    said = car.distance_unit or imported.facts.get("distance_unit")
    return DistanceUnit(said) if said in set(DistanceUnit) else None


def _drawn(access: Access, imported: VehicleImport, car: CarOfFile) -> Vehicle:
    """The car as it would be made, for looking at."""
    return Vehicle(
        id=new_id(),
        owner_id=access.person,
        make=car.make,
        model=car.model,
        year=car.year,
        fuel_type=fuel_type_of(_energies(imported, car)),
        energies=_energies(imported, car),
        tanks=[],
        meter=_meter(car),
        distance_unit=unit_of(imported, car) or DistanceUnit.KM,
        custom_fields=_custom(car),
        lifecycle=Lifecycle.ACTIVE,
        odometer_offset=0,
    )


def _meter(car: CarOfFile) -> MeterKind:
    return MeterKind.HOURS if car.by_hours else MeterKind.DISTANCE


def _custom(car: CarOfFile) -> dict[str, str]:
    """What it was called and what was written about it."""
    said = {}
    if car.name and car.name.casefold() not in f"{car.make} {car.model}".casefold():
        said["name"] = car.name[:LONGEST_VALUE]
    if car.note:
        said["note"] = car.note[:LONGEST_VALUE]
    return said


async def _facts(
    work: Work, access: Access, imported: VehicleImport, car: CarOfFile
) -> VehicleFacts:
    """A VIN or a plate that cannot be one, or is another car's, is left out."""
    facts: VehicleFacts = {
        "make": car.make,
        "model": car.model,
        "year": car.year,
        "fuel_type": fuel_type_of(_energies(imported, car)),
        "energies": list(_energies(imported, car)),
        "distance_unit": unit_of(imported, car) or DistanceUnit.KM,
        "meter": _meter(car),
        "tags": car.tags,
        "custom_fields": dict(_custom(car)),
    }
    vin = normalise_vin(car.vin or "")
    if (
        vin
        and is_vin(vin)
        and not await work.vehicles.vin_exists(access.person, vin, other_than=new_id())
    ):
        facts["vin"] = vin
    if car.plate and is_plate(normalise_plate(car.plate)):
        facts["plate"] = car.plate
    if car.purchased_on:
        facts["purchased_on"] = date.fromisoformat(car.purchased_on)
    currency = car.currency or imported.facts.get("currency")
    if car.purchase_price and currency:
        with suppress(Misfit):
            facts["purchase_price"] = money_of(Decimal(car.purchase_price), currency)[0]
    return facts
