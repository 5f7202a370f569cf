"""The lines of an invoice, and how long what was built in is warranted."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.vehicles.domain.care.beats import add_months
from services.vehicles.domain.cars.units import DistanceUnit, to_metres
from shared.money import Money


class LineKind(StrEnum):
    PART = "part"
    LABOUR = "labour"
    FEE = "fee"
    DISCOUNT = "discount"
    """Taken off, whichever sign it is written with."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Warranty:
    """From the day of the work, and from the mileage it was done at; whichever is reached first ends it."""

    months: int | None = None
    km: int | None = None
    mi: int | None = None

    @property
    def metres(self) -> int | None:
        if self.km is not None:
            return to_metres(self.km, DistanceUnit.KM)
        return None if self.mi is None else to_metres(self.mi, DistanceUnit.MI)


@dataclass(frozen=True, slots=True)
class WarrantyEnd:
    on: date | None
    metres: int | None

    @property
    def is_known(self) -> bool:
        return self.on is not None or self.metres is not None


@dataclass(frozen=True, slots=True)
class RecordLine:
    kind: LineKind
    description: str
    quantity: Decimal | None
    unit_price: Money | None
    total: Money | None
    """As printed; None where quantity and price say it."""
    tax_rate: Decimal | None = None
    """In percent."""
    warranty: Warranty | None = None


def warranty_end(warranty: Warranty, *, since: date, metres: int | None) -> WarrantyEnd:
    """Without the mileage of the work, a warranty by distance has no end that anybody could know."""
    on = add_months(since, warranty.months) if warranty.months is not None else None
    lasts = warranty.metres
    return WarrantyEnd(on, None if lasts is None or metres is None else metres + lasts)
