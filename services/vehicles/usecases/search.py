from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.vehicles.domain.things import Kind, words_of
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access


@dataclass(frozen=True, slots=True)
class Results:
    rows: Sequence[Any]
    count: int
    vehicles: Mapping[UUID, Vehicle]
    """Of which car each is."""


async def search(
    work: Work, *, access: Access, text: str, kinds: Collection[Kind], start: int, size: int
) -> Results:
    """Own things and shared ones that hold all the words: two statements or three, however much is found."""
    words = words_of(text)
    if not words:
        return Results([], 0, {})
    rows = await work.search.found(access, words, kinds=kinds, start=start, size=size + 1)
    has_more, rows = len(rows) > size, rows[:size]
    if has_more or (start and not rows):
        count = await work.search.count(access, words, kinds=kinds)
    else:
        count = start + len(rows)
    cars = await work.vehicles.some_seen(access, {row.vehicle_id for row in rows})
    return Results(rows, count, {car.id: car for car in cars})
