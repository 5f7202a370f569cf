"""Which of the readings that an import brings will be believed, and which of the car's own it makes doubtful: the same rule as for
one that is typed (`usecases/cars/judging.py`), over the whole line at once.
"""

import asyncio
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from uuid import UUID

from services.vehicles.domain.cars.chain import heaviest_chain
from services.vehicles.domain.cars.odometer import Meter, ReadingSource, ReadingStatus
from services.vehicles.domain.cars.segments import segment_of
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.cars.odometer import candidate_of
from services.vehicles.usecases.cars.judging import (
    Known,
    alone,
    edges_of,
    line_of,
    look_at,
    standing,
)
from services.vehicles.usecases.work import Work


@dataclass(slots=True)
class Told:
    """A reading that a row tells, in the shape of one that is there."""

    id: UUID
    row: UUID
    meter: str
    read_on: date
    read_time: time | None
    metres: int
    source: str
    status: str = ""
    doubts: list[str] = field(default_factory=list)
    vouched: bool = False
    derived: bool = False
    segment_id: UUID | None = None


Changed = dict[UUID, tuple[str, list[str]]]
"""Readings that are there and will stand otherwise: their status and doubts."""


async def weigh(work: Work, *, vehicle: Vehicle, told: Sequence[Told]) -> Changed:
    """Says of each of `told` how it will stand; returns what changes of the car's own."""
    changed: Changed = {}
    for meter in Meter:
        mine = [each for each in told if each.meter == meter]
        if mine:
            changed |= await _weigh_meter(work, vehicle, meter, mine)
    return changed


async def _weigh_meter(work: Work, vehicle: Vehicle, meter: Meter, told: Sequence[Told]) -> Changed:
    segments = await work.segments.of_meter(vehicle.id, meter)
    for each in told:
        cluster = segment_of(segments, each.read_on, each.metres)
        each.segment_id = cluster.id if cluster else None
    changed: Changed = {}
    for at in (None, *(each.id for each in segments)):
        mine = [each for each in told if each.segment_id == at]
        if not mine:
            continue
        there = await work.readings.living_of_line(line_of(vehicle.id, meter, segments, at))
        able = [each for each in mine if _may_be_believed(work, vehicle, each)]
        rows: list[Any] = [row for row in there if _may_be_believed(work, vehicle, row)]
        rows += able
        _fit_by_turns(there, able, meter)
        pool = [*map(candidate_of, rows), *edges_of(segments, at)]
        chain = await asyncio.to_thread(heaviest_chain, pool, a_day=meter.most_a_day)
        found = standing(Known([look_at(work, vehicle, row) for row in rows], chain))
        for each in mine:
            each.status, each.doubts = found.get(each.id) or _out(work, vehicle, each)
        changed |= {
            row.id: found[row.id]
            for row in there
            if row.id in found and found[row.id] != (row.status, list(row.doubts))
        }
    return changed


def _fit_by_turns(there: Sequence[Any], mine: Sequence[Told], meter: Meter) -> None:
    """Of two chains of one weight the one believed so far stays: of new readings, what they would be if each were typed on its day."""
    believed = sorted(
        (row.read_on, row.metres) for row in there if row.status == ReadingStatus.ACCEPTED
    )
    for each in sorted(mine, key=lambda each: (each.read_on, each.read_time or time.min)):
        key = (each.read_on, each.metres)
        place = bisect(believed, key)
        beside = believed[max(place - 1, 0) : place], believed[place : place + 1]
        fits = all(_rises(one, key, meter) for one in beside[0])
        if fits and all(_rises(key, one, meter) for one in beside[1]):
            believed.insert(place, key)
            each.status = ReadingStatus.ACCEPTED


def _rises(earlier: tuple[date, int], later: tuple[date, int], meter: Meter) -> bool:
    days = (later[0] - earlier[0]).days
    return 0 <= later[1] - earlier[1] <= meter.most_a_day * (days + 1)


def _may_be_believed(work: Work, vehicle: Vehicle, row: Any) -> bool:
    return bool(row.vouched) or not alone(work, vehicle, row)


def _out(work: Work, vehicle: Vehicle, each: Told) -> tuple[str, list[str]]:
    """Doubted by itself, whatever the others say."""
    return ReadingStatus.QUARANTINED.value, [doubt.value for doubt in alone(work, vehicle, each)]


SOURCES = {
    "fill": ReadingSource.FUEL,
    "record": ReadingSource.MAINTENANCE,
    "expense": ReadingSource.IMPORT,
    "reading": ReadingSource.IMPORT,
}
