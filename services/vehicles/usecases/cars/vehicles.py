from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from services.vehicles.domain.cars import plates
from services.vehicles.domain.cars.odometer import ReadingSource
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import DistanceUnit, to_metres
from services.vehicles.domain.cars.vin import is_well_formed, normalise_vin
from services.vehicles.errors.cars import PlateMalformed, VinMalformed, VinTaken
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.odometer import NewReading, hold_vehicle, take_reading
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.features import ALLOWS, Limit, Plan
from shared.errors import QuotaExceeded
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
    custom_fields: dict[str, Any]
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
    await work.hold_owner(access.person)
    used = await work.vehicles.count_owned(access.person)
    if quota is not None and used >= quota:
        raise QuotaExceeded(
            resource=Limit.VEHICLES, limit=quota, used=used, required_plan=_roomier_plan(quota)
        )
    vehicle = Vehicle(
        id=vehicle_id or new_id(),
        owner_id=access.person,
        version=1,
        created_at=work.now,
        updated_at=work.now,
        distance_unit=DistanceUnit.KM,
        custom_fields={},
    )
    await _describe(work, vehicle, facts)
    work.vehicles.add(vehicle)
    await work.flush()  # the reading points at the car
    reading = await _read_odometer(work, vehicle, facts)
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle, is_new=True)
    return vehicle, reading


async def edit_vehicle(
    work: Work, *, access: Access, vehicle_id: UUID, facts: VehicleFacts
) -> tuple[Vehicle, OdometerReading | None]:
    await work.hold_owner(access.person)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.EDIT_CAR)
    await _describe(work, vehicle, facts)
    reading = await _read_odometer(work, vehicle, facts)
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle)
    return vehicle, reading


async def remove_vehicle(work: Work, *, access: Access, vehicle_id: UUID) -> None:
    """With everything recorded about it."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.GIVE_AWAY)
    announce_vehicle(work, vehicle=vehicle, deleted=True)
    await work.vehicles.remove(vehicle)


async def read_vehicle(work: Work, *, access: Access, vehicle_id: UUID) -> Vehicle:
    return await work.vehicles.one_seen(access, vehicle_id)


async def _describe(work: Work, vehicle: Vehicle, facts: VehicleFacts) -> None:
    """Refusals first: a car is described whole or not at all."""
    said = dict(facts)
    said.pop("distance", None)
    said.pop("distance_on", None)
    if "plate" in said:
        said["plate"], said["plate_key"] = _plate(facts["plate"])
    if "vin" in said or "year" in said:
        year = facts.get("year", vehicle.year)
        said["vin"] = await _vin(work, vehicle, facts.get("vin", vehicle.vin), year)
    if "purchase_price" in said:
        price = facts["purchase_price"]
        said["purchase_minor"] = price.amount_minor if price else None
        said["purchase_currency"] = price.currency if price else None
        del said["purchase_price"]
    for name, value in said.items():
        setattr(vehicle, name, value)


def _plate(plate: str | None) -> tuple[str | None, str | None]:
    if not plate:
        return None, None
    key = plates.normalise_plate(plate)
    if not plates.is_well_formed(key):
        raise PlateMalformed(pointer="/license_plate")
    return plate.strip().upper(), key


async def _vin(work: Work, vehicle: Vehicle, vin: str | None, year: int | None) -> str | None:
    """An empty VIN is no VIN."""
    number = normalise_vin(vin or "")
    if not number:
        return None
    if not is_well_formed(number, year=year):
        raise VinMalformed(pointer="/vin")
    if await work.vehicles.vin_exists(vehicle.owner_id, number, other_than=vehicle.id):
        raise VinTaken(pointer="/vin")
    return number


async def _read_odometer(
    work: Work, vehicle: Vehicle, facts: VehicleFacts
) -> OdometerReading | None:
    """A mileage that says something new is a reading like any other, doubted like any other."""
    distance = facts.get("distance")
    if distance is None:
        return None
    metres = to_metres(distance, DistanceUnit(vehicle.distance_unit))
    read_on = facts.get("distance_on") or work.today
    if (metres, read_on) == (vehicle.odometer_metres, vehicle.odometer_on):
        return None
    if metres == vehicle.odometer_metres and facts.get("distance_on") is None:
        return None  # a form sent back unchanged
    source = ReadingSource.MANUAL if facts.get("distance_on") else ReadingSource.STATED
    new = NewReading(metres, read_on, source)
    return await take_reading(work, vehicle=vehicle, new=new)


def _roomier_plan(limit: int) -> Plan | None:
    """The cheapest plan with more room, by the price list's seed: a hint for the refusal, not a grant."""
    for plan in Plan:
        allowed = ALLOWS[plan][Limit.VEHICLES]
        if allowed is None or allowed > limit:
            return plan
    return None
