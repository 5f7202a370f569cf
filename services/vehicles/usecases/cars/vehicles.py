from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from services.vehicles.domain.cars import plates
from services.vehicles.domain.cars.energies import energies_of
from services.vehicles.domain.cars.lifecycle import Lifecycle
from services.vehicles.domain.cars.odometer import Meter, MeterKind, ReadingSource
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.standing import standing_of
from services.vehicles.domain.cars.units import DistanceUnit, in_unit, to_metres
from services.vehicles.domain.cars.vin import is_well_formed, normalise_vin
from services.vehicles.errors.cars import MeterFixed, PlateMalformed, VinMalformed, VinTaken
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.judging import judge_all
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.odometer import NewReading, hold_vehicle, take_reading
from services.vehicles.usecases.cars.quota import make_room
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound, RoleInsufficient
from shared.ids import new_id
from shared.money import Money


class VehicleFacts(TypedDict, total=False):
    """What an owner says about a car; what is absent stays as it is."""

    make: str
    model: str
    year: int | None
    plate: str | None
    vin: str | None
    color: str | None
    fuel_type: str | None
    transmission: str | None
    distance_unit: str
    purchased_on: date | None
    purchase_price: Money | None
    first_registered_on: date | None
    country: str | None
    category: str | None
    euro_norm: str | None
    electric_range: int | None
    """In the car's unit."""
    historic: bool
    custom_fields: dict[str, Any]
    energies: list[str]
    tanks: list[dict[str, Any]]
    meter: str
    timezone: str | None
    tags: Sequence[str]
    group_id: UUID | None
    photo_id: UUID | None
    distance: int | None
    distance_on: date | None
    """The day of that reading; today when nobody says."""


async def add_vehicle(
    work: Work,
    *,
    access: Access,
    facts: VehicleFacts,
    quota: int | None,
    vehicle_id: UUID | None = None,
) -> tuple[Vehicle, OdometerReading | None]:
    """`quota` is how many cars the plan allows; None is no limit. `vehicle_id`: as its client chose it."""
    await make_room(work, access=access, quota=quota)
    vehicle = Vehicle(
        id=vehicle_id or new_id(),
        owner_id=access.person,
        version=1,
        created_at=work.now,
        updated_at=work.now,
        distance_unit=DistanceUnit.KM,
        custom_fields={},
        tags=[],
        lifecycle=Lifecycle.ACTIVE,
        meter=MeterKind.DISTANCE,
    )
    await _describe(work, vehicle, facts)
    work.vehicles.add(vehicle)
    await work.flush()  # the reading points at the car
    reading = await _read_odometer(work, access, vehicle, facts)
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle, is_new=True)
    return vehicle, reading


async def edit_vehicle(
    work: Work, *, access: Access, vehicle_id: UUID, facts: VehicleFacts
) -> tuple[Vehicle, OdometerReading | None]:
    owner_id = (await read_vehicle(work, access=access, vehicle_id=vehicle_id)).owner_id
    await work.hold_owner(owner_id)  # whoever edits it: the VIN is unique among the owner's
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.EDIT_CAR)
    year = vehicle.year
    is_other = await _describe(work, vehicle, facts)
    if vehicle.year != year:
        for meter in Meter:
            await judge_all(work, vehicle=vehicle, meter=meter)
    reading = await _read_odometer(work, access, vehicle, facts)
    if reading is None and not is_other:
        return vehicle, None  # a form sent back unchanged
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle)
    return vehicle, reading


async def read_vehicle(
    work: Work, *, access: Access, vehicle_id: UUID, may: May = May.SEE_CAR
) -> Vehicle:
    """For whoever may do that with it, or with what they made of it. Raises NotFound, RoleInsufficient."""
    vehicle = await work.vehicles.one_seen(access, vehicle_id)
    if not standing_of(vehicle, access.person).may_with_own(may):
        raise RoleInsufficient
    return vehicle


