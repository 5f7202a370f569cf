from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.vehicles.domain.running.histories import History
from services.vehicles.domain.running.segments import Segment
from services.vehicles.domain.running.series import Month, by_month, closed_in
from services.vehicles.domain.running.windows import Window, windows_of
from services.vehicles.errors.running import PeriodTooLong
from services.vehicles.usecases.running.consumption import CarTaken, read_consumption
from services.vehicles.usecases.work import Work
from shared.access import Access

MOST_MONTHS: Final = 1200
MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class CarSeries:
    of: CarTaken
    segments: list[tuple[History, Segment]]
    windows: list[Window]
    months: list[Month]


async def read_series(
    work: Work, *, access: Access, vehicle_id: UUID, since: date | None, until: date | None
) -> CarSeries:
    """Raises PeriodTooLong, and what `read_consumption` raises."""
    found = await read_consumption(
        work, access=access, vehicle_id=vehicle_id, since=since, until=until
    )
    first, last = found.since, found.until
    if (last.year - first.year) * MONTHS + last.month - first.month >= MOST_MONTHS:
        raise PeriodTooLong(pointer="?from", most=MOST_MONTHS)
    return CarSeries(
        found,
        closed_in(found.taken, first, last),
        windows_of(found.taken, first, last),
        by_month(found.taken, first, last),
    )
