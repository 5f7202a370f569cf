"""A row in its file's own units becomes one in ours, or is bad; what of it is doubtful is said beside it."""

from dataclasses import dataclass
from datetime import date, time
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from services.vehicles.domain.cars.energies import (
    MEASURES,
    OF_UNIT,
    Energy,
    QuantityUnit,
    to_smallest,
)
from services.vehicles.domain.cars.units import MINUTES_AN_HOUR, DistanceUnit
from services.vehicles.domain.moving.found import (
    Found,
    FoundExpense,
    FoundFill,
    FoundNote,
    FoundPlan,
    FoundReading,
    FoundRecord,
)
from services.vehicles.domain.running.amounts import Paid, differ
from shared.money import MOST as MOST_MONEY
from shared.money import Money, exponent

FIRST_DAY: Final = date(1886, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
MOST_DISTANCE: Final = Decimal(9_999_999)
MOST_QUANTITY: Final = Decimal(100_000)
MOST_PRICE: Final = Decimal(1_000_000)
PRICE_PLACES: Final = Decimal("0.000001")
QUANTITY_PLACES: Final = Decimal("0.001")
THOUSANDTHS_A_PERCENT: Final = 10


class Misfit(ValueError):
    """A row that cannot be taken, with the field it is about."""

    def __init__(self, column: str, code: str, cell: object = "") -> None:
        super().__init__(code)
        self.column, self.code, self.cell = column, code, "" if cell is None else str(cell)[:200]


@dataclass(frozen=True, slots=True)
class Terms:
    """Of the car a row goes to, and of its file."""

    distance_unit: DistanceUnit
    """In which the file counts."""
    currency: str | None
    energies: tuple[Energy, ...]
    has_distance: bool
    has_hours: bool
    today: date
    energy: Energy | None = None
    """What somebody said that runs through it, where neither the file nor the car says so."""


@dataclass(slots=True)
class Fit:
    kind: str
    day: date | None = None
    at: time | None = None
    metres: int | None = None
    minutes: int | None = None
    measure: int | None = None
    """Millilitres, grams, watt-hours, or minor units: what two rows are compared by."""
    word: str = ""
    """Of what has no measure."""
    money: Money | None = None
    energy: Energy | None = None
    unit: QuantityUnit | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    is_worked_out: bool = False
    """The total is: the file gives quantity and price alone."""
    other_metres: int | None = None
    codes: tuple[str, ...] = ()


def fit(found: Found, terms: Terms) -> Fit:
    """Raises Misfit."""
    match found:
        case FoundFill():
            made = _fill(found, terms)
        case FoundRecord():
            made = _record(found, terms)
        case FoundExpense():
            made = _expense(found, terms)
        case FoundReading():
            made = _reading(found, terms)
        case FoundPlan():
            made = _plan(found, terms)
        case FoundNote():
            made = Fit("note", word=found.title.casefold())
        case _:
            raise Misfit("", "cells_wrong")
    made.at = found.at
    is_ahead = made.day is not None and made.day > terms.today and made.kind != "plan"
    is_planned = isinstance(found, FoundRecord) and not found.is_done
    codes = [*found.doubts, *made.codes, *(["future"] if is_ahead and not is_planned else [])]
    made.codes = tuple(dict.fromkeys(codes))
    return made


def _day(day: date | None) -> date:
    if day is None:
        raise Misfit("day", "date_missing")
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Misfit("day", "date_impossible", day)
    return day


def metres_of(distance: Decimal | None, unit: DistanceUnit, column: str = "odometer") -> int | None:
    """0 is unknown, never zero. Raises Misfit."""
    if distance is None or distance == 0:
        return None
    if not distance.is_finite() or distance > MOST_DISTANCE:
        raise Misfit(column, "number_too_large", distance)
    if distance < 0:
        raise Misfit(column, "negative_odometer", distance)
    if distance == distance.to_integral_value():
        return round(int(distance) * unit.metres)
    return round(distance * Decimal(str(unit.metres)))


def _minutes(hours: Decimal | None) -> int | None:
    if hours is None or hours == 0:
        return None
    if not hours.is_finite() or hours > MOST_DISTANCE:
        raise Misfit("engine_hours", "number_too_large", hours)
    if hours < 0:
        raise Misfit("engine_hours", "negative_odometer", hours)
    return round(hours * MINUTES_AN_HOUR)


def money_of(amount: Decimal, currency: str | None) -> tuple[Money, bool]:
    """And whether it had to be rounded. Raises Misfit."""
    if currency is None:
        raise Misfit("currency", "currency_missing", amount)
    if not amount.is_finite() or abs(amount) >= MOST_MONEY:
        raise Misfit("total", "number_too_large", amount)
    money = Money.rounded(amount, currency)
    return money, money.amount != amount


def worked_out(quantity: Decimal, unit_price: Decimal, currency: str) -> Money:
    """Where a file gives no total: half a coin goes to the even one, row by row."""
    places = Decimal(1).scaleb(-exponent(currency))
    return Money.of((quantity * unit_price).quantize(places, ROUND_HALF_EVEN), currency)


def _meters(found: Found, hours: Decimal | None, terms: Terms) -> tuple[int | None, int | None]:
    """What is read on a meter the car does not have is left out of the ledger."""
    metres = metres_of(found.odometer, terms.distance_unit)
    minutes = _minutes(hours)
    return metres if terms.has_distance else None, minutes if terms.has_hours else None


def _fill(found: FoundFill, terms: Terms) -> Fit:
    day = _day(found.day)
    metres, minutes = _meters(found, found.engine_hours, terms)
    energy, unit = _pump(found, terms)
    quantity, rounded = _quantity(found)
    price, money = found.unit_price, None
    if price is not None:
        if not price.is_finite() or price >= MOST_PRICE:
            raise Misfit("unit_price", "number_too_large", price)
        if price < 0:
            raise Misfit("unit_price", "negative_amount", price)
        kept = price.quantize(PRICE_PLACES)
        price, rounded = kept, rounded or kept != price
    currency = found.currency or terms.currency
    if found.total is not None:
        money, was_rounded = money_of(found.total, currency)
        rounded = rounded or was_rounded
        if found.total < 0:
            raise Misfit("total", "negative_amount", found.total)
    elif price is not None and currency is None:
        raise Misfit("currency", "currency_missing", price)
    is_worked_out = money is None and price is not None
    if price is not None and is_worked_out and currency is not None:
        money = worked_out(found.quantity or Decimal(0), price, currency)
    codes = ["rounded"] if rounded else []
    if not is_worked_out and differ(Paid(quantity, price, money)):
        codes.append("amounts_differ")
    return Fit(
        "fill",
        day=day,
        metres=metres,
        minutes=minutes,
        measure=to_smallest(quantity, unit),
        money=money,
        energy=energy,
        unit=unit,
        quantity=quantity,
        unit_price=price,
        is_worked_out=is_worked_out,
        other_metres=metres_of(found.distance_on_other, terms.distance_unit, "distance_on_other"),
        codes=tuple(codes),
    )


def _quantity(found: FoundFill) -> tuple[Decimal, bool]:
    quantity = found.quantity
    if quantity is None and found.level_after is not None:  # of a charge that says its levels alone
        quantity = Decimal(0)
    if quantity is None:
        raise Misfit("quantity", "number_missing")
    if not quantity.is_finite() or quantity >= MOST_QUANTITY:
        raise Misfit("quantity", "number_too_large", quantity)
    if quantity < 0:
        raise Misfit("quantity", "negative_quantity", quantity)
    kept = quantity.quantize(QUANTITY_PLACES, ROUND_HALF_EVEN)
    if kept == 0 and found.level_after is None:
        raise Misfit("quantity", "quantity_zero", quantity)
    return kept, kept != quantity


OF_MEASURE: Final = {QuantityUnit.KILOWATT_HOUR: Energy.ELECTRIC, QuantityUnit.KILOGRAM: Energy.CNG}


def _pump(found: FoundFill, terms: Terms) -> tuple[Energy, QuantityUnit]:
    """What the row says, else what of the car's is measured so. Raises Misfit."""
    energy, unit = found.energy, found.unit
    if energy is None:
        answered = (terms.energy,) if terms.energy else ()
        moving = [each for each in (*terms.energies, *answered) if each is not Energy.ADBLUE]
        fits = [each for each in moving if unit is None or MEASURES[each] is OF_UNIT[unit]]
        energy = fits[0] if fits else OF_MEASURE.get(unit) if unit else None
    if energy is None:
        raise Misfit("energy", "energy_unknown")
    if unit is None:
        unit = next(each for each in QuantityUnit if OF_UNIT[each] is MEASURES[energy])
    if OF_UNIT[unit] is not MEASURES[energy]:
        raise Misfit("unit", "unit_unfit", unit)
    return energy, unit


def _record(found: FoundRecord, terms: Terms) -> Fit:
    metres, minutes = _meters(found, found.engine_hours, terms)
    day = terms.today if found.day is None and not found.is_done else found.day
    made = Fit("record", day=_day(day), metres=metres, minutes=minutes)
    currency = found.currency or terms.currency
    amounts = [line.amount for line in found.lines if line.amount is not None]
    total = found.total if found.total is not None else sum(amounts, Decimal(0)) or None
    for amount in amounts:
        money_of(amount, currency)
    if total is not None:
        made.money, rounded = money_of(total, currency)
        made.measure = made.money.amount_minor
        made.codes = ("rounded",) if rounded else ()
    made.word = found.title.casefold()
    return made


def _expense(found: FoundExpense, terms: Terms) -> Fit:
    day = _day(found.day)
    if found.total is None:
        raise Misfit("total", "number_missing")
    money, rounded = money_of(found.total, found.currency or terms.currency)
    return Fit(
        "expense",
        day=day,
        metres=metres_of(found.odometer, terms.distance_unit),
        measure=money.amount_minor,
        money=money,
        word=found.title.casefold(),
        codes=("rounded",) if rounded else (),
    )


def _reading(found: FoundReading, terms: Terms) -> Fit:
    metres, minutes = _meters(found, found.engine_hours, terms)
    if metres is None and minutes is None:
        raise Misfit("odometer", "number_missing", found.odometer)
    return Fit("reading", day=_day(found.day), metres=metres, minutes=minutes)


def recurs(found: FoundPlan) -> bool:
    """Else it is a reminder for once."""
    every = (found.every_distance, found.every_months, found.every_days, found.every_hours)
    return found.is_recurring and any(every)


def _plan(found: FoundPlan, terms: Terms) -> Fit:
    if found.day is not None:
        _day(found.day)
    for distance in (found.every_distance, found.next_at):
        metres_of(distance, terms.distance_unit, "distance")
    _minutes(found.every_hours)
    if not recurs(found) and found.next_on is None and not found.next_at:
        raise Misfit("interval", "interval_missing")
    return Fit("plan", metres=metres_of(found.odometer, terms.distance_unit), day=found.day,
               word=found.title.casefold())  # fmt: skip
