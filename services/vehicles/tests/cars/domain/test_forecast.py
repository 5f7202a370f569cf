from dataclasses import replace
from datetime import date, timedelta
from math import log

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.vehicles.domain.cars.driving import (
    DISTANCE,
    HOURS,
    one_a_day,
    stands_apart,
)
from services.vehicles.domain.cars.forecast import (
    HORIZON,
    DueRange,
    Rate,
    estimate_rate,
    forecast,
    position_on,
    should_ask,
)
from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.domain.cars.past import LENGTHS, Past
from shared.ids import new_id

TODAY = date(2026, 11, 22)


def reading(days_ago: float, kilometres: float) -> Reading:
    return Reading(new_id(), TODAY - timedelta(days=int(days_ago)), int(kilometres * 1000))


def ahead(rate: Rate, kilometres: float) -> DueRange:
    assert rate.last is not None
    return forecast(rate, rate.last.metres + int(kilometres * 1000), start=rate.last, today=TODAY)


def days_until(found: date | None) -> int:
    assert found is not None
    return (found - TODAY).days


class TestEstimateRate:
    def test_nothing_known_is_the_average_car(self) -> None:
        rate = estimate_rate([])
        assert rate.metres_a_day == pytest.approx(DISTANCE.a_day)
        assert (rate.credibility, rate.last) == (0.0, None)

    def test_one_reading_of_a_known_year_tells_the_life_so_far(self) -> None:
        rate = estimate_rate([reading(0, 240_000)], built_year=2020)
        assert rate.metres_a_year > 20_000_000

    def test_one_reading_alone_says_where_but_not_how_fast(self) -> None:
        rate = estimate_rate([reading(0, 80_000)])
        assert rate.metres_a_day == pytest.approx(DISTANCE.a_day)

    def test_a_years_ledger_outweighs_the_average(self) -> None:
        ledger = [reading(30 * month, 40_000 - 2_500 * month) for month in range(13)]
        rate = estimate_rate(ledger)
        assert rate.metres_a_year == pytest.approx(30_000_000, rel=0.12)

    def test_recent_months_count_more(self) -> None:
        quiet_then_busy = [reading(730, 10_000), reading(365, 15_000), reading(0, 45_000)]
        busy_then_quiet = [reading(730, 10_000), reading(365, 40_000), reading(0, 45_000)]
        assert (
            estimate_rate(quiet_then_busy).metres_a_day
            > 1.5 * estimate_rate(busy_then_quiet).metres_a_day
        )

    def test_a_weekend_trip_does_not_make_a_travelling_salesman(self) -> None:
        usual = [reading(360, 10_000), reading(180, 15_000), reading(2, 20_000)]
        rate = estimate_rate([*usual, reading(0, 21_600)])
        assert rate.metres_a_day < 1.35 * estimate_rate(usual).metres_a_day

    def test_an_idle_car_comes_near_a_stand(self) -> None:
        rate = estimate_rate([reading(400, 90_000), reading(200, 90_000), reading(0, 90_000)])
        assert 0 < rate.metres_a_day < DISTANCE.a_day / 5
        assert ahead(rate, 15_000).on is None or days_until(ahead(rate, 15_000).on) > 1000

    def test_order_and_doubles_do_not_matter(self) -> None:
        ledger = [reading(300, 10_000), reading(100, 16_000), reading(0, 20_000)]
        shuffled = [ledger[2], ledger[0], ledger[1], reading(100, 16_000)]
        assert estimate_rate(ledger).metres_a_day == estimate_rate(shuffled).metres_a_day


def after(ledger: list[Reading], kilometres: int) -> tuple[int, ...]:
    """Days after the last reading, of the earliest, the best guess and the latest."""
    found = ahead(estimate_rate(ledger), kilometres)
    return tuple(days_until(day) for day in (found.earliest, found.on, found.latest))


