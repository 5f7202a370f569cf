"""What one change of a ledger changes in it, looking only at what lies around the change.

The believed readings are the heaviest chain (`chain.py`). One reading more or less need not be weighed against all others:

- A reading that fits between its believed neighbours is believed: whatever chain leaves it out is no heavier than the one before.
- A reading is not believed where the believed ones it contradicts weigh at least as much as it and all doubted ones together that one
  chain can hold with it: whatever chain it makes better has it in it.
- Otherwise any better chain leaves out believed readings of less weight than that (Q). Of the Q believed readings on either side of
  the change at least one is therefore in it, and beyond that one the old chain is still the best: only what lies between is weighed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from typing import Final, Self

from services.vehicles.domain.cars.chain import (
    VOUCHED,
    Candidate,
    follows,
    heaviest_chain,
    in_order,
)
from services.vehicles.domain.cars.odometer import ROUGHLY, Doubt

CERTAIN: Final = 10**15
"""The weight of where a cluster began or ended, and of the edge of what is looked at: more than all that people vouch for."""


@dataclass(frozen=True, slots=True)
class Around:
    """What of a ledger lies around a change."""

    believed: Sequence[Candidate]
    """In order; without the changed reading."""
    doubted: Sequence[Candidate]
    """All of the ledger that could be believed; without the changed reading."""
    has_all_before: bool
    has_all_after: bool


def believe(
    around: Around, change: Candidate, *, is_gone: bool = False, a_day: int
) -> list[Candidate] | None:
    """The believed readings of what lies around, in order, once `change` has come or gone.

    None where more of the ledger must be looked at.
    """
    place = _Place.of(around, change, a_day)
    if is_gone:
        left = [each for each in place.ordered if each is not change]
        is_whole = all(follows(*pair, a_day=a_day) for pair in pairwise(left))
        if is_whole and not around.doubted:
            return left
    else:
        if place.fits and not _is_link(change, around.doubted, a_day):
            return list(place.ordered)
        if weigh(place.against) >= change.weight + weigh(_friends(around, change)):
            return list(around.believed)
    if not _is_wide_enough(around, place, most_left_out(around, change, is_gone=is_gone)):
        return None
    return _weighed(around, [] if is_gone else [change], a_day)


def contradicted(around: Around, new: Candidate, *, a_day: int) -> Sequence[Candidate]:
    """Believed readings that cannot be true together with it."""
    return _Place.of(around, new, a_day).against


def doubts_of(
    doubted: Candidate, *, before: Candidate | None, after: Candidate | None, a_day: int
) -> list[Doubt]:
    """Against its believed neighbours: as these rise, what contradicts any believed reading contradicts one of the two."""
    doubts = []
    if before is not None and before.metres > doubted.metres:
        doubts.append(Doubt.BACKWARDS)
    if after is not None and after.metres < doubted.metres:
        doubts.append(Doubt.AHEAD)
    is_too_fast = (before is not None and not follows(before, doubted, a_day=a_day)) or (
        after is not None and not follows(doubted, after, a_day=a_day)
    )
    if not doubts and is_too_fast:
        doubts.append(Doubt.TOO_FAST)
    if doubted.is_rough and any(_is_near(doubted, each) for each in (before, after)):
        doubts.append(Doubt.SUPERSEDED)
    return doubts


def weigh(readings: Collection[Candidate]) -> int:
    return sum(each.weight for each in readings)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a change stands among the believed readings, and which of them contradict it."""

    ordered: Sequence[Candidate]
    fits: bool
    """Between its neighbours."""
    against: Sequence[Candidate]
    """Those no chain can hold together with it, whatever lies between."""
    before: int
    """How many believed readings come before all that may contradict it, and after."""
    after: int

    @classmethod
    def of(cls, around: Around, change: Candidate, a_day: int) -> Self:
        ordered = in_order([*around.believed, change])
        at, spare = ordered.index(change), len(around.doubted)
        apart = [_apart(each, change, place - at, a_day) for place, each in enumerate(ordered)]
        beside = apart[at - 1 : at] + apart[at + 1 : at + 2]
        hits = [place for place, each in enumerate(apart) if each is not None]
        against = [
            each
            for place, each in enumerate(ordered)
            if (much := apart[place]) is not None and much > abs(place - at) - 1 + spare
        ]
        first, last = min([at, *hits]), max([at, *hits])
        is_fit = not any(each is not None for each in beside)
        return cls(ordered, is_fit, against, first, len(ordered) - 1 - last)


def _apart(each: Candidate, change: Candidate, steps: int, a_day: int) -> float | None:
    """None where one can follow the other. Else how many more readings between them it would take: each grants a day's distance,
    and none makes a car run backwards.
    """
    one, other = (each, change) if steps < 0 else (change, each)
    if not steps or follows(one, other, a_day=a_day):
        return None
    driven, days = other.metres - one.metres, (other.read_on - one.read_on).days
    return inf if driven < 0 else driven / a_day - days - 1


def _is_link(new: Candidate, doubted: Collection[Candidate], a_day: int) -> bool:
    """Whether it may make two possible steps of one that was too fast: each step is granted a day more than lies between."""
    for each in doubted:
        days = abs((each.read_on - new.read_on).days)
        if a_day * days < abs(each.metres - new.metres) <= a_day * (days + 1):
            return True
    return False


def most_left_out(around: Around, change: Candidate, *, is_gone: bool) -> int:
    """A better chain leaves out believed readings of no more weight than this. What people vouch for has its own way
    (`contradicted`).
    """
    if is_gone:
        return weigh(around.doubted)
    return weigh(_friends(around, change)) + (change.weight if change.weight < VOUCHED else 0)


def _friends(around: Around, change: Candidate) -> list[Candidate]:
    """The doubted readings that one chain may hold with it, whatever lies between: those of its day, and those a car passes on its way."""
    return [
        each
        for each in around.doubted
        if each.read_on == change.read_on
        or (each.read_on < change.read_on) == (each.metres < change.metres)
        or each.metres == change.metres
    ]


def _is_wide_enough(around: Around, place: _Place, most: int) -> bool:
    """Whether beyond what the change contradicts there are more believed readings, on either side, than a better chain leaves out."""
    return (around.has_all_before or place.before > most) and (
        around.has_all_after or place.after > most
    )


def _weighed(around: Around, new: Sequence[Candidate], a_day: int) -> list[Candidate] | None:
    edges = set()
    if around.believed and not around.has_all_before:
        edges.add(around.believed[0].id)
    if around.believed and not around.has_all_after:
        edges.add(around.believed[-1].id)
    known = {each.id: each for each in (*around.believed, *around.doubted, *new)}
    pool = [replace(each, weight=CERTAIN) if each.id in edges else each for each in around.believed]
    pool += [each for each in around.doubted if _lies_within(each, around)]
    chain = heaviest_chain([*pool, *new], a_day=a_day)
    if edges - {each.id for each in chain}:
        return None
    return [known[each.id] for each in chain]


def _lies_within(each: Candidate, around: Around) -> bool:
    if not around.believed:
        return True
    first, last = around.believed[0], around.believed[-1]
    return (around.has_all_before or each.read_on > first.read_on) and (
        around.has_all_after or each.read_on < last.read_on
    )


def _is_near(doubted: Candidate, other: Candidate | None) -> bool:
    return other is not None and abs(other.metres - doubted.metres) <= ROUGHLY
