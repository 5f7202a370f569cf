from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.domain.care.diagnostics import CaseStatus, Outcome, Severity
from services.vehicles.usecases.care.diagnostic_stats import (
    count_by_severity,
    figures_by_car,
    sum_up_cases,
)
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel
from shared.http.router import Router

router = Router(prefix="/api/diagnostics", tags=["diagnostics"])
OfCar = Annotated[UUID | None, Query(alias="vehicle")]


class SeverityCount(AnswerModel):
    severity: Severity
    open: int
    waiting: int
    resolved: int
    count: int


class CarCases(AnswerModel):
    vehicle: UUID
    vehicle_name: str
    open: int
    waiting: int
    resolved: int
    count: int
    worst: Severity | None
    """Of those that are not resolved."""
    latest_on: date | None


class FrequentCode(AnswerModel):
    code: str
    title: str
    cases: int


class CaseStats(AnswerModel):
    total: int
    by_status: dict[CaseStatus, int]
    by_severity: dict[Severity, int]
    """Of those that are not resolved."""
    by_outcome: dict[Outcome, int]
    mean_days_to_resolve: float | None
    answered_by_ai: int
    came_back: int
    """Whose fault had been resolved less than 1,000 km or 30 days before."""
    frequent_codes: list[FrequentCode]


def _severity(severity: Severity, counts: Mapping[CaseStatus, int]) -> SeverityCount:
    by_status = {status.value: count for status, count in counts.items()}
    return SeverityCount(severity=severity, **by_status, count=sum(counts.values()))


@router.get("/by_severity")
async def diagnostics_by_severity(
    work: InWork, caller: CurrentCaller, vehicle_id: OfCar = None
) -> list[SeverityCount]:
    """The worst first; `GET /api/diagnostics?severity=` lists the cases themselves."""
    counts = await count_by_severity(work, access=caller.access, vehicle_id=vehicle_id)
    return [
        SeverityCount(
            severity=severity,
            **{status.value: count for status, count in counts[severity].items()},
            count=sum(counts[severity].values()),
        )
        for severity in reversed(Severity)
    ]


@router.get("/by_vehicle")
async def diagnostics_by_vehicle(work: InWork, caller: CurrentCaller) -> list[CarCases]:
    """Each car one sees; `GET /api/vehicles/{id}/diagnostics` lists its cases."""
    return [
        CarCases(
            vehicle=figures.vehicle.id,
            vehicle_name=figures.vehicle.name,
            **{status.value: count for status, count in figures.by_status.items()},
            count=sum(figures.by_status.values()),
            worst=figures.worst,
            latest_on=figures.latest_on,
        )
        for figures in await figures_by_car(work, access=caller.access)
    ]


@router.get("/stats")
async def diagnostic_stats(
    work: InWork, caller: CurrentCaller, vehicle_id: OfCar = None
) -> CaseStats:
    found = await sum_up_cases(work, access=caller.access, vehicle_id=vehicle_id)
    by_status = {
        status: sum(counts[status] for counts in found.by_severity.values())
        for status in CaseStatus
    }
    language = speaks(caller)
    return CaseStats(
        total=sum(by_status.values()),
        by_status=by_status,
        by_severity={
            severity: counts[CaseStatus.OPEN] + counts[CaseStatus.WAITING]
            for severity, counts in found.by_severity.items()
        },
        by_outcome=dict(found.by_outcome),
        mean_days_to_resolve=found.mean_days,
        answered_by_ai=found.answered,
        came_back=found.came_back,
        frequent_codes=[
            FrequentCode(code=code.text, title=code.title.into(language), cases=cases)
            for code, cases in found.frequent
        ],
    )
