"""What a car cost in a period, as nobody has to add up by hand: by month and category, per kilometre, with what it lost in value."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.vehicles.domain.cars.distance import Driven, distance_between
from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.running.exchange import Rates, most_used
from services.vehicles.domain.running.expenses import Bill, View
from services.vehicles.domain.running.periods import DAY, Period, month_name, months_after
from services.vehicles.domain.running.spending import (
    Spending,
    change,
    currency_of,
    per_distance,
    sum_up,
)
from services.vehicles.domain.running.worth import Value, ValueKind, depreciation, straight
from services.vehicles.errors.running import PeriodBackwards, PeriodTooLong
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.running.value_points import ValuePoint
from services.vehicles.usecases.cars.owners import stand_by
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.money import Money

MOST_YEARS: Final = 50
LEAST_METRES: Final = 100_000
"""Under it a cost per kilometre says nothing."""
SHOWN_MONTHS: Final = 12


class Unknown(StrEnum):
    """Why there is no figure."""

    TOO_SHORT = "under_100_km"
    NO_READINGS = "no_readings"
    NO_RATE = "no_rate"
    ONE_VALUE = "fewer_than_two_values"


@dataclass(frozen=True, slots=True)
class Ask:
    """`since`, `until` None: the last twelve months up to today at the car. `currency` None: that of most of what was paid."""

    since: date | None = None
    until: date | None = None
    view: View = View.SPREAD
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    period: Period
    spent: Money
    change: Decimal | None


@dataclass(frozen=True, slots=True)
class Figure:
    """Either an amount, or why there is none."""

    money: Money | None
    why_not: Unknown | None = None


@dataclass(frozen=True, slots=True)
class PerDistance:
    """Money for one unit of the car's, or why there is none."""

    amount: Decimal | None
    why_not: Unknown | None = None


@dataclass(frozen=True, slots=True)
class CarCosts:
    vehicle: Vehicle
    asked: Period
    view: View
    spending: Spending
    """Of the days of `asked` up to today."""
    driven: Driven | None
    """None where the readings say nothing of the period."""
    per_distance: PerDistance
    month_driven: Mapping[str, Driven | None]
    month_per_distance: Mapping[str, PerDistance]
    depreciation: Figure
    tco: Figure
    tco_per_distance: PerDistance
    before: Compared | None
    year_before: Compared | None


def asked_period(first: date | None, last: date | None, today: date) -> Period:
    """The last twelve months up to today, unless somebody says otherwise. Raises PeriodBackwards, PeriodTooLong."""
    until = last or today
    if first is None:
        try:
            first = months_after(until.replace(day=1), 1 - SHOWN_MONTHS)
        except OverflowError:
            first = date.min
    if until < first:
        raise PeriodBackwards(pointer="?to")
    if until.year - first.year > MOST_YEARS:
        raise PeriodTooLong(pointer="?from", most=MOST_YEARS * 12)
    return Period(first, until)


async def read_costs(work: Work, *, access: Access, vehicle_id: UUID, ask: Ask) -> CarCosts:
    """Five statements, or four where no rates are needed, however much was paid; one more for somebody else's car that says no place.
    Raises NotFound, RoleInsufficient, PeriodBackwards, PeriodTooLong.
    """
    vehicle = await work.vehicles.one_for(access, vehicle_id, May.SEE_COSTS)
    await stand_by(work, vehicle, access)
    asked = asked_period(ask.since, ask.until, work.today)
    period = spent_part(asked, work.today)
    earlier = [each for each in (period.before(), period.year_before()) if each is not None]
    whole = Period(min((each.first for each in earlier), default=period.first), period.last)
    bills = (await work.bills.of_each(access, [vehicle_id], whole)).get(vehicle_id, [])
    points = await work.value_points.of_each(access, [vehicle_id])
    ledgers = await work.readings.of_period([vehicle_id], period.first, period.last)
    currency = ask.currency or _usual_currency(bills, vehicle)
    dated = [*dated_bills(bills), *dated_values(vehicle, points)]
    rates = await rates_for(work, dated, currencies={currency})
    figures = _Figures(vehicle, asked, ask.view, period, currency, rates)
    return figures.told(bills, points, ledgers.get(vehicle_id, []))


def spent_part(period: Period, today: date) -> Period:
    """What lies ahead was not spent."""
    return (
        Period(period.first, max(min(period.last, today), period.first - DAY))
        if (period.first > date.min)
        else Period(period.first, min(period.last, today))
    )


def _usual_currency(bills: Sequence[Bill], vehicle: Vehicle) -> str:
    if bills:
        return currency_of(bills)
    return vehicle.purchase_currency or most_used({})


