from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from services.vehicles.api.dependencies import FIRST_DAY, InWork
from services.vehicles.domain.running.costs import Spending
from services.vehicles.usecases.running.insights import sum_up, sum_up_vehicles
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Day
from shared.http.router import Router
from shared.money import MoneyTotal

router = Router(prefix="/api/maintenances", tags=["maintenances"])


class SpendingOut(AnswerModel):
    key: str
    count: int
    spent: list[MoneyTotal]

    @classmethod
    def of(cls, spending: Spending) -> Self:
        spent = [MoneyTotal.of(money) for money in spending.spent]
        return cls(key=spending.key, count=spending.count, spent=spent)


class MaintenanceStats(AnswerModel):
    """Completed work up to today only: what is planned or cancelled was not spent."""

    since: date
    until: date
    by_status: dict[str, int]
    total: list[MoneyTotal]
    by_month: list[SpendingOut]
    by_service_type: list[SpendingOut]
    by_vehicle: list[SpendingOut]


class VehicleSummary(AnswerModel):
    vehicle: UUID
    name: str
    count: int
    spent: list[MoneyTotal]
    last_service_on: date | None


@router.get("/stats")
async def maintenance_stats(
    work: InWork,
    caller: CurrentCaller,
    since: Annotated[Day | None, Query(alias="from")] = None,
    until: Annotated[Day | None, Query(alias="to")] = None,
) -> MaintenanceStats:
    first = since or FIRST_DAY
    figures = await sum_up(work, access=caller.access, since=first, until=until)
    return MaintenanceStats(
        since=first,
        until=until or work.today,
        by_status=figures.by_status,
        total=[MoneyTotal.of(money) for money in figures.total],
        by_month=[SpendingOut.of(each) for each in figures.by_month],
        by_service_type=[SpendingOut.of(each) for each in figures.by_service],
        by_vehicle=[SpendingOut.of(each) for each in figures.by_vehicle],
    )


@router.get("/by_vehicle")
async def maintenances_by_vehicle(work: InWork, caller: CurrentCaller) -> list[VehicleSummary]:
    return [
        VehicleSummary(
            vehicle=figures.vehicle.id,
            name=figures.vehicle.name,
            count=figures.spending.count,
            spent=[MoneyTotal.of(money) for money in figures.spending.spent],
            last_service_on=figures.last_service_on,
        )
        for figures in await sum_up_vehicles(work, access=caller.access)
    ]
