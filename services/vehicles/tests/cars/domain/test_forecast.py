import random
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.vehicles.domain.cars.forecast import (
    AVERAGE,
    HORIZON,
    DueRange,
    Rate,
    estimate_rate,
    forecast,
    position_on,
)
from services.vehicles.domain.cars.odometer import Reading
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
        assert rate.metres_a_day == pytest.approx(AVERAGE)
        assert (rate.credibility, rate.last) == (0.0, None)

    def test_one_reading_of_a_known_year_tells_the_life_so_far(self) -> None:
        rate = estimate_rate([reading(0, 240_000)], built_year=2020)
        assert rate.metres_a_year > 20_000_000

    def test_one_reading_alone_says_where_but_not_how_fast(self) -> None:
        rate = estimate_rate([reading(0, 80_000)])
        assert rate.metres_a_day == pytest.approx(AVERAGE)

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
        assert 0 < rate.metres_a_day < AVERAGE / 5
        assert ahead(rate, 15_000).on is None or days_until(ahead(rate, 15_000).on) > 1000

    def test_order_and_doubles_do_not_matter(self) -> None:
        ledger = [reading(300, 10_000), reading(100, 16_000), reading(0, 20_000)]
        shuffled = [ledger[2], ledger[0], ledger[1], reading(100, 16_000)]
        assert estimate_rate(ledger).metres_a_day == estimate_rate(shuffled).metres_a_day


class TestForecast:
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

    def test_silence_widens_it(self) -> None:
        last = reading(0, 50_000)
        rate = estimate_rate([reading(200, 43_000), last])
        soon, later = (
            forecast(rate, 60_000_000, start=last, today=TODAY + timedelta(days=quiet))
            for quiet in (0, 500)
        )
        assert soon.on == later.on
        assert soon.latest is not None
        assert later.latest is not None
        assert later.latest > soon.latest

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


class TestTheRangeHoldsWhatItPromises:
    """A fleet of simulated drivers: lognormal yearly distance, weekly noise, habits that change now and then, readings at random."""

    DRIVERS = 600

    def _driver(self, rng: random.Random) -> tuple[list[Reading], int, int]:
        """Readings so far, a distance still to go, and the days it then takes."""
        daily = 13_000 / 365 * rng.lognormvariate(-0.15, 0.55)
        history, wanted = rng.randrange(0, 900), rng.choice([3_000, 8_000, 15_000])
        position, at = 0.0, [0.0]
        while len(at) <= history or at[-1] < at[history] + wanted:
            if rng.random() < 1 / 700:
                daily *= rng.lognormvariate(0, 0.4)
            position += max(rng.gauss(daily, daily * 1.2), 0)
            at.append(position)
        count = rng.randrange(1, 8)
        days = sorted({0, history, *(rng.randrange(0, history + 1) for _ in range(count))})
        ledger = [reading(history - day, at[day]) for day in days[-count:]]
        return ledger, wanted, len(at) - 1 - history

    def test_eight_in_ten_fall_inside(self) -> None:
        rng = random.Random(20261122)
        inside = early = late = 0
        for _ in range(self.DRIVERS):
            ledger, wanted, taken = self._driver(rng)
            found = ahead(estimate_rate(ledger), wanted)
            due = TODAY + timedelta(days=taken)
            early += found.earliest is not None and due < found.earliest
            late += found.latest is not None and due > found.latest
            inside += not (
                (found.earliest is not None and due < found.earliest)
                or (found.latest is not None and due > found.latest)
            )
        share = inside / self.DRIVERS
        assert 0.78 <= share <= 0.92
        assert early / self.DRIVERS < 0.12
        assert late / self.DRIVERS < 0.12
