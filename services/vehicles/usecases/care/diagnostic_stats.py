from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.vehicles.domain.care.diagnostics import CaseStatus, Outcome, Severity
from services.vehicles.domain.care.fault_codes import FaultCode, read_code
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access

MOST_FREQUENT = 10
Counts = Mapping[Severity, Mapping[CaseStatus, int]]


@dataclass(frozen=True, slots=True)
class CarFigures:
    """The cases of one car."""

    vehicle: Vehicle
    by_status: Mapping[CaseStatus, int]
    worst: Severity | None
    """Of those that are not resolved."""
    latest_on: date | None


@dataclass(frozen=True, slots=True)
class CaseFigures:
    by_severity: Counts
    by_outcome: Mapping[Outcome, int]
    mean_days: float | None
    """From the report to the end of those that are resolved."""
    answered: int
    """By the assistant."""
    came_back: int
    frequent: Sequence[tuple[FaultCode, int]]


async def count_by_severity(
    work: Work, *, access: Access, vehicle_id: UUID | None = None
) -> Counts:
    """One statement; every severity is there, with every status."""
    counted: Counter[tuple[str, str]] = Counter()
    for severity, status, count in await work.cases.counts(access, vehicle_id):
        counted[severity, status] = count
    return {
        severity: {status: counted[severity.value, status.value] for status in CaseStatus}
        for severity in Severity
    }


async def figures_by_car(work: Work, *, access: Access) -> list[CarFigures]:
    """One statement; cars without cases included."""
    return [_of_car(row) for row in await work.cases.by_vehicle(access)]


def _of_car(row: Any) -> CarFigures:
    vehicle, *counts, worst, latest_on = row
    return CarFigures(
        vehicle,
        dict(zip(CaseStatus, counts, strict=True)),
        None if worst is None else list(Severity)[worst],
        latest_on,
    )


async def sum_up_cases(work: Work, *, access: Access, vehicle_id: UUID | None) -> CaseFigures:
    """Three statements, however many cases."""
    *outcomes, mean, answered, came_back = await work.cases.figures(access, vehicle_id)
    frequent = await work.cases.frequent_codes(access, vehicle_id, most=MOST_FREQUENT)
    return CaseFigures(
        await count_by_severity(work, access=access, vehicle_id=vehicle_id),
        dict(zip(Outcome, outcomes, strict=True)),
        None if mean is None else round(float(mean), 1),
        answered,
        came_back,
        [(read_code(row.code), row.cases) for row in frequent],
    )
