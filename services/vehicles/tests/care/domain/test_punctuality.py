from datetime import date, timedelta

import pytest

from services.vehicles.domain.care.beats import Done, PlanMode, Rule, Skip, Step, follow
from services.vehicles.domain.care.punctuality import Score, is_on_time, lateness, score
from shared.ids import new_id

TODAY = date(2026, 11, 30)
KM = 1000
YEARLY = Rule(
    mode=PlanMode.FLOATING,
    every_metres=15_000 * KM,
    every_months=12,
    start_on=date(2025, 6, 1),
    start_metres=0,
)


def done(on: date, km: int | None = None) -> Done:
    return Done(new_id(), on, None if km is None else km * KM)


class TestLateness:
    @pytest.mark.parametrize(
        ("on", "km", "verdict"),
        [
            (date(2026, 5, 1), 9_000, True),
            (date(2026, 6, 1), 15_000, True),
            (date(2026, 7, 7), 15_000, True),  # 36 days of 365
            (date(2026, 7, 8), 15_000, False),  # 37
            (date(2026, 5, 1), 16_500, True),  # a tenth of the distance
            (date(2026, 5, 1), 16_501, False),
            (date(2026, 7, 7), None, True),
        ],
    )
    def test_a_tenth_of_the_interval_on_every_threshold(
        self, on: date, km: int | None, verdict: bool
    ) -> None:
        [closing] = follow(YEARLY, [done(on, km)])[1]
        assert is_on_time(YEARLY, closing) is verdict

    def test_how_late_it_was(self) -> None:
        [closing] = follow(YEARLY, [done(date(2026, 6, 11), 14_000)])[1]
        late = lateness(closing)
        assert (late.days, late.metres, late.minutes) == (10, -1_000 * KM, None)

    def test_a_start_nobody_said_a_skip_and_work_done_twice_say_nothing(self) -> None:
        assumed = Rule(PlanMode.FLOATING, None, 12, date(2020, 1, 1), None, start_is_assumed=True)
        [closing] = follow(assumed, [done(date(2026, 1, 1))])[1]
        assert is_on_time(assumed, closing) is None
        left_out = Skip(new_id(), date(2026, 6, 1), date(2026, 6, 1), None)
        fixed = Rule(PlanMode.FIXED, None, 12, date(2025, 6, 1), None)
        twice: list[Step] = [left_out, done(date(2027, 6, 1)), done(date(2027, 6, 9))]
        verdicts = [is_on_time(fixed, closing) for closing in follow(fixed, twice)[1]]
        assert verdicts == [None, True, None]


class TestScore:
    def test_the_share_of_the_last_24_months(self) -> None:
        history = [
            done(date(2026, 6, 1), 15_000),
            done(date(2026, 11, 1), 40_000),
            done(TODAY + timedelta(days=1), 40_100),
        ]
        judged = [(YEARLY, closing) for closing in follow(YEARLY, history)[1]]
        found = score(judged, today=TODAY)
        assert (found.closed, found.on_time, found.share) == (2, 1, 0.5)
        assert score(judged, today=date(2028, 6, 1)) == Score(closed=2, on_time=1)
        assert score(judged, today=date(2030, 6, 1)).share is None
