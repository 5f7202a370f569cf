from dataclasses import replace
from datetime import date, timedelta
from math import log
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.care.beats import (
    Done,
    Due,
    DueBy,
    PlanMode,
    Rule,
    add_months,
    next_due,
)
from services.vehicles.domain.care.plans import (
    LONGEST_DISTANCE_LEAD,
    Forecast,
    Urgency,
    first_of,
    plan_forecast,
    urgency,
)
from services.vehicles.domain.cars.driving import HOURS, Pace
from services.vehicles.domain.cars.forecast import DueRange, Rate, estimate_rate
from services.vehicles.domain.cars.odometer import Reading
from shared.ids import new_id

TODAY = date(2026, 11, 22)
KM = 1000


def rule(
    mode: PlanMode = PlanMode.FLOATING,
    *,
    km: int | None = 15_000,
    months: int | None = 12,
    start: date = date(2025, 1, 31),
    start_km: int | None = 40_000,
    assumed: bool = False,
) -> Rule:
    return Rule(
        mode=mode,
        every_metres=km * KM if km else None,
        every_months=months,
        start_on=start,
        start_metres=None if start_km is None else start_km * KM,
        start_is_assumed=assumed,
    )


def done(on: date, km: int | None = None) -> Done:
    return Done(new_id(), on, None if km is None else km * KM)


def forecast(plan: Rule, history: list[Done], ledger: list[tuple[date, int]]) -> Forecast:
    rate = estimate_rate([Reading(new_id(), on, km * KM) for on, km in ledger])
    return plan_forecast(plan, next_due(plan, history), rate=rate, today=TODAY)


class TestAddMonths:
    def test_the_end_of_a_month_stays_its_end(self) -> None:
        assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
        assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
        assert add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)

    @given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 240))
    def test_forward_is_later_and_in_the_right_month(self, day: date, months: int) -> None:
        later = add_months(day, months)
        assert later > day
        assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months


class TestFloating:
    def test_it_begins_at_its_start(self) -> None:
        due = next_due(rule(), [])
        assert (due.on, due.metres) == (date(2026, 1, 31), 55_000_000)

    def test_it_counts_from_the_day_the_work_was_done(self) -> None:
        due = next_due(rule(), [done(date(2025, 11, 3), 51_000)])
        assert (due.on, due.metres) == (date(2026, 11, 3), 66_000_000)

    def test_what_was_done_before_the_start_does_not_count(self) -> None:
        assert next_due(rule(), [done(date(2024, 5, 1), 30_000)]).last is None

    def test_unless_the_start_was_only_assumed(self) -> None:
        due = next_due(rule(assumed=True), [done(date(2024, 5, 1), 30_000)])
        assert due.on == date(2025, 5, 1)

    def test_work_without_a_mileage_moves_the_date_alone_and_says_so(self) -> None:
        due = next_due(rule(), [done(date(2025, 11, 3))])
        assert (due.on, due.metres) == (date(2026, 11, 3), 55_000_000)
        assert due.unmoved == {DueBy.DISTANCE}


class TestFixed:
    def test_early_or_late_it_keeps_its_beat(self) -> None:
        plan = rule(PlanMode.FIXED)
        for day in (date(2026, 1, 10), date(2026, 1, 31), date(2026, 3, 2)):
            due = next_due(plan, [done(day, 54_000)])
            assert (due.on, due.metres) == (date(2027, 1, 31), 70_000_000)

    def test_years_late_it_falls_on_the_next_beat(self) -> None:
        due = next_due(rule(PlanMode.FIXED), [done(date(2028, 6, 1), 99_000)])
        assert (due.on, due.metres) == (date(2029, 1, 31), 115_000_000)  # 99,000 is nearer 100,000

    def test_done_twice_in_a_month_is_one_beat(self) -> None:
        plan = rule(PlanMode.FIXED)
        twice = [done(date(2026, 1, 30), 54_900), done(date(2026, 2, 15), 55_600)]
        assert next_due(plan, twice).on == date(2027, 1, 31)


dones = st.lists(
    st.builds(done, st.dates(date(2020, 1, 1), TODAY), st.none() | st.integers(0, 300_000)),
    max_size=8,
)
rules = st.builds(
    rule,
    st.sampled_from(list(PlanMode)),
    km=st.none() | st.integers(1, 200_000),
    months=st.integers(1, 240),
    start=st.dates(date(1990, 1, 1), TODAY),
    start_km=st.none() | st.integers(0, 300_000),
    assumed=st.booleans(),
)


