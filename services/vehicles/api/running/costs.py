from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from fastapi import Depends, Query

from services.vehicles.api.dependencies import InWork
from services.vehicles.domain.cars.distance import Driven
from services.vehicles.domain.cars.units import DistanceUnit, from_metres
from services.vehicles.domain.running.expenses import Category, View
from services.vehicles.domain.running.spending import Missing, Spent
from services.vehicles.errors.running import PeriodBackwards, PeriodTooLong
from services.vehicles.usecases.running.costs import (
    Ask,
    CarCosts,
    Compared,
    Figure,
    PerDistance,
    Unknown,
    read_costs,
)
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Day
from shared.http.router import Router
from shared.money import Money, MoneyTotal

router = Router(prefix="/api/vehicles/{vehicle_id}", tags=["costs"])


class SpentOut(AnswerModel):
    """`spent`: by currency, as it was paid. `converted`: together, as far as there are rates."""

    count: int
    spent: list[MoneyTotal]
    converted: MoneyTotal

    @classmethod
    def of(cls, spent: Spent, currency: str) -> Self:
        return cls(
            count=spent.count,
            spent=[MoneyTotal.of(money) for money in spent.amounts],
            converted=MoneyTotal.of(Money(spent.converted, currency)),
        )


class CategoryOut(SpentOut):
    category: Category


class PerDistanceOut(AnswerModel):
    """For one unit of the car's. Without an amount, `reason` says why there is none."""

    amount: Decimal | None
    currency: str
    unit: DistanceUnit
    reason: Unknown | None


class DistanceOut(AnswerModel):
    """`known_from` and `known_to`: the days of the period that readings tell of; null when they tell of none."""

    distance: int | None
    unit: DistanceUnit
    known_from: date | None
    known_to: date | None
    lower_bound: bool
    """Nobody knows where an instrument cluster before ended: at least so far."""

    @classmethod
    def of(cls, driven: Driven | None, unit: DistanceUnit) -> Self:
        return cls(
            distance=from_metres(driven.metres, unit) if driven else None,
            unit=unit,
            known_from=driven.since if driven else None,
            known_to=driven.until if driven else None,
            lower_bound=driven.is_lower_bound if driven else False,
        )


class MonthOut(SpentOut):
    month: str
    """As `2026-03`."""
    by_category: list[CategoryOut]
    distance: DistanceOut
    per_distance: PerDistanceOut


class NotConvertedOut(AnswerModel):
    """No rate was published within seven days before: left out of `converted`, never guessed."""

    amount: str
    currency: str
    count: int
    first: date
    last: date

    @classmethod
    def of(cls, currency: str, missing: Missing) -> Self:
        return cls(
            amount=Money(missing.minor, currency).text,
            currency=currency,
            count=missing.count,
            first=missing.first,
            last=missing.last,
        )


class FigureOut(AnswerModel):
    amount: MoneyTotal | None
    reason: Unknown | None

    @classmethod
    def of(cls, figure: Figure) -> Self:
        money = figure.money
        return cls(amount=MoneyTotal.of(money) if money else None, reason=figure.why_not)


class ComparedOut(AnswerModel):
    """`change`: 0.25 is a quarter more; null when nothing was spent then."""

    first: date
    last: date
    spent: MoneyTotal
    change: Decimal | None

    @classmethod
    def of(cls, compared: Compared | None) -> Self | None:
        if compared is None:
            return None
        return cls(
            first=compared.period.first,
            last=compared.period.last,
            spent=MoneyTotal.of(compared.spent),
            change=compared.change,
        )


class CostsOut(AnswerModel):
    vehicle: UUID
    first: date
    last: date
    counted_until: date
    """Today at the latest: what lies ahead was not spent."""
    view: View
    currency: str
    total: SpentOut
    not_converted: list[NotConvertedOut]
    by_category: list[CategoryOut]
    by_month: list[MonthOut]
    """Every month of the period, by time."""
    distance: DistanceOut
    per_distance: PerDistanceOut
    depreciation: FigureOut
    tco: FigureOut
    """What was spent and what the car lost in value."""
    tco_per_distance: PerDistanceOut
    before: ComparedOut | None
    """The period right before, as long."""
    year_before: ComparedOut | None

    @classmethod
    def of(cls, costs: CarCosts) -> Self:
        spending, currency = costs.spending, costs.spending.currency
        unit = DistanceUnit(costs.vehicle.distance_unit)
        return cls(
            vehicle=costs.vehicle.id,
            first=costs.asked.first,
            last=costs.asked.last,
            counted_until=spending.period.last,
            view=costs.view,
            currency=currency,
            total=SpentOut.of(spending.total, currency),
            not_converted=[
                NotConvertedOut.of(each, spending.missing[each])
                for each in sorted(spending.missing)
            ],
            by_category=_categories(spending.categories, currency),
            by_month=[_month(costs, month) for month in spending.months],
            distance=DistanceOut.of(costs.driven, unit),
            per_distance=_per_distance(costs.per_distance, currency, unit),
            depreciation=FigureOut.of(costs.depreciation),
            tco=FigureOut.of(costs.tco),
            tco_per_distance=_per_distance(costs.tco_per_distance, currency, unit),
            before=ComparedOut.of(costs.before),
            year_before=ComparedOut.of(costs.year_before),
        )


def _per_distance(found: PerDistance, currency: str, unit: DistanceUnit) -> PerDistanceOut:
    return PerDistanceOut(amount=found.amount, currency=currency, unit=unit, reason=found.why_not)


def _categories(spent: dict[Category, Spent], currency: str) -> list[CategoryOut]:
    return [
        CategoryOut(category=category, **SpentOut.of(each, currency).model_dump())
        for category, each in spent.items()
    ]


def _month(costs: CarCosts, month: str) -> MonthOut:
    spending, unit = costs.spending, DistanceUnit(costs.vehicle.distance_unit)
    there = spending.months[month]
    return MonthOut(
        month=month,
        by_category=_categories(
            {each: there[each] for each in Category if each in there}, spending.currency
        ),
        distance=DistanceOut.of(costs.month_driven[month], unit),
        per_distance=_per_distance(costs.month_per_distance[month], spending.currency, unit),
        **SpentOut.of(spending.of(month), spending.currency).model_dump(),
    )


CurrencyCode = Annotated[
    str | None,
    Query(
        pattern="^[A-Z]{3}$",
        description="In which currency the sums are told; that of most records when left out.",
        examples=["EUR"],
    ),
]


async def _asked(
    since: Annotated[Day | None, Query(alias="from")] = None,
    until: Annotated[Day | None, Query(alias="to")] = None,
    view: Annotated[View, Query()] = View.SPREAD,
    currency: CurrencyCode = None,
) -> Ask:
    return Ask(since, until, view, currency)


Asked = Annotated[Ask, Depends(_asked)]


@router.get(
    "/costs", responses=problems(NotFound, RoleInsufficient, PeriodBackwards, PeriodTooLong)
)
async def vehicle_costs(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, ask: Asked
) -> CostsOut:
    """What the car cost from one local day to another, both included: by category and by month, for each kilometre, and with
    what it lost in value. `view=on_day` counts what is spread on the day it was paid.
    """
    costs = await read_costs(work, access=caller.access, vehicle_id=vehicle_id, ask=ask)
    return CostsOut.of(costs)
