"""Where a fill stood in all that its car has travelled, over the instrument clusters it has had."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.vehicles.domain.cars.segments import Segment


@dataclass(frozen=True, slots=True)
class Cluster:
    """`offset`: what the clusters before add to what it shows. `reach` grows with each whose predecessor's end nobody knows: what was
    travelled compares within one.
    """

    offset: int = 0
    reach: int = 0


def clusters_of(segments: Sequence[Segment]) -> dict[UUID | None, Cluster]:
    """By segment; None is the one the car came with."""
    found: dict[UUID | None, Cluster] = {None: Cluster()}
    reach = 0
    for each in sorted(segments, key=lambda each: each.starts_on):
        reach += each.old_end is None
        found[each.id] = Cluster(each.offset, reach)
    return found
