"""A fill as somebody describes it, in part or whole: refusals first, then the change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, TypedDict
from uuid import UUID

from services.vehicles.domain.cars.energies import (
    MEASURES,
    OF_UNIT,
    USUAL_UNITS,
    Energy,
    QuantityUnit,
    energies_of,
    from_smallest,
    tank_from,
    to_smallest,
)
from services.vehicles.domain.cars.units import DistanceUnit, in_unit, to_metres
from services.vehicles.domain.running.amounts import Paid, Third, settle
from services.vehicles.domain.running.histories import Basis
from services.vehicles.domain.running.tariffs import Charge, price_charge
from services.vehicles.errors.running import (
    ChargeTimesWrong,
    CurrencyDiffers,
    EnergyMissing,
    FillIncomplete,
    NotACharge,
    SolarTooMuch,
    UnitUnfit,
)
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.running.models import EnergyTariff, Fill
from services.vehicles.storage.running.tariffs import tariff_of
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.money import Money

MOST_QUANTITY: Final = Decimal(100_000)
MOST_PRICE: Final = Decimal(1_000_000)
LONGEST_CHARGE: Final = timedelta(days=7)
BY_TARIFF: Final = "tariff"
"""In `derived`: the tariff tells the total."""
SAME: Final = ("at", "is_full", "level_after", "missed_before", "station", "note")
METRES: Final = {
    "trip": "trip_metres",
    "own_distance": "own_metres",
    "other_distance": "other_metres",
}
MINUTES: Final = 60


class FillFacts(TypedDict, total=False):
    """What somebody says about a fill, in the car's own unit of distance; what is absent stays as it is."""

    id: UUID
    """Of a new one, as its client chose it."""
    vehicle_id: UUID
    day: date | None
    """None: the car's today."""
    at: time | None
    energy: Energy | None
    quantity: Decimal | None
    unit: QuantityUnit | None
    unit_price: Decimal | None
    total: Money | None
    currency: str | None
    is_full: bool
    level_after: int | None
    missed_before: bool
    distance: int | None
    trip: Decimal | None
    own_distance: Decimal | None
    other_distance: Decimal | None
    hours: Decimal | None
    station: str | None
    note: str | None
    document_ids: Sequence[UUID]
    measured_at: Basis | None
    battery: Decimal | None
    solar: Decimal | None
    charged_from: datetime | None
    charged_to: datetime | None
    tariff_id: UUID | None


@dataclass(frozen=True, slots=True)
class Pump:
    energy: Energy
    unit: QuantityUnit


async def describe(
    work: Work, *, fill: Fill, vehicle: Vehicle, facts: FillFacts, tariff: EnergyTariff | None
) -> None:
    """The caller holds the car, and the tariff if there is one."""
    pump = await _pump(work, fill, vehicle, facts)
    paid = _paid(fill, facts)
    documents = facts.get("document_ids", ())
    if not await work.documents.are_all_there(Access(fill.owner_id), documents):
        raise NotFound(pointer="/documents")
    if "day" in facts:
        fill.day = facts["day"] or work.today
    for name in SAME:
        if name in facts:
            setattr(fill, name, facts[name])
    if "document_ids" in facts:
        fill.document_ids = [str(id_) for id_ in dict.fromkeys(documents)]
    _set_distances(fill, vehicle, facts)
    _set_paid(fill, pump, paid)
    _set_charge(fill, facts)
    if fill.quantity == 0 and fill.level_after is None:
        raise FillIncomplete(pointer="/quantity")
    price_by_tariff(fill, tariff)


async def _pump(work: Work, fill: Fill, vehicle: Vehicle, facts: FillFacts) -> Pump:
    said = facts.get("energy") or (Energy(fill.energy) if fill.energy else None)
    energy = said or await _usual_energy(work, vehicle)
    unit = facts.get("unit")
    if unit is None and fill.unit and OF_UNIT[QuantityUnit(fill.unit)] is MEASURES[energy]:
        unit = QuantityUnit(fill.unit)
    unit = unit or usual_unit(vehicle, energy)
    if OF_UNIT[unit] is not MEASURES[energy]:
        raise UnitUnfit(pointer="/unit")
    return Pump(energy, unit)


