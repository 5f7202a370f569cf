"""What a car runs on and where it carries it, as people write it."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from services.vehicles.api.dependencies import chosen
from services.vehicles.domain.cars.energies import (
    MEASURES,
    OF_UNIT,
    Energy,
    QuantityUnit,
    Tank,
    from_smallest,
    to_smallest,
)
from shared.http.models import AnswerModel, RequestModel, described_decimal

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
