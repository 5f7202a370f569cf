from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.vehicles.domain.changes import Place, Rank
from services.vehicles.domain.things import ThingKind
from services.vehicles.errors.running import SyncExpired
from services.vehicles.usecases.work import Work
from shared.access import Access


class ChangeKind(StrEnum):
    CHANGED = "changed"
    """It is new, or other than before."""
    DELETED = "deleted"
    """It is gone or out of sight; of a car, with everything that belongs to it."""
    RESET = "reset"
    """Of a car alone: forget what you know of it, all that is to be seen of it follows."""


@dataclass(frozen=True, slots=True)
class Change:
    kind: ThingKind
    row_id: UUID
    vehicle_id: UUID
    change: ChangeKind


@dataclass(frozen=True, slots=True)
class Changes:
    """`rows` by kind and id: the things as they are now. `place`: where to go on."""

    changes: Sequence[Change]
    rows: Mapping[ThingKind, Mapping[UUID, Any]]
    place: Place
    has_more: bool


WAYS = {
    Rank.GONE: ChangeKind.DELETED,
    Rank.SHOWN: ChangeKind.RESET,
    Rank.CHANGED: ChangeKind.CHANGED,
    Rank.STANDS: ChangeKind.CHANGED,
}


async def changes_since(
    work: Work, *, access: Access, place: Place, kinds: frozenset[ThingKind], limit: int
) -> Changes:
    """Two statements, and one for each kind among the changes. Raises SyncExpired."""
    if place.is_over(work.now):
        raise SyncExpired(pointer="?changed_since")
    sight = await work.changes.sight(access)
    found = await work.changes.after(place, sight, kinds=kinds, limit=limit)
    settled = [row for row in found if row.changed < sight.settled]
    is_whole_page = len(found) == limit and len(settled) == limit
    after = place
    if settled:
        last = settled[-1]
        after = Place(last.changed, last.rank, last.id, place.since)
    if not is_whole_page:  # everything up to now has been told
        after = Place(after.transaction, after.rank, after.row_id, work.now)
    rows = await _rows(work, access, found)
    changes = [
        Change(ThingKind(row.kind), row.id, row.vehicle_id, _way(row, rows)) for row in found
    ]
    return Changes(changes, rows, after, is_whole_page)


async def _rows(
    work: Work, access: Access, found: Sequence[Any]
) -> dict[ThingKind, dict[UUID, Any]]:
    wanted: dict[ThingKind, list[UUID]] = {}
    for row in found:
        if row.rank != Rank.GONE:
            wanted.setdefault(ThingKind(row.kind), []).append(row.id)
    return {
        kind: {
            row.what_id if kind is ThingKind.REMINDER else row.id: row
            for row in await work.changes.of_kind(access, kind, ids)
        }
        for kind, ids in wanted.items()
    }


def _way(row: Any, rows: Mapping[ThingKind, Mapping[UUID, Any]]) -> ChangeKind:
    """What lies in the trash, or went while we asked, is gone."""
    thing = rows.get(ThingKind(row.kind), {}).get(row.id)
    if thing is None or getattr(thing, "trashed_at", None) is not None:
        return ChangeKind.DELETED
    return WAYS[Rank(row.rank)]