ONCE = [reading(0, 50_000)]
TWICE = [reading(60, 47_600), reading(0, 50_000)]
NO_RECORD = (Past(),) * len(LENGTHS)
EVEN = [reading(30 * month, 90_000 - 1_200 * month) for month in range(25)]
BY_TURNS = [reading(30 * month, 90_000 - 1_200 * month + 700 * (month % 2)) for month in range(25)]


def log_width(found: DueRange) -> float:
    return log(days_until(found.latest) / days_until(found.earliest))


class TestForecast:
    @pytest.mark.parametrize(
        ("ledger", "kilometres", "expected"),
        [
            (ONCE, 1_807, (20, 60, 185)),
            (ONCE, 5_421, (63, 180, 512)),
            (ONCE, 10_992, (130, 365, 1_023)),
            (TWICE, 2_290, (31, 60, 115)),
            (TWICE, 6_884, (103, 180, 315)),
            (TWICE, 13_980, (212, 365, 630)),
            (EVEN, 2_360, (49, 60, 74)),
            (EVEN, 7_115, (144, 180, 225)),
            (EVEN, 14_472, (289, 365, 461)),
        ],
    )
    def test_days_and_their_range(
        self, ledger: list[Reading], kilometres: int, expected: tuple[int, ...]
    ) -> None:
        """p = 60, 180 and 365 days of a car read once, twice, and each month for two years.

        Of the first by hand: W = 0, n = 1, f = (2.3 + 37) x 2 / 3 = 26.2 days; s² = 0.012 + 0.43 + 0.06 x 60 / 240 + 0.47 x 0.13 / 3
        + 0.34 x 26.2 / 60 = 0.626; 60 e^(±1.42 s) = 19.5 … 185.
        """
        assert after(ledger, kilometres) == expected

    def test_a_car_that_differs_from_month_to_month_has_a_wider_one(self) -> None:
        even, by_turns = after(EVEN, 2_360), after(BY_TURNS, 2_360)
        assert by_turns[2] - by_turns[0] > 1.3 * (even[2] - even[0])

    def test_as_wide_as_those_of_real_cars(self) -> None:
        """Of real cars the eight middle tenths of ln(actual / forecast) lay within ±0.40 up to 120 days, ±0.36 to 240, ±0.29 beyond
        (domain.md §5: a range of 40 … 89, 125 … 259 and 272 … 490 days); a car read at each fill that differs as they do gets about such.
        """
        ledger = [reading(15 * n, 90_000 - 600 * n + 450 * (n % 2)) for n in range(49)]
        for kilometres, usual in ((2_360, 0.40), (7_115, 0.36), (14_472, 0.29)):
            width = log_width(ahead(estimate_rate(ledger), kilometres))
            assert width / 2 == pytest.approx(usual, rel=0.2)

    def test_one_interval_is_no_evidence_of_an_even_driver(self) -> None:
        """The same rate and the same days: who was read twice might be anybody."""
        twice = [reading(720, 61_200), reading(0, 90_000)]
        assert after(EVEN, 7_115)[2] < after(twice, 7_115)[2]

    def test_a_year_that_was_not_seen_widens_what_lies_far(self) -> None:
        """Of one car, had it been watched half a year only: hardly wider for two weeks, and plainly so for a year."""
        known = replace(estimate_rate(EVEN), past=NO_RECORD)
        half = [each for each in EVEN if (TODAY - each.read_on).days <= 180]
        less = replace(known, weight=estimate_rate(half).weight)
        near, far = (
            log_width(ahead(less, kilometres)) / log_width(ahead(known, kilometres))
            for kilometres in (1_180, 14_472)
        )
        assert near < 1.25
        assert far == pytest.approx((0.0656 / 0.0342) ** 0.5, abs=0.02)

    def test_the_next_months_go_by_the_last_ones_and_years_by_the_long_run(self) -> None:
        """Two years of 20 km a day, then three months of 60."""
        ledger = [reading(90 + 30 * month, 50_000 - 600 * month) for month in range(25)]
        ledger += [reading(60 - 30 * month, 51_800 + 1_800 * month) for month in range(3)]
        (_, near, _), (_, far, _) = after(ledger, 1_000), after(ledger, 20_000)
        assert 1_000 / near > 1.2 * 20_000 / far

    def test_what_is_passed_is_due_where_it_was_passed(self) -> None:
        last = reading(3, 60_000)
        found = forecast(estimate_rate([last]), 59_000_000, start=last, today=TODAY)
        assert found == DueRange(last.read_on, last.read_on, last.read_on)

    def test_knowing_the_driver_narrows_the_range(self) -> None:
        unknown = estimate_rate([reading(0, 50_000)])
        known = estimate_rate([reading(30 * n, 50_000 - 1_070 * n) for n in range(24)])
        width = [
            days_until(ahead(rate, 5_000).latest) - days_until(ahead(rate, 5_000).earliest)
            for rate in (known, unknown)
        ]
        assert width[0] < width[1] / 2

    @pytest.mark.parametrize("silent", [0, 40, 500])
    def test_silence_is_part_of_the_days(self, silent: int) -> None:
        """All days count from the last reading: the longer nobody looked, the fewer are left."""
        last = reading(0, 50_000)
        rate = estimate_rate([reading(200, 43_000), last])
        found = forecast(rate, 60_000_000, start=last, today=TODAY + timedelta(days=silent))
        assert found == forecast(rate, 60_000_000, start=last, today=TODAY)

    def test_never_driven_for_six_months_has_no_date(self) -> None:
        rate = estimate_rate([reading(180 - 30 * month, 50_000) for month in range(7)])
        assert 500 <= rate.metres_a_day < 1_000
        assert ahead(rate, 10_000) == DueRange(None, None, None)

    def test_half_a_kilometre_a_day_has_no_date(self) -> None:
        rate = estimate_rate([reading(360, 49_820), reading(180, 49_910), reading(0, 50_000)])
        assert rate.metres_a_day == pytest.approx(500, rel=0.3)
        assert ahead(rate, 10_000) == DueRange(None, None, None)

    def test_beyond_ten_years_there_is_no_date(self) -> None:
        rate = estimate_rate([reading(1000, 50_000), reading(0, 50_010)])
        assert ahead(rate, 500_000).on is None
        assert ahead(rate, 50_000_000) == DueRange(None, None, None)


