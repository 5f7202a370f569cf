"""domain.md §4: its worked examples by name, and what holds for every plan."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.care.beats import (
    Done,
    Due,
    DueBy,
    FirstDue,
    Pause,
    PlanMode,
    Rule,
    Skip,
    Step,
    add_months,
    follow,
    next_due,
    put_off,
)
from shared.ids import new_id

KM = 1000
FIXED, FLOATING = PlanMode.FIXED, PlanMode.FLOATING


def rule(
    mode: PlanMode = FLOATING,
    *,
    km: int | None = None,
    months: int | None = None,
    hours: int | None = None,
    start: date = date(2025, 6, 1),
    start_km: int | None = None,
    start_hours: float | None = None,
    assumed: bool = False,
    first: FirstDue | None = None,
    pauses: tuple[Pause, ...] = (),
) -> Rule:
    return Rule(
        mode=mode,
        every_metres=km * KM if km else None,
        every_months=months,
        every_minutes=hours * 60 if hours else None,
        start_on=start,
        start_metres=None if start_km is None else start_km * KM,
        start_minutes=None if start_hours is None else round(start_hours * 60),
        start_is_assumed=assumed,
        first=first,
        pauses=pauses,
    )


def done(on: date, km: int | None = None, hours: float | None = None) -> Done:
    return Done(
        new_id(),
        on,
        None if km is None else km * KM,
        None if hours is None else round(hours * 60),
    )


def skip(on: date, due: Due) -> Skip:
    return Skip(new_id(), on, due.on, due.metres, due.minutes)


class TestTheExamples:
    def test_15000_km_or_12_months_done_2026_03_10_at_60000(self) -> None:
        due = next_due(rule(km=15_000, months=12), [done(date(2026, 3, 10), 60_000)])
        assert (due.on, due.metres) == (date(2027, 3, 10), 75_000 * KM)

    @pytest.mark.parametrize(
        ("on", "next_fixed", "next_floating"),
        [
            (date(2026, 5, 12), date(2027, 6, 1), date(2027, 5, 12)),
            (date(2026, 7, 20), date(2027, 6, 1), date(2027, 7, 20)),
            (date(2026, 1, 15), date(2027, 6, 1), date(2027, 1, 15)),
            (date(2025, 9, 1), date(2026, 6, 1), date(2026, 9, 1)),
        ],
    )
    def test_12_months_from_2025_06_01_fixed_and_floating(
        self, on: date, next_fixed: date, next_floating: date
    ) -> None:
        assert next_due(rule(FIXED, months=12), [done(on)]).on == next_fixed
        assert next_due(rule(FLOATING, months=12), [done(on)]).on == next_floating

    def test_250_hours_or_12_months_done_2026_01_10_at_4000_hours(self) -> None:
        due = next_due(rule(hours=250, months=12), [done(date(2026, 1, 10), hours=4_000.0)])
        assert (due.on, due.minutes) == (date(2027, 1, 10), 4_250 * 60)

    def test_records_of_2026_05_01_then_typed_later_2025_11_01(self) -> None:
        plan = rule(km=15_000, months=12)
        new, old = done(date(2026, 5, 1), 60_000), done(date(2025, 11, 1), 52_000)
        assert next_due(plan, [new, old]) == next_due(plan, [old, new]) == next_due(plan, [new])

    def test_record_of_2026_05_01_deleted(self) -> None:
        plan = rule(km=15_000, months=12)
        new, old = done(date(2026, 5, 1), 60_000), done(date(2025, 11, 1), 52_000)
        assert next_due(plan, [old, new]).closed_by == new.record_id
        after = next_due(plan, [old])
        assert (after.on, after.metres) == (date(2026, 11, 1), 67_000 * KM)
        assert after.closed_by == old.record_id

    def test_31_january_is_28_february_is_31_march(self) -> None:
        plan = rule(FIXED, months=1, start=date(2026, 1, 31))
        found, history = [], list[Step]()
        for _ in range(3):
            due = next_due(plan, history).on
            assert due is not None
            found.append(due)
            history.append(done(due))
        assert found == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]

    def test_a_record_without_odometer_moves_only_the_date_and_says_so(self) -> None:
        plan = rule(km=15_000, months=12, start_km=45_000)
        due = next_due(plan, [done(date(2026, 3, 10))])
        assert (due.on, due.metres) == (date(2027, 3, 10), 60_000 * KM)
        assert due.unmoved == {DueBy.DISTANCE}


class TestStart:
    def test_first_due_is_where_it_falls_due(self) -> None:
        first = FirstDue(on=date(2027, 1, 1), metres=30_000 * KM)
        plan = rule(km=15_000, months=12, start_km=0, assumed=True, first=first)
        due = next_due(plan, [])
        assert (due.on, due.metres) == (date(2027, 1, 1), 30_000 * KM)
        after = next_due(plan, [done(date(2026, 11, 1), 29_000)])
        assert (after.on, after.metres) == (date(2027, 11, 1), 44_000 * KM)

    def test_what_first_due_does_not_say_counts_from_the_start(self) -> None:
        first = FirstDue(metres=30_000 * KM)
        due = next_due(rule(km=15_000, months=24, start_km=0, assumed=True, first=first), [])
        assert (due.on, due.metres) == (date(2027, 6, 1), 30_000 * KM)

    def test_work_of_a_cycle_before_the_first_due_changes_nothing(self) -> None:
        plan = rule(months=12, assumed=True, first=FirstDue(on=date(2027, 1, 1)))
        assert next_due(plan, [done(date(2024, 6, 1))]).on == date(2027, 1, 1)
        fixed = rule(FIXED, months=12, assumed=True, first=FirstDue(on=date(2027, 1, 1)))
        assert next_due(fixed, [done(date(2026, 12, 1))]).on == date(2028, 1, 1)

    def test_any_record_however_old_replaces_an_assumed_start(self) -> None:
        for mode in PlanMode:
            plan = rule(mode, km=15_000, months=12, start_km=40_000, assumed=True)
            due = next_due(plan, [done(date(2019, 1, 10), 10_000)])
            assert (due.on, due.metres) == (date(2020, 1, 10), 25_000 * KM)

    def test_a_start_that_was_said_is_not_undercut(self) -> None:
        plan = rule(months=12)
        assert next_due(plan, [done(date(2025, 5, 31))]).on == date(2026, 6, 1)


class TestFixed:
    def test_it_satisfies_the_beat_it_is_nearer_to_and_all_beats_passed(self) -> None:
        plan = rule(FIXED, months=12)
        assert next_due(plan, [done(date(2028, 7, 1))]).on == date(2029, 6, 1)
        assert next_due(plan, [done(date(2029, 3, 1))]).on == date(2030, 6, 1)

    def test_each_threshold_keeps_its_own_beat(self) -> None:
        """Driven far in half a year: the distance moves on, and the year's date stays."""
        plan = rule(FIXED, km=15_000, months=12, start_km=0)
        due = next_due(plan, [done(date(2025, 10, 1), 14_800)])
        assert (due.on, due.metres) == (date(2026, 6, 1), 30_000 * KM)

    def test_work_done_twice_about_one_beat_is_no_new_occurrence(self) -> None:
        plan = rule(FIXED, months=12)
        first, again = done(date(2026, 5, 30)), done(date(2026, 6, 20))
        due, closings = follow(plan, [first, again])
        assert (due.on, due.closed_by) == (date(2027, 6, 1), first.record_id)
        assert due.last == again
        assert [closing.closes for closing in closings] == [True, False]