class TestSchedule:
    @given(rules, dones, st.randoms(use_true_random=False))
    def test_the_order_of_arrival_does_not_matter(
        self, plan: Rule, history: list[Done], rng: object
    ) -> None:
        shuffled = list(history)
        rng.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis' Random
        assert next_due(plan, history) == next_due(plan, shuffled)

    @given(rules, dones)
    def test_the_next_date_lies_after_the_last_work(self, plan: Rule, history: list[Done]) -> None:
        due = next_due(plan, history)
        assert due.on is not None
        if due.last is not None:
            assert due.on > due.last.on
            if plan.every_metres and due.metres is not None and due.last.metres is not None:
                assert due.metres > due.last.metres or plan.mode is PlanMode.FIXED

    @given(rules, dones)
    def test_closing_never_brings_the_date_forward(self, plan: Rule, history: list[Done]) -> None:
        before = next_due(plan, history)
        assert before.on is not None
        after = next_due(plan, [*history, done(max(before.on, plan.start_on), None)])
        assert after.on is not None
        assert after.on > before.on

    @given(rules, dones, st.lists(st.integers(0, 400_000), max_size=6))
    def test_there_is_always_a_range_with_the_guess_inside(
        self, plan: Rule, history: list[Done], odometer: list[int]
    ) -> None:
        ledger = [
            (TODAY - timedelta(days=40 * n), km)
            for n, km in enumerate(sorted(odometer, reverse=True))
        ]
        found = forecast(plan, history, ledger)
        assert found.range.earliest is not None
        assert found.range.on is not None
        assert found.range.latest is not None
        assert found.range.earliest <= found.range.on <= found.range.latest
        assert found.remind_on is not None
        assert found.remind_on <= found.range.on


class TestForecast:
    def test_whichever_comes_first(self) -> None:
        plan = rule(start=date(2026, 6, 1), start_km=50_000)
        often = [(date(2026, 6, 1), 50_000), (date(2026, 11, 1), 63_000)]
        seldom = [(date(2026, 6, 1), 50_000), (date(2026, 11, 1), 51_000)]
        assert forecast(plan, [], often).by is DueBy.DISTANCE
        found = forecast(plan, [], seldom)
        assert (found.by, found.range.on) == (DueBy.TIME, date(2027, 6, 1))
        assert found.range.latest == date(2027, 6, 1)

    def test_no_reading_at_all_still_gives_a_day(self) -> None:
        found = forecast(rule(start_km=None, months=None, start=TODAY), [], [])
        assert found.range.on is not None
        assert found.by is DueBy.DISTANCE

    def test_the_lead_begins_by_days_or_by_distance(self) -> None:
        by_time = forecast(rule(km=None, start=date(2026, 1, 31)), [], [])
        assert by_time.remind_on == date(2027, 1, 31) - timedelta(days=30)
        slow = [(date(2025, 11, 1), 50_000), (date(2026, 11, 1), 54_000)]
        found = forecast(rule(months=None, start_km=40_000), [], slow)
        assert found.range.on is not None
        assert found.remind_on is not None
        lead = (found.range.on - found.remind_on).days
        assert 30 < lead <= LONGEST_DISTANCE_LEAD

    def test_months_only_is_certain(self) -> None:
        found = forecast(rule(km=None), [], [])
        assert found.range.earliest == found.range.on == found.range.latest


class TestUrgency:
    def _of(self, due: Due, found: Forecast, metres: int | None = None) -> Urgency:
        return urgency(due, found, today=TODAY, metres=metres)

    def test_overdue_soon_later(self) -> None:
        for start, wanted in (
            (date(2025, 1, 1), Urgency.OVERDUE),
            (date(2025, 12, 1), Urgency.SOON),
            (date(2026, 9, 1), Urgency.LATER),
        ):
            plan = rule(km=None, start=start)
            assert self._of(next_due(plan, []), forecast(plan, [], [])) is wanted

    def test_the_odometer_alone_makes_it_overdue(self) -> None:
        plan = rule(months=None, start=TODAY)
        due = next_due(plan, [])
        found = forecast(plan, [], [(TODAY, 56_000)])
        assert self._of(due, found, 56_000_000) is Urgency.OVERDUE


def test_ids_break_ties_the_same_way_every_time() -> None:
    one = Done(UUID(int=1), date(2026, 1, 1), None)
    two = Done(UUID(int=2), date(2026, 1, 1), None)
    assert next_due(rule(), [one, two]).last == next_due(rule(), [two, one]).last == two


