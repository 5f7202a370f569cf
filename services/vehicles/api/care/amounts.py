"""Amounts as they are said and told: the lines of an invoice, their warranties, the tax of each rate."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from services.vehicles.api.dependencies import Balance, chosen
from services.vehicles.domain.care.amounts import TaxOfRate, amount_of
from services.vehicles.domain.care.lines import LineKind, RecordLine, Warranty
from shared.http.models import AnswerModel, Line, RequestModel, described_decimal
from shared.money import MoneyOut

Number = Annotated[
    Decimal,
    BeforeValidator(lambda value: Decimal(value) if isinstance(value, int) else value),
    Field(strict=False, gt=0, max_digits=9, decimal_places=3),
    described_decimal(places=3, most=999_999, above_zero=True, example="1.5"),
]
Percent = Annotated[
    Decimal,
    Field(strict=False, ge=0, le=100, decimal_places=2),
    described_decimal(places=2, most=100, example="20"),
]
Kind = Annotated[LineKind, chosen(LineKind)]
WarrantyMonths = Annotated[int, Field(ge=1, le=600, examples=[24])]
WarrantyDistance = Annotated[int, Field(ge=1, le=1_000_000, examples=[40_000])]


class WarrantyIn(RequestModel):
    """From the day and the mileage of the work; whichever is reached first ends it, and is reminded of."""

    months: WarrantyMonths | None = None
    km: WarrantyDistance | None = None
    mi: WarrantyDistance | None = None

    @model_validator(mode="after")
    def _says_something_once(self) -> Self:
        if self.km is not None and self.mi is not None:
            raise ValueError("kilometres or miles")
        if self.months is None and self.km is None and self.mi is None:
            raise ValueError("months, a distance or both")
        return self

    def warranty(self) -> Warranty:
        return Warranty(months=self.months, km=self.km, mi=self.mi)


class LineItem(RequestModel):
    kind: Kind = LineKind.PART
    description: Line
    quantity: Number | None = None
    unit_price: Balance | None = None
    total: Balance | None = None
    """As printed; left out, it is quantity × price. A discount is taken off, whichever sign it has."""
    tax_rate: Percent | None = None
    warranty: WarrantyIn | None = None

    def line(self) -> RecordLine:
        return RecordLine(
            kind=self.kind,
            description=self.description,
            quantity=self.quantity,
            unit_price=self.unit_price.money() if self.unit_price else None,
            total=self.total.money() if self.total else None,
            tax_rate=self.tax_rate,
            warranty=self.warranty.warranty() if self.warranty else None,
        )


Lines = Annotated[list[LineItem], Field(max_length=100)]


class WarrantyOut(AnswerModel):
    months: int | None
    km: int | None
    mi: int | None


class LineOut(AnswerModel):
    kind: LineKind
    description: str
    quantity: str | None
    unit_price: MoneyOut | None
    total: MoneyOut | None
    amount: MoneyOut | None
    """What it counts for: the total, else quantity × price; a discount is negative."""
    tax_rate: str | None
    warranty: WarrantyOut | None

    @classmethod
    def of(cls, line: RecordLine) -> Self:
        return cls(
            kind=line.kind,
            description=line.description,
            quantity=f"{line.quantity:f}" if line.quantity is not None else None,
            unit_price=line.unit_price,
            total=line.total,
            amount=amount_of(line),
            tax_rate=f"{line.tax_rate:f}" if line.tax_rate is not None else None,
            warranty=WarrantyOut.model_validate(line.warranty) if line.warranty else None,
        )


class TaxOut(AnswerModel):
    """Of all lines of one rate, taxed once."""

    rate: str | None
    """In percent; empty for lines that name none."""
    net: MoneyOut
    tax: MoneyOut

    @classmethod
    def of(cls, taxed: TaxOfRate) -> Self:
        rate = f"{taxed.rate:f}" if taxed.rate is not None else None
        return cls(rate=rate, net=taxed.net, tax=taxed.tax)


LineItem.may_be(LineOut)