ledgers = st.lists(
    st.tuples(st.integers(0, 6_000), st.integers(0, 600_000)), min_size=0, max_size=20
).map(
    lambda pairs: [
        reading(days, kilometres)
        for days, kilometres in zip(
            sorted((days for days, _ in pairs), reverse=True),
            sorted(kilometres for _, kilometres in pairs),
            strict=True,
        )
    ]
)
years = st.none() | st.integers(1886, 2030)


class TestProperties:
    @given(ledgers, years, st.integers(1, 200_000))
    def test_there_is_always_an_ordered_range(
        self, ledger: list[Reading], year: int | None, kilometres: int
    ) -> None:
        rate = estimate_rate(ledger, built_year=year)
        assert rate.metres_a_day > 0
        assert 0 <= rate.credibility < 1
        start = rate.last or Reading(new_id(), TODAY, 0)
        found = forecast(rate, start.metres + kilometres * 1000, start=start, today=TODAY)
        if found.on is None:
            assert found.latest is None
            return
        assert found.earliest is not None
        assert start.read_on <= found.earliest <= found.on
        assert found.latest is None or found.on <= found.latest
        assert found.on <= start.read_on + HORIZON

    @given(ledgers, st.integers(1, 50_000), st.integers(1, 50_000))
    def test_further_is_never_sooner(self, ledger: list[Reading], one: int, more: int) -> None:
        assume(ledger)
        rate = estimate_rate(ledger)
        near, far = ahead(rate, one), ahead(rate, one + more)
        assert near.on is not None or far.on is None
        if near.on is not None and far.on is not None:
            assert near.on <= far.on

    @given(ledgers, st.integers(0, 3_000))
    def test_a_position_is_never_negative(self, ledger: list[Reading], days: int) -> None:
        position = position_on(estimate_rate(ledger), TODAY - timedelta(days=days))
        assert (position is None) == (not ledger)
        assert position is None or position >= 0