def at(metres_a_day: float, last: Reading) -> Rate:
    """A car that is known to go so far a day."""
    pace = Pace(log(metres_a_day), log(metres_a_day))
    return replace(estimate_rate([]), pace=pace, last=last)


class TestTheExamplesOfTheDomain:
    """§4 and §5."""

    DONE = Done(new_id(), date(2026, 3, 10), 60_000 * KM)
    READ = Reading(new_id(), date(2026, 11, 1), 69_400 * KM)

    def _of(self, a_day: int) -> Forecast:
        due = next_due(rule(), [self.DONE])
        return plan_forecast(rule(), due, rate=at(a_day * KM, self.READ), today=date(2026, 11, 1))

    def test_at_40_km_a_day_time_is_first(self) -> None:
        found = self._of(40)
        assert (found.by, found.range.on) == (DueBy.TIME, date(2027, 3, 10))
        distance_alone = rule(months=None)
        far = plan_forecast(
            distance_alone,
            next_due(distance_alone, [self.DONE]),
            rate=at(40 * KM, self.READ),
            today=date(2026, 11, 1),
        )
        assert far.range.on == date(2027, 3, 21)

    def test_at_60_km_a_day_distance_is_first(self) -> None:
        found = self._of(60)
        assert (found.by, found.range.on) == (DueBy.DISTANCE, date(2027, 2, 2))

    def test_250_hours_or_12_months(self) -> None:
        plan = replace(rule(km=None), every_minutes=250 * 60)
        done_at_4000_hours = Done(new_id(), date(2026, 1, 10), None, 4_000 * 60)
        due = next_due(plan, [done_at_4000_hours])
        assert (due.on, due.minutes) == (date(2027, 1, 10), 4_250 * 60)
        readings = [
            Reading(new_id(), date(2026, 6, 1), round(4_120.5 * 60)),
            Reading(new_id(), date(2026, 6, 20), round(4_155.0 * 60)),
        ]
        running = estimate_rate(readings, typical=HOURS)
        assert round(running.metres_a_day / 60, 2) == 1.82
        found = plan_forecast(
            plan, due, rate=estimate_rate([]), today=date(2026, 6, 20), running=running
        )
        assert (found.by, found.range.on) == (DueBy.HOURS, date(2026, 8, 11))

    def test_a_certain_date_cuts_the_range(self) -> None:
        by_time = DueRange(*[date(2027, 3, 10)] * 3)
        by_distance = DueRange(date(2027, 1, 2), date(2027, 2, 20), date(2027, 5, 20))
        cut = first_of([by_time, by_distance])
        assert (cut.earliest, cut.latest) == (date(2027, 1, 2), date(2027, 3, 10))

    def test_soon_begins_by_whichever_lead_is_first(self) -> None:
        """30 days, 1,000 km or 10 h; a meter that stands within its lead is a fact."""
        assert self._of(60).remind_on == date(2027, 2, 2) - timedelta(days=30)
        near = Reading(new_id(), date(2026, 11, 1), 74_100 * KM)
        found = plan_forecast(
            rule(), next_due(rule(), [self.DONE]), rate=at(1 * KM, near), today=date(2026, 11, 2)
        )
        assert found.remind_on == date(2026, 11, 1)

    def test_states_later_soon_due_overdue(self) -> None:
        plan = rule(km=None)
        due = next_due(plan, [Done(new_id(), date(2025, 12, 1), None)])
        for today, wanted in (
            (date(2026, 10, 31), Urgency.LATER),
            (date(2026, 11, 1), Urgency.SOON),
            (date(2026, 11, 30), Urgency.SOON),
            (date(2026, 12, 1), Urgency.DUE),
            (date(2026, 12, 2), Urgency.OVERDUE),
        ):
            found = plan_forecast(plan, due, rate=estimate_rate([]), today=today)
            assert urgency(due, found, today=today, metres=None) is wanted

    def test_the_hour_meter_alone_makes_it_overdue(self) -> None:
        due = Due(None, None, None, TODAY, None, minutes=4_250 * 60)
        found = Forecast(DueRange(None, None, None), None, None)
        for minutes, wanted in ((4_249 * 60, Urgency.LATER), (4_250 * 60, Urgency.OVERDUE)):
            assert urgency(due, found, today=TODAY, metres=None, minutes=minutes) is wanted
