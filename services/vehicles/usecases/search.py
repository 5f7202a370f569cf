from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.vehicles.domain.things import ThingKind, words_of
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.reach import Reach
from services.vehicles.usecases.work import Work
from shared.access import Access


@dataclass(frozen=True, slots=True)
class Results:
    rows: Sequence[Any]
    count: int
    vehicles: Mapping[UUID, Vehicle]
    """Of which car each is."""


async def search(
    work: Work, *, access: Access, text: str, kinds: frozenset[ThingKind], start: int, size: int
) -> Results:
    """Own things and shared ones that hold all the words: three statements or four, however much is found."""
    words = words_of(text)
    if not (words and kinds):
        return Results([], 0, {})
    reach = Reach(access.person, await work.standings.of_each(access))
    rows = await work.search.found(reach, words, kinds=kinds, start=start, size=size + 1)
    has_more, rows = len(rows) > size, rows[:size]
    if has_more or (start and not rows):
        count = await work.search.count(reach, words, kinds=kinds)
    else:
        count = start + len(rows)
    cars = await work.vehicles.some_seen(access, {row.vehicle_id for row in rows})
    return Results(rows, count, {car.id: car for car in cars})