class TestHours:
    def test_a_tractors_hours_are_forecast_in_minutes(self) -> None:
        """4,120.5 h on 1 June, 4,155.0 h on 20 June: 1.82 h a day, 4,250 h about 11 August."""
        ledger = [
            Reading(new_id(), date(2026, 6, 1), 4_120 * 60 + 30),
            Reading(new_id(), date(2026, 6, 20), 4_155 * 60),
        ]
        rate = estimate_rate(ledger, typical=HOURS)
        found = forecast(rate, 4_250 * 60, start=ledger[1], today=date(2026, 6, 20))
        assert rate.metres_a_day / 60 == pytest.approx(1.82, abs=0.01)
        assert found.on == date(2026, 8, 11)

    def test_an_engine_nobody_has_read_twice_may_be_a_boats_or_a_diggers(self) -> None:
        start = Reading(new_id(), TODAY, 0)
        found = forecast(estimate_rate([], typical=HOURS), 250 * 60, start=start, today=TODAY)
        assert days_until(found.earliest) <= 0.25 * 365  # 1,000 h a year
        assert days_until(found.latest) >= 2.5 * 365  # 100 h a year


class TestWhatIsEnough:
    def test_ten_years_and_the_first_reading_tell_as_much_as_all(self) -> None:
        ledger = [
            reading(days, 300_000 - 37 * days - 90 * (days % 11)) for days in range(0, 5_000, 3)
        ]
        few = [each for each in ledger if (TODAY - each.read_on).days <= 3_660]
        assert estimate_rate([*few, ledger[-1]]) == estimate_rate(ledger)

    def test_of_fifty_thousand_readings_few_are_compared(self) -> None:
        ledger = [reading(days / 8, 400_000 - days * 5) for days in range(50_000, -1, -1)]
        assert len(stands_apart(one_a_day(ledger))) <= 251


def in_days(days: int | None) -> date | None:
    return None if days is None else TODAY + timedelta(days=days)


class TestShouldAsk:
    @pytest.mark.parametrize(
        ("days", "last_read", "last_asked", "expected"),
        [
            ((10, 40, 32), 31, None, True),  # 22 days wide, half of 40 is 20
            ((10, 40, 31), 31, None, False),  # 21 are not wider than 21
            ((10, 40, 32), 30, None, False),  # read 30 days ago
            ((60, 100, 110), 45, None, False),  # 50 days wide, half of 100
            ((60, 100, 111), 45, None, True),
            ((60, 100, 111), 45, 13, False),  # asked 13 days ago
            ((60, 100, 111), 45, 14, True),
            ((60, 100, 111), None, None, True),  # never read at all
            ((-60, -20, -30), 200, None, True),  # by the guess it is past
            ((-60, -20, -40), 200, None, False),
            ((900, 2_000, None), 45, None, True),  # the latest lies beyond ten years
            ((None, None, None), 45, None, False),  # no date: planned by time only
        ],
    )
    def test_only_if_it_would_tell_better(
        self,
        days: tuple[int | None, int | None, int | None],
        last_read: int | None,
        last_asked: int | None,
        expected: bool,
    ) -> None:
        earliest, on, latest = map(in_days, days)
        asked = should_ask(
            DueRange(earliest, on, latest),
            is_distance_first=True,
            read_on=None if last_read is None else in_days(-last_read),
            asked_on=None if last_asked is None else in_days(-last_asked),
            is_laid_up=False,
            today=TODAY,
        )
        assert asked is expected

    @pytest.mark.parametrize(
        ("is_distance_first", "is_laid_up"), [(False, False), (True, True), (False, True)]
    )
    def test_never_of_a_date_and_never_while_laid_up(
        self, is_distance_first: bool, is_laid_up: bool
    ) -> None:
        assert not should_ask(
            DueRange(in_days(60), in_days(100), in_days(300)),
            is_distance_first=is_distance_first,
            read_on=in_days(-100),
            asked_on=None,
            is_laid_up=is_laid_up,
            today=TODAY,
        )
