from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.cars.odometer import (
    Doubt,
    Reading,
    ReadingStatus,
    Verdict,
    current,
    judge,
)
from shared.ids import new_id

TODAY = date(2026, 11, 22)


def reading(on: date, kilometres: int) -> Reading:
    return Reading(new_id(), on, kilometres * 1000)


LEDGER = [reading(date(2025, 1, 1), 50_000), reading(date(2026, 1, 1), 65_000)]


def judged(kilometres: int, on: date, ledger: list[Reading] = LEDGER) -> Verdict:
    return judge(kilometres * 1000, on, ledger=ledger, today=TODAY, built_year=2015)


class TestJudge:
    def test_what_fits_is_accepted(self) -> None:
        assert judged(70_000, date(2026, 6, 1)).status is ReadingStatus.ACCEPTED
        assert judged(58_000, date(2025, 6, 1)).doubts == ()

    def test_running_backwards_is_doubted_and_names_the_other(self) -> None:
        verdict = judged(60_000, date(2026, 6, 1))
        assert verdict.doubts == (Doubt.BACKWARDS,)
        assert verdict.conflicts == (LEDGER[1].id,)

    def test_an_old_paper_above_todays_reading_is_doubted(self) -> None:
        assert judged(70_000, date(2025, 6, 1)).doubts == (Doubt.AHEAD,)

    def test_a_digit_too_many_is_too_fast(self) -> None:
        assert judged(650_000, date(2026, 2, 1)).doubts == (Doubt.TOO_FAST,)

    def test_a_long_day_is_no_crime(self) -> None:
        assert judged(66_400, date(2026, 1, 2)).doubts == ()

    def test_future_and_absurd(self) -> None:
        assert Doubt.FUTURE in judged(70_000, TODAY + timedelta(days=1)).doubts
        assert judged(5_000_000, TODAY, []).doubts == (Doubt.TOO_HIGH,)
        assert judged(10, date(1999, 1, 1), []).doubts == (Doubt.BEFORE_THE_CAR,)

    def test_what_was_typed_without_a_day_gives_way_to_a_dated_reading(self) -> None:
        stated = Reading(new_id(), TODAY, 58_000_000, is_rough=True)
        verdict = judged(58_240, date(2026, 11, 12), [stated])
        assert (verdict.doubts, verdict.replaces) == ((), (stated.id,))
        assert judged(68_240, date(2026, 11, 12), [stated]).doubts == (Doubt.AHEAD,)
        dated = reading(date(2026, 11, 20), 58_100)
        verdict = judged(58_240, date(2026, 11, 12), [stated, dated])
        assert verdict.doubts == (Doubt.AHEAD,)
        assert set(verdict.conflicts) == {stated.id, dated.id}

    def test_the_first_reading_has_nothing_to_contradict(self) -> None:
        assert judged(240_000, TODAY, []).status is ReadingStatus.ACCEPTED


days = st.dates(date(2015, 1, 1), TODAY)
entries = st.lists(st.tuples(days, st.integers(0, 400_000), st.booleans()), max_size=25)
Entries = list[tuple[date, int, bool]]


class TestLedger:
    @given(entries)
    def test_accepted_readings_never_run_backwards(self, entries: Entries) -> None:
        """Whatever is thrown at it, in whatever order."""
        ledger: list[Reading] = []
        for on, kilometres, is_rough in entries:
            verdict = judged(kilometres, on, ledger)
            if verdict.status is ReadingStatus.ACCEPTED:
                ledger = [each for each in ledger if each.id not in verdict.replaces]
                ledger.append(Reading(new_id(), on, kilometres * 1000, is_rough=is_rough))
        for one in ledger:
            assert all(
                one.metres <= other.metres for other in ledger if one.read_on < other.read_on
            )

    @given(entries)
    def test_the_car_stands_where_the_last_day_says(self, entries: Entries) -> None:
        ledger = [reading(on, kilometres) for on, kilometres, _ in entries]
        latest = current(ledger)
        assert (latest is None) == (not ledger)
        if latest is not None:
            assert latest.read_on == max(each.read_on for each in ledger)
