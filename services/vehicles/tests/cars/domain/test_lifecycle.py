from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.cars.lifecycle import Lifecycle, Phase, Span, spans

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def test_a_winter_in_the_barn() -> None:
    phases = [
        Phase(Lifecycle.LAID_UP, date(2025, 11, 1)),
        Phase(Lifecycle.ACTIVE, date(2026, 4, 1)),
        Phase(Lifecycle.LAID_UP, date(2026, 11, 1)),
    ]
    assert spans(phases, Lifecycle.LAID_UP) == [
        Span(date(2025, 11, 1), date(2026, 4, 1)),
        Span(date(2026, 11, 1), None),
    ]


def test_of_two_moves_of_one_day_the_later_given_counts() -> None:
    day = date(2026, 5, 1)
    phases = [Phase(Lifecycle.LAID_UP, day), Phase(Lifecycle.ACTIVE, day)]
    assert spans(phases, Lifecycle.LAID_UP) == []


@given(st.lists(st.tuples(st.sampled_from(Lifecycle), DAYS), max_size=12))
def test_spans_of_all_states_cover_the_time_once(moves: list[tuple[Lifecycle, date]]) -> None:
    phases = [Phase(state, since) for state, since in moves]
    found = sorted(
        (span for state in Lifecycle for span in spans(phases, state)), key=lambda span: span.since
    )
    assert [span.until for span in found[:-1]] == [span.since for span in found[1:]]
    assert not found or (found[0].since, found[-1].until) == (min(d for _, d in moves), None)
