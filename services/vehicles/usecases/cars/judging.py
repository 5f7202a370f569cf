"""Which readings of a car are believed, kept true with each that comes, goes or is vouched for.

Only what lies around a change is weighed anew (`domain/cars/judging.py`); readings that become believed or doubted by it change with
it, in the same transaction, and `recompute` tells of them once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Final
from uuid import UUID

from services.vehicles.domain.cars.chain import VOUCHED, Candidate, heaviest_chain, in_order
from services.vehicles.domain.cars.judging import (
    CERTAIN,
    Around,
    believe,
    contradicted,
    doubts_of,
    most_left_out,
)
from services.vehicles.domain.cars.odometer import (
    JUDGED_ALONE,
    REMARKS,
    Doubt,
    Meter,
    ReadingStatus,
    own_doubts,
)
from services.vehicles.domain.cars.segments import Segment
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.storage.cars.odometer import Line, Surroundings, candidate_of
from services.vehicles.usecases.work import Work

FEW: Final = 8
"""Believed readings looked at on either side, to begin with."""
FURTHER: Final = 8
BEGAN, ENDED = UUID(int=1), UUID(int=2)
"""Where a cluster began and ended: no readings, but nothing is believed against them."""


def line_of(vehicle_id: UUID, meter: Meter, segments: Sequence[Segment], at: UUID | None) -> Line:
    """The readings judged together with those of the segment `at`."""
    ids: list[UUID | None] = [None, *(each.id for each in segments)]
    place = ids.index(at) if at in ids else 0
    return Line(
        vehicle_id,
        meter,
        at,
        since=segments[place - 1].starts_on if place else None,
        until=segments[place].starts_on if place < len(segments) else None,
    )


def edges_of(segments: Sequence[Segment], at: UUID | None) -> list[Candidate]:
    """What is known of a cluster without any reading."""
    found = []
    for place, each in enumerate(segments):
        if each.id == at:
            found.append(_edge(BEGAN, each, each.new_start, time.min))
        ends = segments[place - 1].id == at if place else at is None
        if ends and each.old_end is not None:
            found.append(_edge(ENDED, each, each.old_end, None))
    return found


def _edge(id_: UUID, segment: Segment, shown: int, at: time | None) -> Candidate:
    return Candidate(id_, segment.starts_on, shown, CERTAIN, is_believed=True, at=at)


async def judge_reading(work: Work, *, vehicle: Vehicle, reading: OdometerReading) -> None:
    """Of one that is new, newly vouched for, or whose day has come."""
    remarks = _remarks(reading)
    doubts = _words(alone(work, vehicle, reading))
    is_out = bool(doubts) and not reading.vouched
    settle(work, reading, ReadingStatus.QUARANTINED, [*(doubts if is_out else ()), *remarks])
    if is_out:
        return
    segments = await work.segments.of_meter(vehicle.id, Meter(reading.meter))
    await _weigh(work, vehicle, reading, segments, is_gone=False)


async def take_out(work: Work, *, vehicle: Vehicle, reading: OdometerReading) -> None:
    """Void it: whom it made doubtful is judged without it."""
    was_believed = reading.status == ReadingStatus.ACCEPTED
    settle(work, reading, ReadingStatus.VOID, reading.doubts)
    if was_believed:
        segments = await work.segments.of_meter(vehicle.id, Meter(reading.meter))
        await _weigh(work, vehicle, reading, segments, is_gone=True)


async def judge_all(work: Work, *, vehicle: Vehicle, meter: Meter) -> None:
    """Every reading of a meter: after a change of its clusters, or of the car's year."""
    await work.flush()
    segments = await work.segments.of_meter(vehicle.id, meter)
    for at in (None, *(each.id for each in segments)):
        line = line_of(vehicle.id, meter, segments, at)
        rows = await work.readings.living_of_line(line)
        able = {row.id: candidate_of(row) for row in rows if not _stays_out(work, vehicle, row)}
        chain = heaviest_chain([*able.values(), *edges_of(segments, at)], a_day=meter.most_a_day)
        await _mark_alone(work, vehicle, [row for row in rows if row.id not in able])
        looked = [look_at(work, vehicle, row) for row in rows if row.id in able]
        await _write(work, vehicle, Known(looked, chain))