async def _usual_energy(work: Work, vehicle: Vehicle) -> Energy:
    """The only one the car moves on, else what it took last."""
    known = energies_of(vehicle.energies, vehicle.fuel_type)
    moving = [energy for energy in known if energy is not Energy.ADBLUE]
    if len(moving) == 1:
        return moving[0]
    last = await work.fills.last_energy(vehicle.id)
    if last is None:
        raise EnergyMissing(pointer="/energy")
    return last


def usual_unit(vehicle: Vehicle, energy: Energy) -> QuantityUnit:
    tanks = [tank_from(row) for row in vehicle.tanks]
    mine = [tank.unit for tank in tanks if energy in tank.energies]
    return mine[0] if mine else USUAL_UNITS[MEASURES[energy]]


def _paid(fill: Fill, facts: FillFacts) -> Paid:
    """What was typed, and what follows from it; what is sent back as it had been worked out stays worked out."""
    before = paid_of(fill)
    quantity, unit_price, total = before.quantity, before.unit_price, before.total
    if "quantity" in facts:
        quantity = facts["quantity"]
    if "unit_price" in facts:
        unit_price = facts["unit_price"]
    if "total" in facts:
        total = facts["total"]
    currency = _currency(fill, facts, unit_price, total)
    if before.derived is Third.QUANTITY and quantity == before.quantity:
        quantity = None
    if before.derived is Third.UNIT_PRICE and unit_price == before.unit_price:
        unit_price = None
    is_worked_out = before.derived is Third.TOTAL or _is_by_tariff(fill)
    if is_worked_out and total == before.total:
        total = None
    paid = settle(quantity=quantity, unit_price=unit_price, total=total, currency=currency)
    if paid.quantity is None or paid.quantity >= MOST_QUANTITY:
        raise FillIncomplete(pointer="/quantity")
    if paid.derived is Third.UNIT_PRICE and paid.unit_price and paid.unit_price >= MOST_PRICE:
        return Paid(paid.quantity, None, paid.total)
    return paid


def _is_by_tariff(fill: Fill) -> bool:
    """What was priced by a tariff that is gone keeps its price."""
    return fill.derived == BY_TARIFF and fill.tariff_id is not None


def paid_of(fill: Fill) -> Paid:
    """As the row has it; of a new one nothing."""
    price = fill.unit_price_micro
    quantity = from_smallest(fill.quantity, QuantityUnit(fill.unit)) if fill.unit else None
    return Paid(
        quantity,
        Decimal(price).scaleb(-6).normalize() if price is not None else None,
        fill.total,
        Third(fill.derived) if fill.derived and fill.derived != BY_TARIFF else None,
    )


def _currency(
    fill: Fill, facts: FillFacts, unit_price: Decimal | None, total: Money | None
) -> str | None:
    """One for all. A total that was worked out gives way to what is typed now."""
    is_typed = "total" in facts or fill.derived not in {Third.TOTAL, BY_TARIFF}
    said = facts.get("currency")
    of_total = total.currency if total is not None and is_typed else None
    if said and of_total and said != of_total:
        raise CurrencyDiffers(pointer="/currency")
    currency = said or of_total or fill.currency
    if unit_price is not None and currency is None:
        raise CurrencyDiffers(pointer="/currency")
    return currency


def _set_paid(fill: Fill, pump: Pump, paid: Paid) -> None:
    fill.energy, fill.unit = pump.energy, pump.unit
    fill.quantity = to_smallest(paid.quantity or Decimal(0), pump.unit)
    price = paid.unit_price
    fill.unit_price_micro = int(price.scaleb(6)) if price is not None else None
    fill.total_minor = paid.total.amount_minor if paid.total else None
    fill.currency = paid.total.currency if paid.total else None
    fill.derived = paid.derived