class TestSkip:
    def test_it_moves_on_by_one_beat_on_every_threshold(self) -> None:
        for mode in PlanMode:
            plan = rule(mode, km=15_000, months=12, hours=250, start_km=0, start_hours=0)
            left_out = skip(date(2026, 5, 1), next_due(plan, []))
            due = next_due(plan, [left_out])
            assert (due.on, due.metres, due.minutes) == (date(2027, 6, 1), 30_000 * KM, 500 * 60)
            assert due.closed_by == left_out.id
            assert due.last is None

    def test_twice_moves_on_twice(self) -> None:
        plan = rule(months=1, start=date(2026, 1, 31))
        one = skip(date(2026, 2, 1), next_due(plan, []))
        two = skip(date(2026, 3, 1), next_due(plan, [one]))
        assert next_due(plan, [one]).on == date(2026, 3, 31)
        assert next_due(plan, [two, one]).on == date(2026, 4, 30)

    def test_work_typed_in_later_about_that_beat_counts_instead(self) -> None:
        for mode in PlanMode:
            plan = rule(mode, months=12)
            left_out = skip(date(2026, 6, 10), next_due(plan, []))
            late = done(date(2026, 5, 30))
            assert next_due(plan, [left_out, late]) == next_due(plan, [late])

    def test_work_done_after_it_counts_from_its_own_day(self) -> None:
        plan = rule(months=12)
        left_out = skip(date(2026, 6, 1), next_due(plan, []))
        assert next_due(plan, [left_out, done(date(2026, 9, 1))]).on == date(2027, 9, 1)


