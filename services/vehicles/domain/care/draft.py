"""From the fields of a read invoice to a proposed maintenance record: which car, what was done, what is missing.

A draft proposes and never decides: what contradicts itself is told as a warning, what is not known stays empty.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.vehicles.domain.care.amounts import AmountOutOfRange, add_up, do_not_add_up
from services.vehicles.domain.care.lines import LineKind, RecordLine
from services.vehicles.domain.care.recognition import plain
from services.vehicles.domain.cars.odometer import MOST_METRES
from services.vehicles.domain.cars.plates import looks_alike, normalise_plate
from services.vehicles.domain.cars.units import METRES_PER_KILOMETRE, DistanceUnit
from services.vehicles.domain.cars.vin import compact, normalise_vin
from shared.money import Money
from shared.storable import one_line

SURE: Final = 0.8
"""Below this confidence the owner is asked to look."""
CREDIT_NOTE: Final = "credit_note"
"""What the field `subtype` of an invoice says when money comes back."""
ASSUMED_CURRENCY: Final = "EUR"
MOST_LINES: Final = 100
LONGEST_TEXT: Final = 300
FIRST_CARS: Final = date(1900, 1, 1)
MOST_DISTANCE: Final = MOST_METRES // METRES_PER_KILOMETRE
_LABOUR = re.compile(
    r"\b(?:main oeuvre|m\.?o\.?|labou?r|mano obra|forfait|controle|diagnostic|equilibrage|geometrie|heures?|hours?|horas?)\b"
)


class DraftWarning(StrEnum):
    PLATE_DIFFERS = "plate_differs"
    VIN_DIFFERS = "vin_differs"
    OTHER_CAR = "names_another_of_your_cars"
    CURRENCY_ASSUMED = "currency_assumed"
    DATE_IN_FUTURE = "date_in_the_future"
    DUPLICATE = "possible_duplicate"
    LINES_DO_NOT_ADD_UP = "lines_do_not_add_up"
    CREDIT_NOTE = "credit_note"
    """It is recorded as a refund: it comes off what was spent, and no work was done."""


class Missing(StrEnum):
    VEHICLE = "vehicle"
    SERVICE_DATE = "service_date"
    SERVICE_TYPE = "service_type"
    MILEAGE = "mileage"
    COST = "cost"


REQUIRED: Final = frozenset({Missing.VEHICLE, Missing.SERVICE_DATE, Missing.SERVICE_TYPE})
"""Without these a draft cannot be confirmed; a record may do without the others."""


@dataclass(frozen=True, slots=True)
class Found:
    value: str
    confidence: float


@dataclass(frozen=True, slots=True)
class PaperLine:
    description: str
    quantity: str | None = None
    unit_price: str | None = None
    amount: str | None = None


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What the paper says, in our own types; None where it says nothing usable."""

    vendor: str | None
    invoice_number: str | None
    is_credit_note: bool
    """It says so, or its total is negative; its amounts are negative here, however they are printed."""
    service_date: date | None
    distance: int | None
    distance_unit: DistanceUnit | None
    total: Money | None
    tax: Money | None
    plate: str | None
    vin: str | None
    lines: tuple[RecordLine, ...]
    unsure: tuple[str, ...]
    warnings: tuple[DraftWarning, ...]


@dataclass(frozen=True, slots=True)
class Car:
    id: UUID
    plate: str | None
    vin: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    vehicle_id: UUID | None
    warnings: tuple[DraftWarning, ...] = ()


def read_facts(
    fields: Mapping[str, Found], lines: Iterable[PaperLine], *, today: date
) -> PaperFacts:
    texts = {name: found.value.strip().replace("\x00", "") for name, found in fields.items()}
    warnings = []
    day = _day(texts.get("date"))
    if day is not None and day > today:
        day = None
        warnings.append(DraftWarning.DATE_IN_FUTURE)
    currency = texts.get("currency", "").upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        currency = ASSUMED_CURRENCY
        if "total" in texts:
            warnings.append(DraftWarning.CURRENCY_ASSUMED)
    total, tax = _money(texts.get("total"), currency), _money(texts.get("tax"), currency)
    is_credit_note = texts.get("subtype") == CREDIT_NOTE or (
        total is not None and total.amount_minor < 0
    )
    if is_credit_note:
        warnings.append(DraftWarning.CREDIT_NOTE)
    return PaperFacts(
        vendor=_text(texts.get("vendor")),
        invoice_number=_text(texts.get("invoice_number")),
        is_credit_note=is_credit_note,
        service_date=day,
        distance=_distance(texts.get("mileage")),
        distance_unit=_unit(texts.get("mileage_unit")),
        total=_signed(total, is_back=is_credit_note),
        tax=_signed(tax, is_back=is_credit_note),
        plate=normalise_plate(texts.get("plate", "")) or None,
        vin=compact(normalise_vin(texts.get("vin", ""))) or None,
        lines=tuple(
            _line(line, currency, is_credit_note=is_credit_note)
            for line in list(lines)[:MOST_LINES]
        ),
        unsure=tuple(sorted(name for name, found in fields.items() if found.confidence < SURE)),
        warnings=tuple(warnings),
    )