def _set_distances(fill: Fill, vehicle: Vehicle, facts: FillFacts) -> None:
    """What is sent back as it was told stays what it was, to the metre."""
    unit = DistanceUnit(vehicle.distance_unit)
    if "distance" in facts:
        distance = facts["distance"]
        if distance is None or distance != in_unit(fill.odometer_metres, unit):
            fill.odometer_metres = to_metres(distance, unit) if distance is not None else None
            fill.odometer_derived = False
    for name, column in METRES.items():
        if name in facts:
            said: Decimal | None = facts[name]  # type: ignore[literal-required]  # as in FillFacts
            if said is None or said != exactly_in(getattr(fill, column), unit):
                metres = round(said * Decimal(str(unit.metres))) if said is not None else None
                setattr(fill, column, metres)
    if fill.trip_metres is None:
        fill.by_trip_metres = None
        if fill.odometer_derived:
            fill.odometer_metres, fill.odometer_derived = None, False
    if "hours" in facts:
        hours = facts["hours"]
        fill.engine_minutes = round(hours * MINUTES) if hours is not None else None


def exactly_in(metres: int | None, unit: DistanceUnit) -> Decimal | None:
    """With three decimals."""
    if metres is None:
        return None
    return (Decimal(metres) / Decimal(str(unit.metres))).quantize(Decimal("0.001"))


def _set_charge(fill: Fill, facts: FillFacts) -> None:
    if fill.energy != Energy.ELECTRIC:
        _set_no_charge(fill, facts)
        return
    fill.measured_at = facts.get("measured_at") or fill.measured_at or Basis.WALL
    for name in ("battery", "solar"):
        if name in facts:
            energy: Decimal | None = facts[name]
            kept = to_smallest(energy, QuantityUnit.KILOWATT_HOUR) if energy is not None else None
            setattr(fill, name, kept)
    for name in ("charged_from", "charged_to", "tariff_id"):
        if name in facts:
            setattr(fill, name, facts[name])  # type: ignore[literal-required]  # as in FillFacts
    if fill.charged_from is not None and fill.charged_to is not None:
        lasts = fill.charged_to - fill.charged_from
        if not timedelta(0) < lasts <= LONGEST_CHARGE:
            raise ChargeTimesWrong(pointer="/charged_to")
    if (fill.solar or 0) > fill.quantity:
        raise SolarTooMuch(pointer="/solar_quantity")


def _set_no_charge(fill: Fill, facts: FillFacts) -> None:
    for name in OF_CHARGES:
        if facts.get(name) is not None:
            raise NotACharge(pointer=f"/{NAMED.get(name, name)}")
        setattr(fill, name, None)


OF_CHARGES: Final = (
    "measured_at",
    "battery",
    "solar",
    "charged_from",
    "charged_to",
    "tariff_id",
)
NAMED: Final = {"battery": "battery_quantity", "solar": "solar_quantity", "tariff_id": "tariff"}


def price_by_tariff(fill: Fill, tariff: EnergyTariff | None) -> None:
    """A charge nobody typed a price for costs what the tariff says, now and whenever the tariff changes."""
    if tariff is None or fill.tariff_id is None or fill.unit_price_micro is not None:
        return
    if fill.total_minor is not None and fill.derived != BY_TARIFF:
        return
    charge = Charge(
        fill.quantity,
        fill.day,
        fill.charged_from,
        fill.charged_to,
        fill.at,
        fill.solar or 0,
    )
    priced = price_charge(charge, tariff_of(tariff))
    fill.total_minor = priced.total.amount_minor if priced else None
    fill.currency = priced.total.currency if priced else None
    fill.derived = BY_TARIFF if priced else None
