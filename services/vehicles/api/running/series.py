from datetime import date
from uuid import UUID

from services.vehicles.api.dependencies import InWork
from services.vehicles.api.running.consumption import (
    AsUnit,
    AsUnits,
    Since,
    SumsOut,
    Until,
    sums_out,
    totals,
)
from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.running.consumption import sums_of_one
from services.vehicles.domain.running.figures import (
    ConsumptionUnit,
    HourlyUnit,
    Teller,
    percent,
    teller_of,
)
from services.vehicles.domain.running.histories import Basis, History
from services.vehicles.domain.running.segments import Segment
from services.vehicles.domain.running.series import Month, Taken
from services.vehicles.domain.running.windows import Window
from services.vehicles.errors.running import PeriodTooLong
from services.vehicles.usecases.running.series import read_series
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel
from shared.http.router import Router
from shared.money import MoneyOut, MoneyTotal

router = Router(prefix="/api/vehicles", tags=["consumption"])


class SegmentOut(AnswerModel):
    energy: Energy
    basis: Basis | None
    since: date
    until: date
    fills: int
    sums: SumsOut


class WindowOut(AnswerModel):
    since: date
    until: date
    distance: float
    energies: list[Energy]
    share_low: float | None
    """Per cent of the way on the first of the energies; null where it contradicts itself."""
    share_high: float | None
    split_contradicts: bool
    cost: MoneyOut | None


class TakenOut(AnswerModel):
    energy: Energy
    basis: Basis | None
    count: int
    filled: float
    spent: list[MoneyTotal]
    sums: SumsOut


class MonthOut(AnswerModel):
    month: str
    """As 2026-03."""
    energies: list[TakenOut]


class UnitsOut(AnswerModel):
    energy: Energy
    quantity_unit: QuantityUnit
    consumption_unit: ConsumptionUnit
    hourly_unit: HourlyUnit


class SeriesOut(AnswerModel):
    vehicle: UUID
    since: date
    until: date
    distance_unit: DistanceUnit
    units: list[UnitsOut]
    segments: list[SegmentOut]
    windows: list[WindowOut]
    months: list[MonthOut]


def _segment(history: History, segment: Segment, teller: Teller) -> SegmentOut:
    return SegmentOut(
        energy=history.energies[0],
        basis=history.basis,
        since=segment.opened.day,
        until=segment.closed.day,
        fills=len(segment.stops),
        sums=sums_out(sums_of_one(segment), history.chain.measure, teller),
    )


def _window(window: Window, energies: list[Energy], teller: Teller) -> WindowOut:
    share = window.split.share if window.split else None
    return WindowOut(
        since=window.opened_on,
        until=window.closed_on,
        distance=teller.distance(window.metres),
        energies=energies,
        share_low=percent(share.low) if share else None,
        share_high=percent(share.high) if share else None,
        split_contradicts=window.split is None,
        cost=window.cost,
    )


def _month(month: Month, teller: Teller) -> MonthOut:
    return MonthOut(
        month=f"{month.first:%Y-%m}", energies=[_taken(each, teller) for each in month.taken]
    )


def _taken(taken: Taken, teller: Teller) -> TakenOut:
    measure = taken.history.chain.measure
    return TakenOut(
        energy=taken.history.energies[0],
        basis=taken.history.basis,
        count=taken.count,
        filled=teller.quantity(taken.filled, measure),
        spent=totals(taken.spent),
        sums=sums_out(taken.sums, measure, teller),
    )


def _units(history: History, teller: Teller) -> UnitsOut:
    quantity, consumption, hourly = teller.units(history.chain.measure)
    return UnitsOut(
        energy=history.energies[0],
        quantity_unit=quantity,
        consumption_unit=consumption,
        hourly_unit=hourly,
    )


@router.get(
    "/{vehicle_id}/consumption/series",
    responses=problems(NotFound, RoleInsufficient, PeriodTooLong),
)
async def vehicle_consumption_series(
    vehicle_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    *,
    since: Since = None,
    until: Until = None,
    units: AsUnits = None,
    unit: AsUnit = None,
) -> SeriesOut:
    """Ready for a chart: segments by the day they closed, and every month of the period, the empty ones too."""
    series = await read_series(
        work, access=caller.access, vehicle_id=vehicle_id, since=since, until=until
    )
    found = series.of
    teller = teller_of(units, unit, distance_unit=found.distance_unit, in_gallons=found.in_gallons)
    moving = [history.energies[0] for history in found.taken.moving]
    return SeriesOut(
        vehicle=vehicle_id,
        since=found.since,
        until=found.until,
        distance_unit=teller.distance_unit,
        units=[_units(history, teller) for history in found.taken.histories],
        segments=[_segment(history, segment, teller) for history, segment in series.segments],
        windows=[_window(window, moving, teller) for window in series.windows],
        months=[_month(month, teller) for month in series.months],
    )