def choose_car(
    cars: Sequence[Car], *, named: UUID | None, plate: str | None, vin: str | None
) -> Choice:
    """The car its owner named; else the one on the paper; else the only one, unless the paper names a different car."""
    by_vin = next((car for car in cars if vin and compact(car.vin or "") == vin), None)
    by_plate = next((car for car in cars if plate and car.plate == plate), None)
    on_paper = by_plate or by_vin or _alike(cars, plate)
    chosen = next((car for car in cars if car.id == named), None)
    if chosen is None and on_paper is not None:
        return Choice(on_paper.id, _differences(on_paper, plate=plate, vin=vin))
    if chosen is None and len(cars) == 1:
        different = _differences(cars[0], plate=plate, vin=vin)
        return Choice(None if different else cars[0].id, different)
    if chosen is None:
        return Choice(None)
    if on_paper is not None and on_paper.id != chosen.id:
        return Choice(chosen.id, (DraftWarning.OTHER_CAR,))
    return Choice(chosen.id, _differences(chosen, plate=plate, vin=vin))


def _alike(cars: Sequence[Car], plate: str | None) -> Car | None:
    """A plate the scanner nearly read, if it can be only one of the cars."""
    alike = [car for car in cars if plate and car.plate and looks_alike(car.plate, plate)]
    return alike[0] if len(alike) == 1 else None


def _differences(car: Car, *, plate: str | None, vin: str | None) -> tuple[DraftWarning, ...]:
    found = []
    if plate and car.plate and not looks_alike(plate, car.plate):
        found.append(DraftWarning.PLATE_DIFFERS)
    if vin and car.vin and not looks_alike(vin, compact(car.vin)):
        found.append(DraftWarning.VIN_DIFFERS)
    return tuple(found)


def missing_from(
    *,
    vehicle_id: UUID | None,
    service_date: date | None,
    services: Sequence[str],
    distance: int | None,
    cost: Money | None,
) -> tuple[Missing, ...]:
    known = {
        Missing.VEHICLE: vehicle_id,
        Missing.SERVICE_DATE: service_date,
        Missing.SERVICE_TYPE: services or None,
        Missing.MILEAGE: distance,
        Missing.COST: cost,
    }
    return tuple(name for name, value in known.items() if value is None)


def lines_add_up(lines: Sequence[RecordLine], *, total: Money | None, tax: Money | None) -> bool:
    """Whether the lines come to the total, with or without tax; unknown amounts give no reason to doubt."""
    is_refund = total is not None and total.amount_minor < 0
    try:
        sums = add_up(lines, prices_include_tax=False, is_refund=is_refund)
    except AmountOutOfRange:
        return False
    return not do_not_add_up(sums, total=total, tax=tax)


def _line(line: PaperLine, currency: str, *, is_credit_note: bool) -> RecordLine:
    description = _text(line.description) or "-"
    total = _money(line.amount, currency)
    kind = LineKind.LABOUR if _LABOUR.search(plain(description)) else LineKind.PART
    if total is not None and total.amount_minor < 0 and not is_credit_note:
        kind = LineKind.DISCOUNT
    return RecordLine(
        kind=kind,
        description=description,
        quantity=_quantity(line.quantity),
        unit_price=_money(line.unit_price, currency),
        total=total,
    )


def _text(value: str | None) -> str | None:
    cleaned = one_line(value or "")
    return cleaned[:LONGEST_TEXT] or None


def _day(value: str | None) -> date | None:
    try:
        day = date.fromisoformat(value or "")
    except ValueError:
        return None
    return day if day >= FIRST_CARS else None


def _distance(value: str | None) -> int | None:
    digits = re.sub(r"[\s.,'’]", "", value or "")
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        return None
    return int(digits) if int(digits) <= MOST_DISTANCE else None


def _unit(value: str | None) -> DistanceUnit | None:
    match (value or "").lower():
        case "km" | "kms" | "kilometres" | "kilometers":
            return DistanceUnit.KM
        case "mi" | "mile" | "miles":
            return DistanceUnit.MI
        case _:
            return None


def _quantity(value: str | None) -> Decimal | None:
    try:
        number = Decimal(value or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 < number < 100_000 else None  # noqa: PLR2004 - nobody buys more of a part


def _money(value: str | None, currency: str) -> Money | None:
    try:
        number = Decimal(value or "")
        if not number.is_finite() or abs(number) >= 100_000_000:  # noqa: PLR2004 - no invoice of a car comes near
            return None
        return Money.rounded(number, currency)
    except (InvalidOperation, ValueError):
        return None


def _signed(money: Money | None, *, is_back: bool) -> Money | None:
    """A credit note's is negative; another paper's negative tax is misread."""
    if money is None:
        return None
    amount = abs(money.amount_minor)
    if is_back:
        return Money(-amount, money.currency)
    return money if money.amount_minor >= 0 else None