async def _mark_alone(work: Work, vehicle: Vehicle, rows: Sequence[Any]) -> None:
    for each in await work.readings.some_of_vehicle(vehicle.id, [row.id for row in rows]):
        settle(work, each, ReadingStatus.QUARANTINED, _words(alone(work, vehicle, each)))


def alone(work: Work, vehicle: Vehicle, reading: Any) -> list[Doubt]:
    return own_doubts(
        reading.metres,
        reading.read_on,
        meter=Meter(reading.meter),
        today=work.today,
        built_year=vehicle.year,
    )


def settle(
    work: Work, reading: OdometerReading, status: ReadingStatus, doubts: Iterable[str]
) -> None:
    """Write down how a reading stands now, and remember how it stood before."""
    work.judged.setdefault(reading.id, (reading, reading.status))
    reading.status = status
    reading.doubts = list(doubts)
    reading.updated_at = work.now


def _words(doubts: Iterable[Doubt]) -> list[str]:
    return [doubt.value for doubt in doubts]


def _remarks(reading: Any) -> list[str]:
    return [doubt for doubt in reading.doubts or () if doubt in REMARKS]


def _stays_out(work: Work, vehicle: Vehicle, row: Any) -> bool:
    return bool(not row.vouched and alone(work, vehicle, row))


async def _weigh(
    work: Work,
    vehicle: Vehicle,
    reading: OdometerReading,
    segments: Sequence[Segment],
    *,
    is_gone: bool,
) -> None:
    """Look at as much of the ledger as it takes."""
    await work.flush()
    meter = Meter(reading.meter)
    line = line_of(vehicle.id, meter, segments, reading.segment_id)
    edges = edges_of(segments, reading.segment_id)
    change = candidate_of(reading)
    each_side, chain = FEW, None
    looked: dict[UUID, Looked] = {}
    while chain is None:
        found = await work.readings.around(line, reading.read_on, each_side=each_side)
        found = found.without(reading.id)
        for row in (*found.believed, *found.doubted):
            if row.id not in looked:
                looked[row.id] = look_at(work, vehicle, row)
        around = _around(looked, found, edges)
        is_vouched = change.weight >= VOUCHED and not is_gone
        if is_vouched and await _withdraw(work, vehicle, around, change, meter):
            looked.clear()
            continue
        chain = believe(around, change, is_gone=is_gone, a_day=meter.most_a_day)
        most = most_left_out(around, change, is_gone=is_gone)
        each_side = most + 1 if each_side <= most else each_side * FURTHER
    rows = [looked[row.id] for row in (*found.believed, *found.doubted)]
    if not is_gone:
        rows.append(look_at(work, vehicle, reading))
    await _write(work, vehicle, Known(rows, chain, found.has_all_before, found.has_all_after))
    ripe = [row.id for row in found.doubted if looked[row.id].is_ripe]
    for each in await work.readings.some_of_vehicle(vehicle.id, ripe):
        if _is_ripe(work, vehicle, each):
            await judge_reading(work, vehicle=vehicle, reading=each)


@dataclass(frozen=True, slots=True)
class Looked:
    """A reading, and what is to be known of it: worked out once, for a ledger with hundreds of doubted ones is not rare."""

    row: Any
    candidate: Candidate
    stays_out: bool
    is_ripe: bool

    @property
    def keeps(self) -> bool:
        """What is doubted by itself stays as it is, unless it is believed."""
        return self.stays_out or self.is_ripe


def look_at(work: Work, vehicle: Vehicle, row: Any) -> Looked:
    is_out = not row.vouched and bool(alone(work, vehicle, row))
    was_alone = not row.vouched and bool(JUDGED_ALONE.intersection(row.doubts or ()))
    return Looked(row, candidate_of(row), is_out, was_alone and not is_out)