async def _describe(work: Work, vehicle: Vehicle, facts: VehicleFacts) -> bool:
    """Refusals first: a car is described whole or not at all. False when it says nothing new."""
    said = dict(facts)
    said.pop("distance", None)
    said.pop("distance_on", None)
    if "plate" in said:
        said["plate"], said["plate_key"] = _plate(facts["plate"])
    if "vin" in said:
        said["vin"] = await _vin(work, vehicle, facts["vin"])
    await _check_named(work, vehicle, facts)
    if "meter" in facts:
        await _check_meter(work, vehicle, facts["meter"])
    if "tags" in said:
        said["tags"] = _tags(facts["tags"])
    if "purchase_price" in said:
        price = facts["purchase_price"]
        said["purchase_minor"] = price.amount_minor if price else None
        said["purchase_currency"] = price.currency if price else None
        del said["purchase_price"]
    if "electric_range" in said:
        said["electric_range_metres"] = _range(vehicle, facts)
        del said["electric_range"]
    fuel = facts.get("fuel_type", vehicle.fuel_type)
    if "energies" in said and said["energies"] == list(energies_of((), fuel)):
        said["energies"] = []  # no more than the fuel type tells
    news = {name: value for name, value in said.items() if getattr(vehicle, name) != value}
    for name, value in news.items():
        setattr(vehicle, name, value)
    return bool(news)


def _range(vehicle: Vehicle, facts: VehicleFacts) -> int | None:
    far, unit = facts["electric_range"], facts.get("distance_unit", vehicle.distance_unit)
    return None if far is None else to_metres(far, DistanceUnit(unit))


async def _check_meter(work: Work, vehicle: Vehicle, meter: str) -> None:
    """Raises MeterFixed: what was read on one meter is not another's."""
    if meter != vehicle.meter and await work.readings.are_there(vehicle.id):
        raise MeterFixed(pointer="/meter")


async def _check_named(work: Work, vehicle: Vehicle, facts: VehicleFacts) -> None:
    """Group and photo are the owner's, whoever names them. Raises NotFound."""
    group_id, photo_id = facts.get("group_id"), facts.get("photo_id")
    if group_id and not await work.groups.is_there(vehicle.owner_id, group_id):
        raise NotFound(pointer="/group")
    named = [photo_id] if photo_id and photo_id != vehicle.photo_id else []
    if not await work.documents.are_all_there(Access(vehicle.owner_id), named):
        raise NotFound(pointer="/photo")


def _tags(said: Sequence[str]) -> list[str]:
    """Each once, whatever its case, as first written."""
    found: dict[str, str] = {}
    for tag in said:
        found.setdefault(tag.casefold(), tag)
    return list(found.values())


def _plate(plate: str | None) -> tuple[str | None, str | None]:
    if not plate:
        return None, None
    key = plates.normalise_plate(plate)
    if not plates.is_well_formed(key):
        raise PlateMalformed(pointer="/license_plate")
    return plate.strip().upper(), key


async def _vin(work: Work, vehicle: Vehicle, vin: str | None) -> str | None:
    """An empty VIN is no VIN."""
    number = normalise_vin(vin or "")
    if not number:
        return None
    if not is_well_formed(number):
        raise VinMalformed(pointer="/vin")
    if await work.vehicles.vin_exists(vehicle.owner_id, number, other_than=vehicle.id):
        raise VinTaken(pointer="/vin")
    return number


async def _read_odometer(
    work: Work, access: Access, vehicle: Vehicle, facts: VehicleFacts
) -> OdometerReading | None:
    """A mileage that says something new is a reading like any other, doubted like any other."""
    distance = facts.get("distance")
    if distance is None:
        return None
    unit = DistanceUnit(vehicle.distance_unit)
    metres, read_on = to_metres(distance, unit), facts.get("distance_on") or work.today
    is_shown = distance == in_unit(vehicle.odometer_metres, unit)
    if is_shown and facts.get("distance_on") in {None, vehicle.odometer_on}:
        return None  # what the form was filled with, rounded to the unit the car shows now
    source = ReadingSource.MANUAL if facts.get("distance_on") else ReadingSource.STATED
    new = NewReading(metres, read_on, source, made_by=access.person)
    return await take_reading(work, vehicle=vehicle, new=new)
