from datetime import date
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.vehicles.api.dependencies import CarDay, InWork
from services.vehicles.domain.cars.energies import SIZES, Energy, Measure, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.running.consumption import Figures, Sums, Together
from services.vehicles.domain.running.figures import (
    METRES,
    MINUTES_AN_HOUR,
    ConsumptionUnit,
    HourlyUnit,
    Teller,
    Units,
    half_up,
    per_hour,
    percent,
    rounded,
    teller_of,
)
from services.vehicles.domain.running.histories import Basis
from services.vehicles.domain.running.segments import Reason
from services.vehicles.domain.running.splits import METRES_IN_100_KM
from services.vehicles.usecases.running.consumption import read_consumption
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel
from shared.http.router import Router
from shared.money import Money, MoneyOut, MoneyTotal

router = Router(prefix="/api/vehicles", tags=["consumption"])

Since = Annotated[CarDay | None, Query(alias="from")]
Until = Annotated[CarDay | None, Query(alias="to")]
AsUnits = Annotated[
    Units | None,
    Query(
        description="How to tell distances, quantities and consumption; by the car's own unit when left out."
    ),
]
AsUnit = Annotated[
    ConsumptionUnit | None,
    Query(description="How to tell the consumption of the energies it fits."),
]


class DroppedOut(AnswerModel):
    since: date
    until: date
    reason: Reason


class BoundsOut(AnswerModel):
    """Where nobody wrote down how far the car went on which energy."""

    distance: float
    """On both energies together."""
    share_low: float
    """Per cent of the way on this energy, at least."""
    share_high: float
    low: float
    high: float


class ChargingOut(AnswerModel):
    """Of charges where both ends were measured, in kWh."""

    wall: float
    battery: float
    loss: float | None
    """Per cent."""


class AdBlueOut(AnswerModel):
    per_1000: float
    """Litres per 1,000 km, or gallons per 1,000 miles."""
    of_diesel: float | None
    """Per cent; 3 to 8 are usual."""
    usual: bool | None


class SumsOut(AnswerModel):
    """Over what was closed: `used` over `distance` is the consumption."""

    used: float
    distance: float
    consumption: float | None
    hours: float
    per_hour: float | None
    cost_per_100: MoneyOut | None
    """Per 100 km or miles, where all of it was paid in one currency."""


class EnergyOut(AnswerModel):
    energy: Energy
    energies: list[Energy]
    """More than one where they share a tank."""
    basis: Basis | None
    quantity_unit: QuantityUnit
    consumption_unit: ConsumptionUnit
    hourly_unit: HourlyUnit
    count: int
    filled: float
    spent: list[MoneyTotal]
    sums: SumsOut
    bounds: BoundsOut | None
    split_contradicts: int
    """Ways left out because no split of them is possible."""
    lower_bound: bool
    dropped: list[DroppedOut]
    ethanol_share: float | None
    """Per cent by volume."""
    charging: ChargingOut | None
    other_basis: SumsOut | None
    """The same at the other end of the charger."""
    adblue: AdBlueOut | None


class TogetherOut(AnswerModel):
    """Both energies between moments when both tanks are known: exact, whatever the split was."""

    distance: float
    cost: MoneyOut | None
    cost_per_100: MoneyOut | None


class ConsumptionOut(AnswerModel):
    vehicle: UUID
    since: date
    until: date
    distance_unit: DistanceUnit
    energies: list[EnergyOut]
    together: TogetherOut | None
    spent: list[MoneyTotal]
    """On each day it was paid, whatever was closed."""


def sums_out(sums: Sums, measure: Measure, teller: Teller) -> SumsOut:
    return SumsOut(
        used=teller.quantity(sums.quantity, measure),
        distance=teller.distance(sums.metres),
        consumption=teller.consumption(sums.quantity, sums.metres, measure),
        hours=rounded(sums.minutes, MINUTES_AN_HOUR, 2),
        per_hour=per_hour(sums.hourly, sums.minutes),
        cost_per_100=teller.per_100(sums.cost, sums.priced),
    )


