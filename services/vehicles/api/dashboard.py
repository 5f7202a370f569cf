from datetime import date
from decimal import Decimal
from typing import Self
from uuid import UUID

from services.vehicles.api.authorship import shown
from services.vehicles.api.care.maintenance import RecordOut
from services.vehicles.api.care.occurrences import ReminderOut
from services.vehicles.api.care.plans import PlanOut
from services.vehicles.api.cars.vehicles import VehicleOut
from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.api.running.consumption import EnergyOut, energy_out
from services.vehicles.api.running.costs import (
    CostsOut,
    CurrencyCode,
    DistanceOut,
    NotConvertedOut,
    SpentOut,
)
from services.vehicles.domain.badges import Badge
from services.vehicles.domain.care.plans import Urgency
from services.vehicles.domain.cars.lifecycle import Lifecycle
from services.vehicles.domain.cars.units import DistanceUnit, in_unit
from services.vehicles.domain.running.figures import teller_of
from services.vehicles.domain.running.spending import Spending, per_distance
from services.vehicles.storage.dashboard import Waiting
from services.vehicles.usecases.dashboard import (
    SHOWN,
    Alert,
    CarDashboard,
    FleetDashboard,
    FleetLine,
    Line,
    car_dashboard,
    fleet_dashboard,
)
from services.vehicles.usecases.running.consumption import CarTaken
from services.vehicles.usecases.running.costs import LEAST_METRES
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import AnswerModel
from shared.http.pagination import Page, Pages
from shared.http.router import Router
from shared.money import Money, MoneyTotal

router = Router(prefix="/api", tags=["dashboards"])


class OdometerOut(AnswerModel):
    mileage: int | None
    distance_unit: DistanceUnit
    read_on: date | None
    age_days: int | None
    """Since it was read last."""

    @classmethod
    def of(cls, line: Line) -> Self:
        car, unit = line.vehicle, DistanceUnit(line.vehicle.distance_unit)
        return cls(
            mileage=in_unit(car.odometer_metres, unit),
            distance_unit=unit,
            read_on=car.odometer_on,
            age_days=line.odometer_age,
        )


class RemindedOut(AnswerModel):
    reminder: ReminderOut
    badge: Badge


class WaitingOut(AnswerModel):
    quarantined_readings: int
    pending_drafts: int

    @classmethod
    def of(cls, line: Line) -> Self:
        return cls(
            quarantined_readings=line.waiting.get(Waiting.READINGS, 0),
            pending_drafts=line.waiting.get(Waiting.DRAFTS, 0),
        )


class DashboardOut(AnswerModel):
    vehicle: VehicleOut
    odometer: OdometerOut
    plans: dict[Urgency, int]
    next_due: list[PlanOut]
    """The most pressing plans, each with the day it is forecast for and the range that holds it."""
    badges: dict[Badge, int]
    next_reminders: list[RemindedOut]
    last_maintenances: list[RecordOut]
    costs: CostsOut | None
    """Of the last twelve months; null for those who may not see them."""
    consumption: list[EnergyOut] | None
    """Of each energy, in the same months; null for those who see only what they filled themselves."""
    waiting: WaitingOut
    warnings: list[Alert]

    @classmethod
    def of(cls, found: CarDashboard, caller: Caller) -> Self:
        line, language = found.line, speaks(caller)
        return cls(
            vehicle=VehicleOut.of(line.vehicle, caller.access),
            odometer=OdometerOut.of(line),
            plans={each: line.urgencies[each] for each in Urgency},
            next_due=[PlanOut.of(view, language) for view in line.plans[:SHOWN]],
            badges={each: line.badges[each] for each in Badge},
            next_reminders=[
                RemindedOut(
                    reminder=ReminderOut.of(
                        reminder,
                        line.vehicle,
                        found.authors.get(reminder.what_id),
                        language=language,
                        today=found.today,
                    ),
                    badge=badge,
                )
                for reminder, badge in line.reminders[:SHOWN]
            ],
            last_maintenances=[
                RecordOut.of(record, line.vehicle, language, is_doubted=record.id in found.doubted)
                for record in found.records
            ],
            costs=CostsOut.of(found.costs) if found.costs else None,
            consumption=_consumption(found.taken) if found.taken else None,
            waiting=WaitingOut.of(line),
            warnings=list(line.warnings),
        )


def _consumption(taken: CarTaken) -> list[EnergyOut]:
    teller = teller_of(None, None, distance_unit=taken.distance_unit, in_gallons=taken.in_gallons)
    return [energy_out(each, teller) for each in taken.consumption.figures]


