from datetime import date, timedelta

import pytest

from services.vehicles.domain.cars.odometer import (
    Doubt,
    Meter,
    MeterKind,
    Reading,
    ReadingSource,
    current,
    own_doubts,
    trip_differs,
    weight_of,
)
from shared.ids import new_id

TODAY = date(2026, 11, 22)


def doubts(value: int, on: date = TODAY, meter: Meter = Meter.DISTANCE) -> list[Doubt]:
    return own_doubts(value, on, meter=meter, today=TODAY, built_year=2015)


class TestOwnDoubts:
    def test_tomorrow_is_today_somewhere_and_the_day_after_is_not(self) -> None:
        assert doubts(70_000_000, TODAY + timedelta(days=1)) == []
        assert doubts(70_000_000, TODAY + timedelta(days=2)) == [Doubt.FUTURE]

    @pytest.mark.parametrize(
        ("meter", "most"), [(Meter.DISTANCE, 3_000_000_000), (Meter.HOURS, 30_000_000)]
    )
    def test_no_meter_ever_showed_more(self, meter: Meter, most: int) -> None:
        assert doubts(most, meter=meter) == []
        assert doubts(most + 1, meter=meter) == [Doubt.TOO_HIGH]

    def test_no_reading_is_older_than_the_car(self) -> None:
        assert doubts(10, date(2014, 1, 1)) == []
        assert doubts(10, date(2013, 12, 31)) == [Doubt.BEFORE_THE_CAR]


class TestWeights:
    def test_papers_count_more_than_what_was_typed(self) -> None:
        order = ["stated", "manual", "maintenance", "document"]
        weights = [weight_of(ReadingSource(each), vouched=False, derived=False) for each in order]
        assert weights == [1, 2, 3, 4]
        same = ("fuel", "import", "telematics")
        assert {weight_of(ReadingSource(each), vouched=False, derived=False) for each in same} == {
            2
        }

    def test_what_was_worked_out_gives_way_to_what_was_read(self) -> None:
        assert weight_of(ReadingSource.FUEL, vouched=False, derived=True) == 1

    def test_its_owners_word_outweighs_all(self) -> None:
        assert weight_of(ReadingSource.STATED, vouched=True, derived=True) > 200_000


class TestTrip:
    @pytest.mark.parametrize(
        ("typed", "trip", "differs"),
        [(103, 100, False), (104, 100, True), (1_020, 1_000, False), (1_021, 1_000, True)],
    )
    def test_three_kilometres_or_two_percent(self, typed: int, trip: int, *, differs: bool) -> None:
        before = 60_000_000
        assert trip_differs(before + typed * 1000, before + trip * 1000, trip * 1000) is differs


class TestMeters:
    def test_what_a_vehicle_is_fitted_with(self) -> None:
        assert [kind.has(Meter.HOURS) for kind in MeterKind] == [False, True, True]
        assert [kind.has(Meter.DISTANCE) for kind in MeterKind] == [True, False, True]


class TestCurrent:
    def test_the_car_stands_where_the_last_day_says(self) -> None:
        days = [(TODAY, 65_000), (date(2025, 1, 1), 50_000), (TODAY, 65_200)]
        ledger = [Reading(new_id(), on, km * 1000) for on, km in days]
        latest = current(ledger)
        assert latest is not None
        assert latest.metres == 65_200_000
        assert current([]) is None