async def rates_for(
    work: Work, dated: Iterable[tuple[str, date]], *, currencies: Collection[str]
) -> Rates:
    """To tell amounts of these currencies and days in others: one statement, or none where there is nothing to convert."""
    known = set(dated)
    days = [day for given, day in known if currencies and {given} != set(currencies)]
    if not days:
        return Rates([])
    needed = {given for given, _ in known} | set(currencies)
    return await work.exchange_rates.between(needed, Period(min(days), max(days)))


def dated_bills(bills: Iterable[Bill]) -> Iterator[tuple[str, date]]:
    return ((bill.currency, bill.day) for bill in bills)


def dated_values(vehicle: Vehicle, points: Iterable[ValuePoint]) -> Iterator[tuple[str, date]]:
    """With the price in the car's papers."""
    if vehicle.purchase_currency and vehicle.purchased_on:
        yield vehicle.purchase_currency, vehicle.purchased_on
    for point in points:
        yield point.currency, point.valued_on


@dataclass(frozen=True, slots=True)
class _Figures:
    vehicle: Vehicle
    asked: Period
    view: View
    period: Period
    currency: str
    rates: Rates

    def told(
        self, bills: Sequence[Bill], points: Sequence[ValuePoint], ledger: Sequence[Reading]
    ) -> CarCosts:
        spending = self._spending(bills, self.period)
        driven = distance_between(ledger, self.period.first, self.period.last)
        months = {month_name(month.first): month for month in self.period.months()}
        on_road = {
            name: distance_between(ledger, month.first, month.last)
            for name, month in months.items()
        }
        spent = Figure(Money(spending.total.converted, self.currency))
        lost = self.lost(points)
        tco = lost if lost.money is None else Figure(lost.money + _known(spent))
        return CarCosts(
            vehicle=self.vehicle,
            asked=self.asked,
            view=self.view,
            spending=spending,
            driven=driven,
            per_distance=self.per_distance(spent, driven, spending),
            month_driven=on_road,
            month_per_distance={
                name: self.per_distance(
                    Figure(Money(spending.of(name).converted, self.currency)),
                    on_road[name],
                    spending,
                )
                for name in months
            },
            depreciation=lost,
            tco=tco,
            tco_per_distance=self.per_distance(tco, driven, spending),
            before=self._compared(bills, self.period.before(), spending),
            year_before=self._compared(bills, self.period.year_before(), spending),
        )

    def _spending(self, bills: Sequence[Bill], period: Period) -> Spending:
        return sum_up(bills, period, view=self.view, rates=self.rates, currency=self.currency)

    def _compared(
        self, bills: Sequence[Bill], period: Period | None, now: Spending
    ) -> Compared | None:
        if period is None:
            return None
        then = self._spending(bills, period).total.converted
        return Compared(period, Money(then, self.currency), change(now.total.converted, then))

    def per_distance(self, spent: Figure, driven: Driven | None, spending: Spending) -> PerDistance:
        """Nothing is said of a part: what could not be converted would be missing from it."""
        if spent.money is None:
            return PerDistance(None, spent.why_not)
        if driven is None:
            return PerDistance(None, Unknown.NO_READINGS)
        if driven.metres < LEAST_METRES:
            return PerDistance(None, Unknown.TOO_SHORT)
        if spending.missing:
            return PerDistance(None, Unknown.NO_RATE)
        unit = DistanceUnit(self.vehicle.distance_unit).metres
        return PerDistance(per_distance(spent.money, driven.metres, unit))

    def lost(self, points: Sequence[ValuePoint]) -> Figure:
        """What the car lost in value in the period; the price in its papers stands for a purchase nobody has valued."""
        said = [(point.valued_on, point.amount) for point in points]
        price = self.vehicle.purchase_price
        if (
            price is not None
            and self.vehicle.purchased_on is not None
            and not any(point.kind == ValueKind.PURCHASE for point in points)
        ):
            said.insert(0, (self.vehicle.purchased_on, price))
        values = []
        for day, amount in said:
            converted = self.rates.convert(amount, self.currency, day)
            if converted is None:
                return Figure(None, Unknown.NO_RATE)
            values.append(Value(day, converted.amount_minor))
        found = depreciation(straight(values), self.period)
        if found is None:
            return Figure(None, Unknown.ONE_VALUE)
        return Figure(Money(found, self.currency))


def _known(figure: Figure) -> Money:
    if figure.money is None:
        raise RuntimeError("a figure without an amount was added up")
    return figure.money
