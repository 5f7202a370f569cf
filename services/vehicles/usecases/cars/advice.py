"""What may help with a doubted reading: what was meant by it, and which believed reading may be the wrong one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.vehicles.domain.cars.chain import Candidate, in_order
from services.vehicles.domain.cars.odometer import Doubt, Meter, ReadingStatus
from services.vehicles.domain.cars.suggestions import (
    Between,
    Suggestion,
    Suspect,
    suggest,
    suspect,
    years_beside,
)
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.storage.cars.models import OdometerReading
from services.vehicles.storage.cars.odometer import candidate_of
from services.vehicles.usecases.work import Work


@dataclass(frozen=True, slots=True)
class Advice:
    suggestions: Sequence[Suggestion]
    suspect: Suspect | None


async def advise(
    work: Work, *, readings: Sequence[OdometerReading], unit: DistanceUnit
) -> dict[UUID, Advice]:
    """By reading, for those that are doubted; the caller has seen them. One statement, however many."""
    doubted = [
        each
        for each in readings
        if each.status == ReadingStatus.QUARANTINED and Doubt.SUPERSEDED not in each.doubts
    ]
    nearest = await work.readings.nearest([each.id for each in doubted])
    return {
        each.id: _advice(candidate_of(each), nearest.get(each.id, {}), _unit(each, unit))
        for each in doubted
    }


def _unit(reading: OdometerReading, unit: DistanceUnit) -> DistanceUnit | None:
    """Digits were typed in the unit of that day."""
    if reading.meter == Meter.HOURS:
        return None
    return DistanceUnit(reading.unit) if reading.unit else unit


def _advice(
    doubted: Candidate, nearest: Mapping[date, list[Any]], unit: DistanceUnit | None
) -> Advice:
    before, after = _sides(doubted, nearest, doubted.read_on)
    beside = []
    for day in years_beside(doubted.read_on):
        earlier, later = _sides(doubted, nearest, day)
        beside.append(Between(day, _last(earlier), _last(later[::-1])))
    return Advice(
        suggest(
            doubted,
            before=_last(before),
            after=_last(after[::-1]),
            unit=unit,
            other_years=beside,
        ),
        suspect(doubted, before=before, after=after, unit=unit),
    )


def _sides(
    doubted: Candidate, nearest: Mapping[date, list[Any]], day: date
) -> tuple[list[Candidate], list[Candidate]]:
    here = replace(doubted, read_on=day)
    ordered = in_order([*map(candidate_of, nearest.get(day, ())), here])
    place = ordered.index(here)
    return ordered[:place], ordered[place + 1 :]


def _last(readings: Sequence[Candidate]) -> Candidate | None:
    return readings[-1] if readings else None
