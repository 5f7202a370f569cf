from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.running.periods import Period
from services.vehicles.domain.things import ThingKind
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.things import sees_of
from services.vehicles.storage.timeline import After, Form, Span
from services.vehicles.usecases.work import Work
from shared.access import Access


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page: after (or before) a moment, or from the `start`th."""

    size: int
    start: int = 0
    after: After | None = None


@dataclass(frozen=True, slots=True)
class Moments:
    """Latest first. `has_more`: beyond the edge the page was read towards."""

    vehicle: Vehicle
    rows: Sequence[Any]
    count: int
    has_more: bool


async def read_timeline(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID,
    kinds: Collection[ThingKind],
    period: Period,
    wanted: Wanted,
) -> Moments:
    """Three statements or four, however long the car's life."""
    vehicle = await work.vehicles.one_seen(access, vehicle_id)
    standing = await work.standings.before(access, vehicle_id)
    wholly = {kind: sees_of(kind) for kind in kinds}
    form = Form(
        kinds=frozenset(kind for kind, sees in wholly.items() if standing.may(sees)),
        own=frozenset(kind for kind, sees in wholly.items() if standing.may_own(sees)),
        with_costs=standing.may(May.SEE_COSTS),
    )
    span = Span(form, vehicle_id, period, access.person)
    rows = await work.timeline.moments(
        span, after=wanted.after, start=wanted.start, size=wanted.size + 1
    )
    has_more, rows = len(rows) > wanted.size, rows[: wanted.size]
    if wanted.after is not None and wanted.after.is_backwards:
        rows = rows[::-1]
    is_known = wanted.after is None and not has_more and (rows or not wanted.start)
    count = wanted.start + len(rows) if is_known else await work.timeline.count(span)
    return Moments(vehicle, rows, count, has_more)
