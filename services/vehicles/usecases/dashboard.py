"""Everything an app shows first, of one car or of all of them, in one call: so many statements, however many cars and records."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.vehicles.domain.badges import Badge, badge_of
from services.vehicles.domain.care.plans import Urgency
from services.vehicles.domain.care.reminders import state_of
from services.vehicles.domain.cars.distance import Driven, distance_between
from services.vehicles.domain.cars.lifecycle import GONE, Lifecycle
from services.vehicles.domain.running.expenses import Bill, View
from services.vehicles.domain.running.periods import Period
from services.vehicles.domain.running.spending import Spending, currency_of, sum_up
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.care.reminder_models import Occurrence
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.dashboard import Waiting
from services.vehicles.usecases.care.maintenance import doubted
from services.vehicles.usecases.care.plans import PlanView, due_plans
from services.vehicles.usecases.cars.days import CarDays, days_of, standing_by
from services.vehicles.usecases.cars.owners import stand_by
from services.vehicles.usecases.running.consumption import CarTaken, read_consumption
from services.vehicles.usecases.running.costs import (
    Ask,
    CarCosts,
    asked_period,
    dated_bills,
    rates_for,
    read_costs,
)
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import RoleInsufficient

SHOWN: Final = 5
"""Due things and last records; the rest has lists of its own."""
STALE_DAYS: Final = 60
"""After which a reading says little about today."""


class Alert(StrEnum):
    QUARANTINED = "readings_quarantined"
    NEVER_READ = "odometer_never_read"
    STALE = "odometer_stale"
    DRAFTS = "drafts_waiting"


@dataclass(frozen=True, slots=True)
class Line:
    """One car: what falls due, what waits, how its reminders stand."""

    vehicle: Vehicle
    odometer_age: int | None
    """Days since it was read."""
    plans: Sequence[PlanView]
    reminders: Sequence[tuple[Occurrence, Badge]]
    waiting: Mapping[Waiting, int]
    warnings: Sequence[Alert]

    @property
    def badges(self) -> Counter[Badge]:
        return Counter(badge for _, badge in self.reminders)

    @property
    def urgencies(self) -> Counter[Urgency]:
        return Counter(view.urgency for view in self.plans)


@dataclass(frozen=True, slots=True)
class CarDashboard:
    line: Line
    records: Sequence[MaintenanceRecord]
    doubted: AbstractSet[UUID]
    """Those of them whose mileage is in quarantine."""
    costs: CarCosts | None
    """None for those who may not see them."""
    taken: CarTaken | None
    """What it took in the same months; None for those who see only what they filled themselves."""
    authors: Mapping[UUID, UUID | None]
    """Who made the reminders shown."""
    today: date


@dataclass(frozen=True, slots=True)
class FleetLine:
    line: Line
    spending: Spending | None
    driven: Driven | None


@dataclass(frozen=True, slots=True)
class FleetDashboard:
    period: Period
    currency: str
    lifecycles: Mapping[Lifecycle, int]
    lines: Sequence[FleetLine]
    """Cars in use and laid up, the most pressing first."""
    total: Spending


async def car_dashboard(work: Work, *, access: Access, vehicle_id: UUID) -> CarDashboard:
    vehicle = await work.vehicles.one_seen(access, vehicle_id)
    await stand_by(work, vehicle, access)
    lines = await _lines(work, access, [vehicle], standing_by(work, vehicle))
    records = await work.records.latest(access, vehicle_id, work.today, limit=SHOWN)
    unsure = await doubted(work, records)
    months = asked_period(None, None, work.today)
    costs = None
    if lines[0].waiting.get(Waiting.COSTS):
        costs = await read_costs(work, access=access, vehicle_id=vehicle_id, ask=Ask())
    taken = await _taken(work, access, vehicle_id, months)
    authors = await work.reminders.authors(
        [reminder.what_id for reminder, _ in lines[0].reminders[:SHOWN]]
    )
    return CarDashboard(lines[0], records, unsure, costs, taken, authors, work.today)


async def _taken(work: Work, access: Access, vehicle_id: UUID, period: Period) -> CarTaken | None:
    try:
        return await read_consumption(
            work, access=access, vehicle_id=vehicle_id, since=period.first, until=period.last
        )
    except RoleInsufficient:
        return None


async def fleet_dashboard(work: Work, *, access: Access, currency: str | None) -> FleetDashboard:
    """Of all cars one sees. Sold and scrapped ones are counted and cost what they cost, and have no line."""
    cars = await work.vehicles.all_seen(access)
    days = await days_of(work, access, cars)
    lines = await _lines(work, access, [car for car in cars if car.lifecycle not in GONE], days)
    period = asked_period(None, None, work.today)
    ids = [car.id for car in cars]
    bills = await work.bills.of_each(access, ids, period)
    every = [bill for each in bills.values() for bill in each]
    told_in = currency or currency_of(every)
    rates = await rates_for(work, dated_bills(every), currencies={told_in})

    def spent(of: Sequence[Bill]) -> Spending:
        return sum_up(of, period, view=View.SPREAD, rates=rates, currency=told_in)

    ledgers = await work.readings.of_period(ids, period.first, period.last)
    found = [
        FleetLine(
            line,
            spent(bills.get(line.vehicle.id, [])) if line.waiting.get(Waiting.COSTS) else None,
            distance_between(ledgers.get(line.vehicle.id, []), period.first, period.last),
        )
        for line in lines
    ]
    return FleetDashboard(
        period=period,
        currency=told_in,
        lifecycles=Counter(Lifecycle(car.lifecycle) for car in cars),
        lines=sorted(found, key=_pressing),
        total=spent(every),
    )


async def _lines(work: Work, access: Access, cars: Sequence[Vehicle], days: CarDays) -> list[Line]:
    ids = [car.id for car in cars]
    waiting = await work.dashboard.waiting(access, ids)
    only = ids[0] if len(ids) == 1 else None
    plans: dict[UUID, list[PlanView]] = {}
    for view in await due_plans(work, access=access, vehicle_id=only, within_days=None, days=days):
        plans.setdefault(view.vehicle.id, []).append(view)
    reminders: dict[UUID, list[Occurrence]] = {}
    for reminder in await work.occurrences.own_ahead(access, ids):
        reminders.setdefault(reminder.vehicle_id, []).append(reminder)
    return [
        _line(
            car,
            plans.get(car.id, []),
            reminders.get(car.id, []),
            waiting.get(car.id, {}),
            days.of(car),
        )
        for car in cars
    ]


def _line(
    car: Vehicle,
    plans: Sequence[PlanView],
    reminders: Sequence[Occurrence],
    waiting: Mapping[Waiting, int],
    today: date,
) -> Line:
    return Line(
        vehicle=car,
        odometer_age=(today - car.odometer_on).days if car.odometer_on else None,
        plans=plans,
        reminders=[(each, badge_of(state_of(each.standing, today))) for each in reminders],
        waiting=waiting,
        warnings=_warnings(car, waiting, today),
    )


def _warnings(car: Vehicle, waiting: Mapping[Waiting, int], today: date) -> list[Alert]:
    found = []
    if waiting.get(Waiting.READINGS):
        found.append(Alert.QUARANTINED)
    if car.odometer_on is None:
        found.append(Alert.NEVER_READ)
    elif (today - car.odometer_on).days > STALE_DAYS and car.lifecycle == Lifecycle.ACTIVE:
        found.append(Alert.STALE)
    if waiting.get(Waiting.DRAFTS):
        found.append(Alert.DRAFTS)
    return found


def _pressing(each: FleetLine) -> tuple[int, int, int, str]:
    line = each.line
    overdue = line.urgencies[Urgency.OVERDUE] + line.badges[Badge.OVERDUE]
    soon = line.urgencies[Urgency.SOON] + line.badges[Badge.SOON]
    return (-overdue, -soon, -len(line.warnings), str(line.vehicle.id))
