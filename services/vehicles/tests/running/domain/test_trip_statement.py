"""Domain page §12: the yearly statement, and gaps that no trip explains."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.domain.running.trip_statement import (
    Gap,
    Statement,
    Terms,
    TripMade,
    gaps_of,
    statement_of,
)
from shared.ids import new_id

KM = 1000
FRENCH = Terms("FR", "car", 5, is_electric=False)


def trip(day: str, km: int, *, business: bool = True, since: int | None = None) -> TripMade:
    start = None if since is None else since * KM
    end = None if start is None else start + km * KM
    return TripMade(date.fromisoformat(day), km * KM, business, "client", start, end)


def read(day: str, km: int) -> Reading:
    return Reading(new_id(), date.fromisoformat(day), km * KM)


def stated(*trips: TripMade, terms: Terms = FRENCH, year: int = 2025) -> Statement:
    return statement_of(year, trips, [], terms)


def test_the_kilometres_of_the_year_decide() -> None:
    found = stated(trip("2025-02-01", 7_000), trip("2025-11-01", 5_000), trip("2024-12-31", 900))
    assert found.total is not None
    assert str(found.total.amount) == "5679.00"
    assert found.business_metres == 12_000 * KM


def test_private_trips_count_for_nothing() -> None:
    found = stated(trip("2025-02-01", 100), trip("2025-02-02", 40, business=False))
    assert (found.business_metres, found.private_metres) == (100 * KM, 40 * KM)
    assert [each.metres for each in found.purposes] == [100 * KM, 40 * KM]


def test_days_without_a_scale_are_told() -> None:
    spanish = Terms("ES", "car", None, is_electric=False)
    found = stated(trip("2023-07-16", 100), trip("2023-07-17", 100), terms=spanish, year=2023)
    assert found.uncounted_metres == 100 * KM
    assert found.total is not None
    assert str(found.total.amount) == "26.00"
    nowhere = Terms(None, None, None, is_electric=False)
    assert stated(trip("2025-07-16", 100), terms=nowhere).uncounted_metres == 100 * KM


def test_without_the_fiscal_power_there_is_no_total() -> None:
    unsaid = Terms("FR", "car", None, is_electric=False)
    found = stated(trip("2025-07-16", 100), terms=unsaid)
    assert (found.total, found.counted[0].amount) == (None, None)


LEDGER = [read("2025-01-01", 10_000), read("2025-02-01", 11_000), read("2025-03-01", 11_500)]


def test_gaps_of_the_ledger_are_listed_not_filled() -> None:
    trips = [
        trip("2025-01-10", 300, since=10_100),
        trip("2025-01-20", 200),
        trip("2025-02-03", 500),
    ]
    [gap] = gaps_of(LEDGER, trips, 2025)
    assert gap == Gap(date(2025, 1, 1), date(2025, 2, 1), 10_000 * KM, 11_000 * KM, 500 * KM)


def test_a_kilometre_is_explained_once() -> None:
    twice = [trip("2025-01-10", 300, since=10_100), trip("2025-01-11", 300, since=10_200)]
    gaps = list(gaps_of(LEDGER, twice, 2025))
    assert [gap.metres for gap in gaps] == [600 * KM, 500 * KM]


def test_less_than_a_kilometre_is_no_gap() -> None:
    ledger = [read("2025-01-01", 10), read("2025-01-02", 20)]
    made = TripMade(date(2025, 1, 2), 9_001, is_business=True, purpose="x")
    assert list(gaps_of(ledger, [made], 2025)) == []


DAYS = st.dates(date(2025, 1, 1), date(2025, 12, 31))
TRIPS = st.lists(st.builds(TripMade, DAYS, st.integers(0, 10**6), st.booleans(), st.just("x")))


@given(TRIPS)
def test_all_that_was_driven_is_in_one_sum(trips: list[TripMade]) -> None:
    found = statement_of(2025, trips, [], FRENCH)
    assert found.business_metres + found.private_metres == sum(each.metres for each in trips)
    assert sum(each.metres for each in found.purposes) == sum(each.metres for each in trips)
    counted = sum(each.metres for each in found.counted) + found.uncounted_metres
    assert counted == found.business_metres