class TestPause:
    WINTER = Pause(date(2025, 11, 1), date(2026, 3, 1))

    def test_the_days_paused_are_added_to_the_time(self) -> None:
        for mode in PlanMode:
            due = next_due(rule(mode, km=15_000, months=12, start_km=0, pauses=(self.WINTER,)), [])
            assert due.on == date(2026, 6, 1) + timedelta(days=120)
            assert due.metres == 15_000 * KM

    def test_days_before_the_last_work_are_not(self) -> None:
        plan = rule(months=12, pauses=(self.WINTER,))
        assert next_due(plan, [done(date(2026, 4, 1))]).on == date(2027, 4, 1)
        within = next_due(plan, [done(date(2026, 2, 1))])
        assert within.on == date(2027, 2, 1) + timedelta(days=28)

    def test_as_long_as_it_lasts_nobody_knows_the_day(self) -> None:
        plan = rule(km=15_000, months=12, start_km=0, pauses=(Pause(date(2026, 1, 1)),))
        due = next_due(plan, [])
        assert (due.on, due.metres) == (None, 15_000 * KM)
        after_it_was_due = rule(months=12, pauses=(Pause(date(2026, 7, 1)),))
        assert next_due(after_it_was_due, []).on == date(2026, 6, 1)

    def test_a_fixed_beat_is_put_off_for_good(self) -> None:
        plan = rule(FIXED, months=12, pauses=(self.WINTER,))
        on_time = next_due(plan, [done(date(2026, 9, 20))])
        assert on_time.on == date(2027, 6, 1) + timedelta(days=120)

    @given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.integers(0, 400))
    def test_a_day_is_put_off_by_the_days_paused_before_it(
        self, since: date, until: int, length: int
    ) -> None:
        day, begins = since + timedelta(days=until), since + timedelta(days=until // 2)
        later = put_off(day, since=since, pauses=[Pause(begins, begins + timedelta(days=length))])
        assert later == (day + timedelta(days=length) if begins < day else day)


kilometres = st.none() | st.integers(0, 300_000)
dones = st.builds(done, st.dates(date(2020, 1, 1), date(2026, 12, 1)), kilometres)
rules = st.builds(
    rule,
    st.sampled_from(list(PlanMode)),
    km=st.none() | st.integers(1, 200_000),
    months=st.integers(1, 240),
    start=st.dates(date(1990, 1, 1), date(2026, 1, 1)),
    start_km=kilometres,
    assumed=st.booleans(),
    pauses=st.just(()) | st.just((Pause(date(2021, 3, 1), date(2021, 9, 1)),)),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Rule, list[Step]]:
    """Work and skips: each skip of what was due when it was made."""
    plan = draw(rules)
    steps: list[Step] = list(draw(st.lists(dones, max_size=6)))
    for day in draw(st.lists(st.dates(date(2020, 1, 1), date(2026, 12, 1)), max_size=2)):
        steps.append(skip(day, next_due(plan, [step for step in steps if step.on <= day])))
    return plan, steps


class TestAlways:
    @given(histories(), st.randoms(use_true_random=False))
    def test_the_order_of_arrival_does_not_matter(
        self, history: tuple[Rule, list[Step]], rng: object
    ) -> None:
        plan, steps = history
        shuffled = list(steps)
        rng.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis' Random
        assert follow(plan, steps) == follow(plan, shuffled)

    @given(histories(), dones)
    def test_closing_and_taking_it_back_leaves_no_trace(
        self, history: tuple[Rule, list[Step]], more: Done
    ) -> None:
        plan, steps = history
        before = next_due(plan, steps)
        follow(plan, [*steps, more])
        assert next_due(plan, [s for s in [*steps, more] if s is not more]) == before

    @given(histories())
    def test_the_next_date_lies_after_the_last_work(self, history: tuple[Rule, list[Step]]) -> None:
        due = next_due(*history)
        assert due.on is not None
        assert due.last is None or due.on > due.last.on

    @given(rules, st.integers(1, 60))
    def test_a_beat_is_months_from_the_anchor(self, plan: Rule, beats: int) -> None:
        """However many clamped months lie between, the day of the month comes back."""
        fixed = rule(FIXED, months=plan.every_months, start=plan.start_on)
        assert fixed.every_months is not None
        steps: list[Step] = []
        for _ in range(min(beats, 12)):
            on = next_due(fixed, steps).on
            assert on == add_months(fixed.start_on, (len(steps) + 1) * fixed.every_months)
            steps.append(done(on))


def test_ids_break_ties_the_same_way_every_time() -> None:
    one = Done(UUID(int=1), date(2026, 1, 1), None)
    two = Done(UUID(int=2), date(2026, 1, 1), None)
    plan = rule(months=12)
    assert next_due(plan, [one, two]).last == next_due(plan, [two, one]).last == two