def _bounds(figures: Figures, measure: Measure, teller: Teller) -> BoundsOut | None:
    limits = figures.limits
    if limits is None:
        return None
    takes = (limits.per_100_km.low, limits.per_100_km.high)
    ends = [teller.consumption(each, METRES_IN_100_KM, measure) or 0.0 for each in takes]
    return BoundsOut(
        distance=teller.distance(limits.metres),
        share_low=percent(limits.share.low),
        share_high=percent(limits.share.high),
        low=min(ends),
        high=max(ends),
    )


def totals(spent: tuple[Money, ...]) -> list[MoneyTotal]:
    return [MoneyTotal.of(money) for money in spent]


def energy_out(figures: Figures, teller: Teller) -> EnergyOut:
    history = figures.history
    measure = history.chain.measure
    quantity_unit, consumption_unit, hourly_unit = teller.units(measure)
    return EnergyOut(
        energy=history.energies[0],
        energies=list(figures.energies),
        basis=history.basis,
        quantity_unit=quantity_unit,
        consumption_unit=consumption_unit,
        hourly_unit=hourly_unit,
        count=figures.count,
        filled=teller.quantity(figures.filled, measure),
        spent=totals(figures.spent),
        sums=sums_out(figures.sums, measure, teller),
        bounds=_bounds(figures, measure, teller),
        split_contradicts=figures.contradicting,
        lower_bound=figures.lower_bound,
        dropped=[
            DroppedOut(since=each.opened_on, until=each.closed_on, reason=each.reason)
            for each in figures.dropped
        ],
        ethanol_share=percent(figures.ethanol) if figures.ethanol is not None else None,
        charging=_charging(figures),
        other_basis=sums_out(figures.other_basis, measure, teller) if figures.other_basis else None,
        adblue=_adblue(figures, teller),
    )


def _charging(figures: Figures) -> ChargingOut | None:
    charging = figures.charging
    if charging is None or not charging.wall:
        return None
    loss = charging.loss
    return ChargingOut(
        wall=charging.wall / 1000,
        battery=charging.battery / 1000,
        loss=percent(loss) if loss is not None else None,
    )


def _adblue(figures: Figures, teller: Teller) -> AdBlueOut | None:
    adblue = figures.adblue
    if adblue is None:
        return None
    size = Fraction(SIZES[teller.telling.volume])
    rate = adblue.per_metre * METRES[teller.distance_unit] * 1000 / size
    of_diesel = percent(adblue.of_diesel) if adblue.of_diesel is not None else None
    return AdBlueOut(per_1000=half_up(rate), of_diesel=of_diesel, usual=adblue.is_usual)


def _together(together: Together | None, teller: Teller) -> TogetherOut | None:
    if together is None:
        return None
    return TogetherOut(
        distance=teller.distance(together.metres),
        cost=together.cost,
        cost_per_100=teller.per_100(together.cost, together.priced),
    )


@router.get("/{vehicle_id}/consumption", responses=problems(NotFound, RoleInsufficient))
async def vehicle_consumption(
    vehicle_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    *,
    since: Since = None,
    until: Until = None,
    units: AsUnits = None,
    unit: AsUnit = None,
) -> ConsumptionOut:
    """What was used over what was driven, of the segments that closed in the period; from the first fill until today when left out."""
    found = await read_consumption(
        work, access=caller.access, vehicle_id=vehicle_id, since=since, until=until
    )
    teller = teller_of(units, unit, distance_unit=found.distance_unit, in_gallons=found.in_gallons)
    consumption = found.consumption
    return ConsumptionOut(
        vehicle=vehicle_id,
        since=found.since,
        until=found.until,
        distance_unit=teller.distance_unit,
        energies=[energy_out(each, teller) for each in consumption.figures],
        together=_together(consumption.together, teller),
        spent=totals(consumption.spent),
    )
