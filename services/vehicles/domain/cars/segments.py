"""A car that was given a new instrument cluster, or whose counter was set anew: what it shows is no longer what it has travelled.

Each cluster's readings are judged by themselves; plans, forecasts and costs count in metres travelled over all of them:
travelled = shown + what the clusters before it add. Where nobody knows how an old cluster ended, its last believed reading stands in,
and the car has travelled at least so far.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Segment:
    id: UUID
    starts_on: date
    new_start: int
    old_end: int | None = None
    """Where the counter before it ended, if anybody knows."""
    offset: int = 0
    is_lower_bound: bool = False

    @property
    def since(self) -> int:
        """How far the car had travelled when it began."""
        return self.new_start + self.offset


def placed(segments: Sequence[Segment], last_of: Mapping[UUID | None, int]) -> list[Segment]:
    """Each with what the clusters before it add. `last_of`: the last believed reading of each segment, None being the first."""
    found: list[Segment] = []
    before: Segment | None = None
    for each in sorted(segments, key=lambda each: each.starts_on):
        start = before.new_start if before else 0
        end = each.old_end
        is_known = end is not None
        if end is None:
            end = last_of.get(before.id if before else None, start)
        offset = (before.offset if before else 0) + end - each.new_start
        is_bound = not is_known or (before is not None and before.is_lower_bound)
        before = replace(each, offset=offset, is_lower_bound=is_bound)
        found.append(before)
    return found


def segment_of(segments: Sequence[Segment], read_on: date, shown: int) -> Segment | None:
    """The cluster that showed it; None is the one the car came with. On the day of the change whichever it is nearer to."""
    found: Segment | None = None
    for each in sorted(segments, key=lambda each: each.starts_on):
        old_end = each.since - (found.offset if found else 0)
        is_of_the_new = shown >= each.new_start and shown - each.new_start <= abs(shown - old_end)
        if each.starts_on < read_on or (each.starts_on == read_on and is_of_the_new):
            found = each
    return found


def travelled_at(segments: Sequence[Segment], shown: int, *, on: date) -> int:
    """How far the car had travelled when its cluster showed that."""
    segment = segment_of(segments, on, shown)
    return shown + segment.offset if segment else shown
