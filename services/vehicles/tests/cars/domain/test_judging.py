"""What lies around a change is enough: the chain kept up reading by reading is the one found by weighing all of them."""

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.vehicles.domain.cars.chain import (
    MOST_METRES_A_DAY,
    VOUCHED,
    Candidate,
    follows,
    heaviest_chain,
    in_order,
)
from services.vehicles.domain.cars.judging import Around, believe, doubts_of, weigh
from services.vehicles.domain.cars.odometer import Doubt

FIRST = date(2026, 1, 1)
A_DAY = MOST_METRES_A_DAY


@dataclass
class Ledger:
    """As the use cases keep it, with so many believed readings looked at on either side of a change."""

    each_side: int = 1
    believed: dict[UUID, Candidate] = field(default_factory=dict)
    doubted: dict[UUID, Candidate] = field(default_factory=dict)

    def add(self, new: Candidate) -> None:
        self.doubted[new.id] = new
        self._settle(new, is_gone=False)

    def take_out(self, gone: Candidate) -> None:
        if self.doubted.pop(gone.id, None) is None:
            self._settle(self.believed[gone.id], is_gone=True)

    def _settle(self, change: Candidate, *, is_gone: bool) -> None:
        each_side, chain = self.each_side, None
        while chain is None:
            around = self._around(change, each_side)
            chain = believe(around, change, is_gone=is_gone, a_day=A_DAY)
            each_side *= 2
        seen = {each.id for each in (*around.believed, *around.doubted, change)}
        everything = self.believed | self.doubted | {change.id: change}
        if is_gone:
            del everything[change.id]
        kept = {id_ for id_ in self.believed if id_ not in seen} | {each.id for each in chain}
        self.believed = {
            id_: replace(each, is_believed=True) for id_, each in everything.items() if id_ in kept
        }
        self.doubted = {
            id_: replace(each, is_believed=False)
            for id_, each in everything.items()
            if id_ not in kept
        }

    def _around(self, change: Candidate, each_side: int) -> Around:
        others = in_order(each for each in self.believed.values() if each.id != change.id)
        before = [each for each in others if each.read_on < change.read_on]
        during = [each for each in others if each.read_on == change.read_on]
        after = [each for each in others if each.read_on > change.read_on]
        return Around(
            believed=[*before[-each_side:], *during, *after[:each_side]],
            doubted=[each for each in self.doubted.values() if each.id != change.id],
            has_all_before=len(before) < each_side,
            has_all_after=len(after) < each_side,
        )


def candidate(id_: int, day: int, km: int, weight: int, hour: int | None = None) -> Candidate:
    at = None if hour is None else time(hour)
    on = FIRST + timedelta(days=day)
    return Candidate(UUID(int=id_), on, km * 1000, weight, is_believed=False, at=at)


honest = st.integers(0, 300).map(lambda day: (day, 100_000 + day * 40))
typos = st.tuples(
    st.integers(0, 300), st.sampled_from([10_400, 71_000, 101_000, 190_000, 1_100_000])
)
weights = st.sampled_from([1, 2, 2, 2, 3, 4])
readings = st.lists(
    st.tuples(st.one_of(honest, honest, typos), weights), min_size=1, max_size=14
).map(
    lambda found: [
        candidate(number, day, km, weight) for number, ((day, km), weight) in enumerate(found, 1)
    ]
)
wild = st.lists(
    st.builds(
        candidate,
        st.integers(1, 2**64),
        st.integers(0, 12),
        st.integers(0, 12).map(lambda each: each * 700),
        weights,
    ),
    max_size=9,
    unique_by=lambda each: each.id,
)


def kept(ledger: Ledger) -> list[Candidate]:
    return in_order(ledger.believed.values())


class TestTheWindow:
    @given(readings)
    def test_reading_by_reading_is_as_good_as_all_at_once(self, found: list[Candidate]) -> None:
        ledger = Ledger()
        for number, each in enumerate(found, 1):
            ledger.add(each)
            assert weigh(kept(ledger)) == weigh(heaviest_chain(found[:number]))

    @given(wild)
    @settings(max_examples=300)
    def test_also_where_cars_fly(self, found: list[Candidate]) -> None:
        """Steps near the greatest speed, where a reading more may link two that were too fast."""
        ledger = Ledger()
        for number, each in enumerate(found, 1):
            ledger.add(each)
            chain = kept(ledger)
            assert all(follows(*pair) for pair in pairwise(chain))
            assert weigh(chain) == weigh(heaviest_chain(found[:number]))

    @given(readings, st.randoms())
    def test_taking_out_is_as_if_it_had_never_been(
        self, found: list[Candidate], chance: object
    ) -> None:
        ledger = Ledger()
        for each in found:
            ledger.add(each)
        left = list(found)
        chance.shuffle(left)  # type: ignore[attr-defined]
        while left:
            ledger.take_out(left.pop())
            chain = kept(ledger)
            assert all(follows(*pair) for pair in pairwise(chain))
            assert weigh(chain) == weigh(heaviest_chain(left))

    @given(readings, st.randoms())
    def test_the_order_of_arrival_matters_for_ties_alone(
        self, found: list[Candidate], chance: object
    ) -> None:
        one, other = Ledger(), Ledger()
        for each in found:
            one.add(each)
        chance.shuffle(found)  # type: ignore[attr-defined]
        for each in found:
            other.add(each)
        same = {each.id for each in kept(one)} == {each.id for each in kept(other)}
        assert same or weigh(kept(one)) == weigh(kept(other))

    @given(readings)
    @settings(max_examples=30)
    def test_ties_keep_what_was_believed(self, found: list[Candidate]) -> None:
        ledger = Ledger()
        for each in found:
            before = kept(ledger)
            ledger.add(each)
            was, now = {one.id for one in before}, {one.id for one in kept(ledger)}
            assert was <= now or weigh(kept(ledger)) > weigh(before)

    def test_a_long_day_in_three_steps(self) -> None:
        """Each step is granted a day more than lies between: what is too fast in one step is not in two."""
        ledger = Ledger()
        for number, km in enumerate((0, 1_400, 2_800), 1):
            ledger.add(candidate(number, 0, km, 2))
        assert len(ledger.believed) == 3

    def test_a_vouched_reading_pushes_all_others_aside(self) -> None:
        ledger = Ledger()
        for day in range(60):
            ledger.add(candidate(day + 1, day, 100_000 + day * 40, 4))
        ledger.add(candidate(999, 30, 900_000, VOUCHED))
        assert [each.metres for each in kept(ledger)][-1] == 900_000_000
        assert len(ledger.believed) == 1, "no other can be true together with it"


class TestDoubts:
    BEFORE, AFTER = candidate(1, 10, 1_000, 2), candidate(2, 20, 2_000, 2)

    def said(self, km: int, day: int = 15) -> list[Doubt]:
        return doubts_of(
            candidate(3, day, km, 2), before=self.BEFORE, after=self.AFTER, a_day=A_DAY
        )

    def test_each_has_its_reason(self) -> None:
        assert self.said(900) == [Doubt.BACKWARDS]
        assert self.said(2_100) == [Doubt.AHEAD]
        assert doubts_of(
            candidate(3, 12, 90_000, 2), before=self.BEFORE, after=None, a_day=A_DAY
        ) == [Doubt.TOO_FAST]

    def test_what_was_stated_and_is_about_right_is_superseded(self) -> None:
        stated = replace(candidate(3, 15, 900, 1), is_rough=True)
        found = doubts_of(stated, before=self.BEFORE, after=self.AFTER, a_day=A_DAY)
        assert found == [Doubt.BACKWARDS, Doubt.SUPERSEDED]
