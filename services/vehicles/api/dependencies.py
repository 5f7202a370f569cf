from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self

from fastapi import Depends, Query
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    WithJsonSchema,
    model_validator,
)

from services.vehicles.domain.cars.energies import (
    MEASURES,
    OF_UNIT,
    Energy,
    QuantityUnit,
    Tank,
    from_smallest,
    to_smallest,
)
from services.vehicles.domain.cars.units import MINUTES_AN_HOUR, to_hours
from services.vehicles.usecases.client_ids import ChosenId
from services.vehicles.usecases.work import Work
from shared.contracts.base import Language
from shared.http.identity import Caller
from shared.http.models import (
    AnswerModel,
    Day,
    Identifier,
    Instant,
    RequestModel,
    described_decimal,
    from_text,
)
from shared.http.work import open_work
from shared.money import MoneyBody

InWork = Annotated[Work, Depends(open_work, scope="function")]


def chosen(kind: type[StrEnum]) -> BeforeValidator:
    """One of a closed set, in any case: JSON has no enumerations, and older clients write capitals."""
    words = {member.value.lower(): member for member in kind}

    def choose(value: Any) -> Any:
        return words.get(value.strip().lower(), value) if isinstance(value, str) else value

    return BeforeValidator(choose)


class Named(RequestModel):
    """The body of a POST whose client may choose the id of what is made."""

    id: Identifier | None = None
    """Of the client's own making: sent again with the same id and body, the same thing is answered and none is made twice."""


def chosen_id(body: Named, *where: object) -> ChosenId | None:
    """`where`: what the address says beside the body, such as the car."""
    if body.id is None:
        return None
    return ChosenId(
        body.id, "\n".join([*map(str, where), body.model_dump_json(exclude_unset=True)])
    )


def minutes_of(hours: Decimal | None) -> int | None:
    return None if hours is None else round(hours * MINUTES_AN_HOUR)


def hours_of(minutes: int | None) -> str | None:
    """As an hour meter shows it; less than nothing is left of what is overdue."""
    if minutes is None:
        return None
    return to_hours(minutes) if minutes >= 0 else f"-{to_hours(-minutes)}"


def speaks(caller: Caller) -> Language:
    """The language names are told in."""
    return caller.language or Language.FR


FIRST_DAY = date(1886, 1, 1)
"""Benz's patent: no car, no service, no reading is older."""
LAST_DAY = date(2199, 12, 31)


def _in_the_age_of_cars(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError("outside the age of cars")
    return day


def _no_debt(price: MoneyBody) -> MoneyBody:
    if price.money().amount_minor < 0:
        raise ValueError("must not be negative")
    return price


CarDay = Annotated[Day, AfterValidator(_in_the_age_of_cars)]
Distance = Annotated[int, Field(ge=0, le=9_999_999, examples=[84250])]
"""In the car's own unit."""
Price = Annotated[MoneyBody, AfterValidator(_no_debt)]
Balance = MoneyBody
"""Of either sign: what comes back is negative."""


def _as_number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")  # noqa: TRY004  # pydantic tells a ValueError
    return Decimal(value) if isinstance(value, int) else value


AsDecimal = BeforeValidator(_as_number)
Number = Annotated[
    Decimal,
    AsDecimal,
    Field(strict=False, ge=0, lt=100_000, decimal_places=3),
    described_decimal(places=3, most=99_999, example="38.5"),
]
"""Litres, kilograms, kilowatt-hours or gallons; a distance in the car's own unit."""
UnitPrice = Annotated[
    Decimal,
    AsDecimal,
    Field(strict=False, ge=0, lt=1_000_000, decimal_places=6),
    described_decimal(places=6, most=999_999, example="1.859"),
]
Level = Annotated[
    Decimal,
    AsDecimal,
    Field(strict=False, ge=0, le=100, decimal_places=1),
    described_decimal(places=1, most=100, example="80"),
]
"""Per cent."""
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"])]
ServiceId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,49}$", examples=["oil_change"])]
"""An id of the reference list, or one's own word for work that is not in it."""
ServiceFilter = Annotated[
    str | None, Query(alias="service_type", pattern=r"^[a-z][a-z0-9_]{1,49}$")
]
_whole = BeforeValidator(
    lambda value: (
        Decimal(str(value))
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
    )
)
Hours = Annotated[
    Decimal,
    _whole,
    Field(strict=False, ge=0, max_digits=8, decimal_places=1),
    described_decimal(places=1, most=9_999_999, example="4120.5"),
]
Trip = Annotated[
    Decimal,
    _whole,
    Field(strict=False, ge=0, max_digits=8, decimal_places=1),
    described_decimal(places=1, most=9_999_999, example="523.4"),
]
HOURS_AND_MINUTES = r"([01][0-9]|2[0-3]):[0-5][0-9]"
TimeOfDay = Annotated[
    time,
    BeforeValidator(from_text(time.fromisoformat, HOURS_AND_MINUTES)),
    WithJsonSchema({"type": "string", "pattern": f"^{HOURS_AND_MINUTES}$", "examples": ["17:45"]}),
]
"""Hours and minutes of the car's own day."""


