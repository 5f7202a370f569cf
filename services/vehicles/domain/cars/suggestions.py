"""What somebody may have meant by a reading that cannot be true: the one slip of hand or eye that makes it fit between its neighbours."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final

from services.vehicles.domain.cars.chain import MOST_METRES_A_DAY, VOUCHED, Candidate, follows
from services.vehicles.domain.cars.odometer import MINUTES_A_DAY
from services.vehicles.domain.cars.units import METRES_PER_MILE, DistanceUnit

MOST: Final = 3
TENTH_OF_AN_HOUR: Final = 6
"""In minutes: the last digit of a meter of hours."""
DIGITS: Final = "0123456789"
_MILES_IN_KM: Final = METRES_PER_MILE / DistanceUnit.KM.metres


class Slip(StrEnum):
    """In the order in which they are offered when several explain the reading equally well."""

    DIGIT_CHANGED = "digit_changed"
    DIGITS_SWAPPED = "digits_swapped"
    DIGIT_DROPPED = "digit_dropped"
    DIGIT_ADDED = "digit_added"
    UNIT_MISTAKEN = "unit_mistaken"
    YEAR_MISTAKEN = "year_mistaken"


@dataclass(frozen=True, slots=True)
class Suggestion:
    slip: Slip
    metres: int
    read_on: date


@dataclass(frozen=True, slots=True)
class Between:
    """The believed readings before and after a day."""

    day: date
    before: Candidate | None
    after: Candidate | None


def suggest(
    doubted: Candidate,
    *,
    before: Candidate | None,
    after: Candidate | None,
    unit: DistanceUnit | None,
    other_years: Iterable[Between] = (),
) -> list[Suggestion]:
    """At most three, the likeliest first: those nearest to where the car was on its way from the believed reading `before` to the one
    `after`. With neither there is nothing a reading could contradict. Without a unit it is a meter of hours that was read.

    `other_years`: the same day of the years beside, which has other neighbours.
    """
    if before is None and after is None:
        return []
    here = Between(doubted.read_on, before, after)
    places = {each.day: each for each in (here, *other_years)}
    found: dict[tuple[int, date], tuple[float, Suggestion]] = {}
    a_day = MOST_METRES_A_DAY if unit else MINUTES_A_DAY
    for each in _meant(doubted, unit):
        place = places.get(each.read_on, here)
        meant = replace(doubted, metres=each.metres, read_on=each.read_on)
        if _fits(meant, place.before, place.after, a_day):
            away = abs(each.metres - _expected(each.read_on, place.before, place.after))
            found.setdefault((each.metres, each.read_on), (away, each))
    order = list(Slip)
    ranked = sorted(found.values(), key=lambda each: (each[0], order.index(each[1].slip)))
    return [each for _, each in ranked[:MOST]]


def years_beside(day: date) -> list[date]:
    """The same day a year before and after; the 29th of February has none in most."""
    beside = (_in_year(day, day.year + years) for years in (-1, 1))
    return [each for each in beside if each is not None]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A believed reading that stands alone against a doubted one: it may be the wrong one of the two."""

    reading: Candidate
    suggestions: list[Suggestion]


def suspect(
    doubted: Candidate,
    *,
    before: Sequence[Candidate],
    after: Sequence[Candidate],
    unit: DistanceUnit | None,
) -> Suspect | None:
    """`before` and `after`: the nearest believed readings in order, two on either side if there are so many."""
    a_day = MOST_METRES_A_DAY if unit else MINUTES_A_DAY
    earlier, last = (before[-2] if before[1:] else None), (before[-1] if before else None)
    first, later = (after[0] if after else None), (after[1] if after[1:] else None)
    if last and not follows(last, doubted, a_day=a_day):
        one: Candidate = last
        between: tuple[Candidate | None, Candidate | None] = (earlier, doubted)
        stands_alone = _fits(doubted, earlier, first, a_day)
    elif first and not follows(doubted, first, a_day=a_day):
        one, between = first, (doubted, later)
        stands_alone = _fits(doubted, last, later, a_day)
    else:
        return None
    if not stands_alone or one.weight >= VOUCHED:
        return None
    return Suspect(one, suggest(one, before=between[0], after=between[1], unit=unit))


def _fits(meant: Candidate, before: Candidate | None, after: Candidate | None, a_day: int) -> bool:
    """Also by its day: what was read in another year has other neighbours."""
    earlier = before is None or (
        before.read_on <= meant.read_on and follows(before, meant, a_day=a_day)
    )
    return earlier and (
        after is None or (meant.read_on <= after.read_on and follows(meant, after, a_day=a_day))
    )


def _expected(day: date, before: Candidate | None, after: Candidate | None) -> float:
    if before is None or after is None:
        known = before or after
        return float(known.metres) if known else 0.0
    days = (after.read_on - before.read_on).days
    share = (day - before.read_on).days / days if days else 0.5
    return before.metres + share * (after.metres - before.metres)


def _meant(doubted: Candidate, unit: DistanceUnit | None) -> Iterator[Suggestion]:
    last_digit = unit.metres if unit else TENTH_OF_AN_HOUR
    shown = str(round(doubted.metres / last_digit))
    for slip, text in _slips(shown):
        yield Suggestion(slip, round(int(text) * last_digit), doubted.read_on)
    for factor in (_MILES_IN_KM, 1 / _MILES_IN_KM) if unit else ():
        yield Suggestion(Slip.UNIT_MISTAKEN, round(doubted.metres * factor), doubted.read_on)
    for day in years_beside(doubted.read_on):
        yield Suggestion(Slip.YEAR_MISTAKEN, doubted.metres, day)


def _slips(shown: str) -> Iterator[tuple[Slip, str]]:
    """Each other number that one slip makes of what was meant, or makes what was meant of it. No number begins with 0."""
    found: list[tuple[Slip, str]] = []
    for place, digit in enumerate(shown):
        head, tail = shown[:place], shown[place + 1 :]
        found += [(Slip.DIGIT_CHANGED, head + other + tail) for other in DIGITS if other != digit]
        found.append((Slip.DIGIT_ADDED, head + tail))
    for place, (one, other) in enumerate(pairwise(shown)):
        found.append((Slip.DIGITS_SWAPPED, shown[:place] + other + one + shown[place + 2 :]))
    for place in range(len(shown) + 1):
        found += [(Slip.DIGIT_DROPPED, shown[:place] + each + shown[place:]) for each in DIGITS]
    return ((slip, text) for slip, text in found if text and text[0] != "0" and text != shown)


def _in_year(day: date, year: int) -> date | None:
    """None where there is no such day or year."""
    try:
        return day.replace(year=year)
    except ValueError:
        return None
