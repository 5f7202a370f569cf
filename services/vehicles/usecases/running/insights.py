from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.vehicles.domain.running.costs import Spending, Sum, by_key, total
from services.vehicles.storage.cars.days import Elsewhere
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.cars.days import elsewhere
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.money import Money


@dataclass(frozen=True, slots=True)
class MaintenanceFigures:
    by_status: dict[str, int]
    total: Sequence[Money]
    by_month: Sequence[Spending]
    by_service: Sequence[Spending]
    by_vehicle: Sequence[Spending]


@dataclass(frozen=True, slots=True)
class VehicleFigures:
    vehicle: Vehicle
    spending: Spending
    last_service_on: date | None


async def sum_up(
    work: Work, *, access: Access, since: date, until: date | None
) -> MaintenanceFigures:
    """Completed work up to today at its car only: what is planned or cancelled was not spent. Until today at each car when no end is
    said.
    """
    days = await elsewhere(work, access)

    async def spent(by: str) -> list[Spending]:
        rows = await work.records.spent(access, since, until or date.max, days, by=by)
        return by_key(Sum(str(row[0]), row[1], row[2], int(row[3])) for row in rows)

    by_month = await spent("month")
    return MaintenanceFigures(
        by_status=await work.records.status_counts(
            access, since, Elsewhere(until) if until else days
        ),
        total=total(money for month in by_month for money in month.spent),
        by_month=by_month,
        by_service=await spent("service_type"),
        by_vehicle=await spent("vehicle_id"),
    )


async def sum_up_vehicles(work: Work, *, access: Access) -> list[VehicleFigures]:
    """One entry per car, also for those nothing was done to."""
    rows = await work.records.by_vehicle(access, await elsewhere(work, access))
    cars = {row[0].id: row[0] for row in rows}
    spendings = by_key(Sum(str(row[0].id), row[1], row[2], int(row[3])) for row in rows)
    last: dict[str, date] = {}
    for row in rows:
        if row[4] is not None:
            last[str(row[0].id)] = max(row[4], last.get(str(row[0].id), date.min))
    return [
        VehicleFigures(cars[UUID(spending.key)], spending, last.get(spending.key))
        for spending in spendings
    ]
