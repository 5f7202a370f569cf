from dataclasses import dataclass

from services.vehicles.domain.running.histories import History
from services.vehicles.domain.running.segments import Segment
from services.vehicles.usecases.running.consumption import CarTaken, read_consumption
from services.vehicles.usecases.running.fills import ToldFill
from services.vehicles.usecases.work import Work
from shared.access import Access


@dataclass(frozen=True, slots=True)
class Closed:
    """What a fill closed."""

    taken: CarTaken
    history: History
    segment: Segment


@dataclass(frozen=True, slots=True)
class QuickFill:
    told: ToldFill
    closed: Closed | None

    @property
    def doubts(self) -> list[str]:
        """All of them: the fill's and its reading's."""
        of_reading = self.told.reading.doubts if self.told.reading else []
        return list(dict.fromkeys([*self.told.doubts.doubts, *of_reading]))


async def tell_quickly(work: Work, *, access: Access, told: ToldFill) -> QuickFill:
    """To whoever sees the car's consumption, what it took since the last full tank."""
    if not told.car.shows_all:
        return QuickFill(told, None)
    return QuickFill(told, await _closed(work, access, told))


async def _closed(work: Work, access: Access, told: ToldFill) -> Closed | None:
    day = told.fill.day
    taken = await read_consumption(
        work, access=access, vehicle_id=told.fill.vehicle_id, since=day, until=day
    )
    for history in taken.taken.histories:
        for segment in history.segments:
            if segment.closed.id == told.fill.id:
                return Closed(taken, history, segment)
    return None