class FleetLineOut(AnswerModel):
    vehicle: UUID
    name: str
    license_plate: str | None
    lifecycle: Lifecycle
    odometer: OdometerOut
    overdue: int
    """Plans and reminders together."""
    soon: int
    next_due: PlanOut | None
    spent: SpentOut | None
    """In the last twelve months; null where one may not see it."""
    distance: DistanceOut
    per_distance: Decimal | None
    waiting: WaitingOut
    warnings: list[Alert]

    @classmethod
    def of(cls, found: FleetLine, language: Language) -> Self:
        line, spending = found.line, found.spending
        car, unit = line.vehicle, DistanceUnit(line.vehicle.distance_unit)
        return cls(
            vehicle=car.id,
            name=car.name,
            license_plate=car.plate,
            lifecycle=Lifecycle(car.lifecycle),
            odometer=OdometerOut.of(line),
            overdue=line.urgencies[Urgency.OVERDUE] + line.badges[Badge.OVERDUE],
            soon=line.urgencies[Urgency.SOON] + line.badges[Badge.SOON],
            next_due=PlanOut.of(line.plans[0], language) if line.plans else None,
            spent=SpentOut.of(spending.total, spending.currency) if spending else None,
            distance=DistanceOut.of(found.driven, unit),
            per_distance=_per_distance(found, spending, unit),
            waiting=WaitingOut.of(line),
            warnings=list(line.warnings),
        )


def _per_distance(
    found: FleetLine, spending: Spending | None, unit: DistanceUnit
) -> Decimal | None:
    if spending is None or spending.missing or found.driven is None:
        return None
    if found.driven.metres < LEAST_METRES:
        return None
    spent = Money(spending.total.converted, spending.currency)
    return per_distance(spent, found.driven.metres, unit.metres)


class FleetMonthOut(AnswerModel):
    month: str
    converted: MoneyTotal


class FleetOut(AnswerModel):
    first: date
    last: date
    currency: str
    vehicles: dict[Lifecycle, int]
    overdue: int
    soon: int
    vehicles_overdue: int
    total: SpentOut
    by_month: list[FleetMonthOut]
    not_converted: list[NotConvertedOut]
    lines: Page[FleetLineOut]
    """Cars in use and laid up, the most pressing first."""

    @classmethod
    def of(
        cls, fleet: FleetDashboard, lines: Page[FleetLineOut], every: list[FleetLineOut]
    ) -> Self:
        total, currency = fleet.total, fleet.currency
        return cls(
            first=fleet.period.first,
            last=fleet.period.last,
            currency=currency,
            vehicles={each: fleet.lifecycles.get(each, 0) for each in Lifecycle},
            overdue=sum(line.overdue for line in every),
            soon=sum(line.soon for line in every),
            vehicles_overdue=sum(1 for line in every if line.overdue),
            total=SpentOut.of(total.total, currency),
            by_month=[
                FleetMonthOut(
                    month=month,
                    converted=MoneyTotal.of(Money(total.of(month).converted, currency)),
                )
                for month in total.months
            ],
            not_converted=[
                NotConvertedOut.of(each, total.missing[each]) for each in sorted(total.missing)
            ],
            lines=lines,
        )


@router.get("/vehicles/{vehicle_id}/dashboard", responses=problems(NotFound))
async def vehicle_dashboard(vehicle_id: UUID, work: InWork, caller: CurrentCaller) -> DashboardOut:
    """All an app shows first of a car: where it stands, what falls due, what was done last, what it costs, what waits."""
    found = await car_dashboard(work, access=caller.access, vehicle_id=vehicle_id)
    told = DashboardOut.of(found, caller)
    return await shown(work, caller.access, told, cars=[found.line.vehicle])


@router.get("/fleet/dashboard")
async def dashboard_of_a_fleet(
    work: InWork, caller: CurrentCaller, listing: Pages, currency: CurrencyCode = None
) -> FleetOut:
    """All cars one sees: what is overdue, what they cost in the last twelve months, a line for each."""
    fleet = await fleet_dashboard(work, access=caller.access, currency=currency)
    every = [FleetLineOut.of(each, speaks(caller)) for each in fleet.lines]
    page = every[listing.start :][: listing.page_size]
    told = FleetOut.of(fleet, listing.of(page, len(every)), every)
    cars = [each.line.vehicle for each in fleet.lines]
    return await shown(work, caller.access, told, cars=cars)