def _around(
    looked: Mapping[UUID, Looked], found: Surroundings, edges: Sequence[Candidate]
) -> Around:
    known = [each for each in edges if _is_seen(each, found)]
    doubted = [looked[row.id] for row in found.doubted]
    return Around(
        believed=in_order([*known, *(looked[row.id].candidate for row in found.believed)]),
        doubted=[each.candidate for each in doubted if not each.keeps],
        has_all_before=found.has_all_before,
        has_all_after=found.has_all_after,
    )


def _is_seen(edge: Candidate, found: Surroundings) -> bool:
    return found.has_all_before if edge.id == BEGAN else found.has_all_after


async def _withdraw(
    work: Work, vehicle: Vehicle, around: Around, new: Candidate, meter: Meter
) -> bool:
    """Who vouches for a reading no longer vouches for those it contradicts."""
    against = contradicted(around, new, a_day=meter.most_a_day)
    vouched = [each.id for each in against if VOUCHED <= each.weight < CERTAIN]
    for row in await work.readings.some_of_vehicle(vehicle.id, vouched):
        row.vouched = False
    await work.flush()
    return bool(vouched)


@dataclass(frozen=True, slots=True)
class Known:
    rows: Sequence[Looked]
    chain: Sequence[Candidate]
    has_all_before: bool = True
    has_all_after: bool = True


async def _write(work: Work, vehicle: Vehicle, known: Known) -> None:
    """Statuses and doubts of what was looked at, where they changed."""
    wanted = standing(known)
    rows = {each.candidate.id: each.row for each in known.rows}
    changed = {
        id_: row
        for id_, row in rows.items()
        if id_ in wanted and wanted[id_] != (row.status, list(row.doubts))
    }
    elsewhere = [id_ for id_, row in changed.items() if not isinstance(row, OdometerReading)]
    held = await work.readings.some_of_vehicle(vehicle.id, elsewhere)
    mine = [row for row in changed.values() if isinstance(row, OdometerReading)]
    for row in (*held, *mine):
        status, doubts = wanted[row.id]
        settle(work, row, ReadingStatus(status), doubts)


def standing(known: Known) -> dict[UUID, tuple[str, list[str]]]:
    believed = {each.id: each for each in known.chain}
    rows = {
        each.candidate.id: each
        for each in known.rows
        if not each.keeps or each.candidate.id in believed
    }
    candidates = {id_: each.candidate for id_, each in rows.items()}
    ordered = in_order({**candidates, **believed}.values())
    after = _next_believed(ordered, believed)
    found: dict[UUID, tuple[str, list[str]]] = {}
    before: Candidate | None = None
    for each, later in zip(ordered, after, strict=True):
        remarks = _remarks(rows[each.id].row) if each.id in rows else []
        if each.id in believed:
            before = each
            found[each.id] = (ReadingStatus.ACCEPTED.value, remarks)
        elif (before or known.has_all_before) and (later or known.has_all_after):
            a_day = Meter(rows[each.id].row.meter).most_a_day
            doubts = doubts_of(each, before=before, after=later, a_day=a_day)
            found[each.id] = (ReadingStatus.QUARANTINED.value, [*_words(doubts), *remarks])
    return found


def _next_believed(
    ordered: Sequence[Candidate], believed: Collection[UUID]
) -> list[Candidate | None]:
    found: list[Candidate | None] = []
    later: Candidate | None = None
    for each in reversed(ordered):
        found.append(later)
        if each.id in believed:
            later = each
    return found[::-1]


def _is_ripe(work: Work, vehicle: Vehicle, row: Any) -> bool:
    """Doubted by itself until now, and no longer: its day has come."""
    was_alone = JUDGED_ALONE.intersection(row.doubts or ())
    return bool(was_alone) and not row.vouched and not alone(work, vehicle, row)
