from datetime import date
from fractions import Fraction
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from services.vehicles.api.dependencies import FIRST_DAY, CarDay, InWork
from services.vehicles.domain.cars.energies import (
    MEASURES,
    USUAL_UNITS,
    Energy,
    QuantityUnit,
    from_smallest,
)
from services.vehicles.domain.running.figures import half_up
from services.vehicles.usecases.running.fill_stats import Filled, sum_up_fills
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel
from shared.http.router import Router
from shared.money import MoneyTotal

router = Router(prefix="/api/fills", tags=["fills"])


class QuantityOut(AnswerModel):
    energy: Energy
    quantity: float
    unit: QuantityUnit


class FilledOut(AnswerModel):
    key: str
    count: int
    spent: list[MoneyTotal]
    quantities: list[QuantityOut]
    unit_price: float | None
    """The mean, weighted by quantity, where there is one energy and one currency."""

    @classmethod
    def of(cls, filled: Filled) -> Self:
        quantities = [_quantity(energy, filled.quantities[energy]) for energy in filled.quantities]
        return cls(
            key=filled.spending.key,
            count=filled.spending.count,
            spent=[MoneyTotal.of(money) for money in filled.spending.spent],
            quantities=quantities,
            unit_price=_unit_price(filled),
        )


def _quantity(energy: Energy, amount: int) -> QuantityOut:
    unit = USUAL_UNITS[MEASURES[energy]]
    return QuantityOut(energy=energy, quantity=float(from_smallest(amount, unit)), unit=unit)


def _unit_price(filled: Filled) -> float | None:
    amounts, spent = list(filled.quantities.values()), filled.spending.spent
    if len(amounts) != 1 or len(spent) != 1 or not amounts[0]:
        return None
    return half_up(Fraction(spent[0].amount) * 1000 / amounts[0], 3)


class FillStats(AnswerModel):
    """Every fill counts on its day, in litres, kilograms and kilowatt-hours; months by time, keys by name."""

    since: date
    until: date
    count: int
    total: list[MoneyTotal]
    by_energy: list[FilledOut]
    by_month: list[FilledOut]
    by_station: list[FilledOut]
    by_vehicle: list[FilledOut]


@router.get("/stats")
async def fill_stats(
    work: InWork,
    caller: CurrentCaller,
    *,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    since: Annotated[CarDay | None, Query(alias="from")] = None,
    until: Annotated[CarDay | None, Query(alias="to")] = None,
) -> FillStats:
    first = since or FIRST_DAY
    figures = await sum_up_fills(
        work, access=caller.access, vehicle_id=vehicle_id, since=first, until=until
    )
    groups = {
        by: [FilledOut.of(filled) for filled in found] for by, found in figures.groups.items()
    }
    return FillStats(
        since=first,
        until=until or work.today,
        count=figures.count,
        total=[MoneyTotal.of(money) for money in figures.total],
        by_energy=groups["energy"],
        by_month=groups["month"],
        by_station=groups["station"],
        by_vehicle=groups["vehicle_id"],
    )