def _of_our_time(moment: datetime) -> datetime:
    if not FIRST_DAY.year <= moment.year <= LAST_DAY.year:
        raise ValueError("outside the age of cars")
    return moment


CarMoment = Annotated[
    Instant,
    BeforeValidator(
        from_text(
            datetime.fromisoformat,
            r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})",
        )
    ),
    AfterValidator(_of_our_time),
    Field(examples=["2026-11-22T21:30:00Z"]),
]
"""With its zone, in a body."""


Runs = Annotated[Energy, chosen(Energy)]
Filled = Annotated[QuantityUnit, chosen(QuantityUnit)]
Capacity = Annotated[
    Decimal,
    BeforeValidator(lambda value: Decimal(value) if isinstance(value, int) else value),
    Field(strict=False, gt=0, max_digits=7, decimal_places=3),
    described_decimal(places=3, most=9_999, above_zero=True, example="50"),
]


class TankIn(RequestModel):
    """What a car carries of something it runs on; a flex-fuel tank holds petrol and E85, a battery is a tank of electricity."""

    energies: Annotated[list[Runs], Field(min_length=1, max_length=4)]
    capacity: Capacity
    unit: Filled
    usual_min: Capacity | None = None
    """What the car takes of it per 100 km, at least."""
    usual_max: Capacity | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        measures = {MEASURES[energy] for energy in self.energies}
        if measures != {OF_UNIT[self.unit]}:
            raise ValueError("not measured in this unit")
        if (self.usual_min is None) is not (self.usual_max is None):
            raise ValueError("give both ends of what is usual")
        if (self.usual_min or 0) > (self.usual_max or 0):
            raise ValueError("at least more than at most")
        return self

    def tank(self) -> Tank:
        usual = None
        if self.usual_min is not None and self.usual_max is not None:
            usual = (to_smallest(self.usual_min, self.unit), to_smallest(self.usual_max, self.unit))
        capacity = to_smallest(self.capacity, self.unit)
        return Tank(tuple(dict.fromkeys(self.energies)), capacity, self.unit, usual)


class TankOut(AnswerModel):
    energies: list[Energy]
    capacity: str
    unit: QuantityUnit
    usual_min: str | None
    usual_max: str | None

    @classmethod
    def of(cls, tank: Tank) -> Self:
        low, high = tank.usual or (None, None)
        return cls(
            energies=list(tank.energies),
            capacity=_told(tank.capacity, tank.unit),
            unit=tank.unit,
            usual_min=_told(low, tank.unit) if low is not None else None,
            usual_max=_told(high, tank.unit) if high is not None else None,
        )


def _told(quantity: int, unit: QuantityUnit) -> str:
    return f"{from_smallest(quantity, unit):f}"
