"""The trips of one car and one year, summed up; and what of the ledger no trip explains, which is listed and never filled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.domain.running.mileage_scales import Scale, amount_of, scales_of
from shared.money import Money

TOLERANCE_METRES: Final = 1_000
"""Odometers show whole kilometres: less than one is no gap."""


@dataclass(frozen=True, slots=True)
class TripMade:
    """`since` and `until`: metres travelled, where its readings were written down."""

    day: date
    metres: int
    is_business: bool
    purpose: str
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Between two believed readings, what no trip explains."""

    since_on: date
    until_on: date
    since: int
    until: int
    metres: int


@dataclass(frozen=True, slots=True)
class PurposeSum:
    purpose: str
    is_business: bool
    trips: int
    metres: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What so many metres count for by one scale. `amount` is None where the fiscal power is missing."""

    scale: Scale
    metres: int
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Statement:
    """All a page or a table of a year needs. `uncounted_metres`: driven for business on days that no scale of ours covers."""

    year: int
    trips: tuple[TripMade, ...]
    business_metres: int
    private_metres: int
    purposes: tuple[PurposeSum, ...]
    counted: tuple[Counted, ...]
    uncounted_metres: int
    total: Money | None
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """By which scale; `power` is the fiscal power (French P.6)."""

    country: str | None
    category: str | None
    power: int | None
    is_electric: bool


def statement_of(
    year: int, trips: Iterable[TripMade], ledger: Sequence[Reading], terms: Terms
) -> Statement:
    """`ledger`: believed readings by day, those of the year and one on either side."""
    mine = tuple(sorted((t for t in trips if t.day.year == year), key=lambda t: t.day))
    business = [trip for trip in mine if trip.is_business]
    counted, uncounted = _counted(year, business, terms)
    amounts = [each.amount for each in counted if each.amount is not None]
    total = None
    if amounts and len(amounts) == len(counted):
        total = Money(sum(each.amount_minor for each in amounts), amounts[0].currency)
    return Statement(
        year=year,
        trips=mine,
        business_metres=sum(trip.metres for trip in business),
        private_metres=sum(trip.metres for trip in mine if not trip.is_business),
        purposes=tuple(_purposes(mine)),
        counted=tuple(counted),
        uncounted_metres=uncounted,
        total=total,
        gaps=tuple(gaps_of(ledger, mine, year)),
    )


def _purposes(trips: Iterable[TripMade]) -> list[PurposeSum]:
    sums: dict[tuple[str, bool], tuple[int, int]] = {}
    for trip in trips:
        count, metres = sums.get((trip.purpose, trip.is_business), (0, 0))
        sums[trip.purpose, trip.is_business] = (count + 1, metres + trip.metres)
    found = [PurposeSum(*key, *value) for key, value in sums.items()]
    return sorted(found, key=lambda each: (not each.is_business, -each.metres, each.purpose))


def _counted(year: int, business: Sequence[TripMade], terms: Terms) -> tuple[list[Counted], int]:
    """A scale of the year takes its last day's rule for all of it; else each day has its own."""
    if terms.country is None:
        return [], sum(trip.metres for trip in business)
    last = date(year, 12, 31)
    by_day = scales_of(terms.country, terms.category, [last, *(trip.day for trip in business)])
    of_year = by_day.get(last)
    metres: dict[str, int] = {}
    used: dict[str, Scale] = {}
    uncounted = 0
    for trip in business:
        scale = of_year if of_year is not None and of_year.per_year else by_day.get(trip.day)
        if scale is None:
            uncounted += trip.metres
            continue
        used[scale.id] = scale
        metres[scale.id] = metres.get(scale.id, 0) + trip.metres
    return [
        Counted(
            scale,
            metres[id_],
            amount_of(scale, metres[id_], power=terms.power, is_electric=terms.is_electric),
        )
        for id_, scale in sorted(used.items())
    ], uncounted


def gaps_of(ledger: Sequence[Reading], trips: Sequence[TripMade], year: int) -> Iterable[Gap]:
    """Trips with readings explain where they were driven; those without, a distance of the days between two readings."""
    spans = _joined((t.since, t.until) for t in trips)
    loose = [trip for trip in trips if trip.since is None or trip.until is None]
    for one, other in pairwise(_ends_of_days(ledger)):
        if not (one.read_on.year <= year <= other.read_on.year):
            continue
        covered = sum(
            max(0, min(end, other.metres) - max(start, one.metres)) for start, end in spans
        )
        told = sum(trip.metres for trip in loose if one.read_on < trip.day <= other.read_on)
        left = other.metres - one.metres - covered - told
        if left >= TOLERANCE_METRES:
            yield Gap(one.read_on, other.read_on, one.metres, other.metres, left)


def _ends_of_days(ledger: Sequence[Reading]) -> list[Reading]:
    """The furthest of each day."""
    found: dict[date, Reading] = {}
    for each in ledger:
        known = found.get(each.read_on)
        if known is None or each.metres > known.metres:
            found[each.read_on] = each
    return [found[day] for day in sorted(found)]


def _joined(spans: Iterable[tuple[int | None, int | None]]) -> list[tuple[int, int]]:
    """Trips that overlap explain a metre once."""
    found: list[tuple[int, int]] = []
    for start, end in sorted((s, e) for s, e in spans if s is not None and e is not None):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
