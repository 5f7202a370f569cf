from datetime import date

from services.vehicles.domain.cars.hours import minutes_a_day, minutes_a_year
from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.domain.cars.units import to_hours
from shared.ids import new_id


def read(on: date, hours: float) -> Reading:
    return Reading(new_id(), on, round(hours * 60))


def test_a_tractor_that_works_34_hours_and_a_half_in_19_days() -> None:
    """4,120.5 h on 1 June, 4,155.0 h on the 20th: 1.82 h a day."""
    found = minutes_a_day([read(date(2026, 6, 1), 4120.5), read(date(2026, 6, 20), 4155.0)])
    assert found is not None
    assert round(found / 60, 2) == 1.82


def test_recent_days_count_more() -> None:
    year = [read(date(2025, 1, 1), 0), read(date(2026, 1, 1), 365), read(date(2026, 7, 1), 365)]
    found = minutes_a_day(year)
    assert found is not None
    assert found < 60 * 365 / 546


def test_one_reading_tells_nothing() -> None:
    assert minutes_a_year([]) is None
    assert minutes_a_year([read(date(2026, 1, 1), 4000)]) is None


def test_as_the_meter_shows_it() -> None:
    assert [to_hours(minutes) for minutes in (0, 3, 6, 247_230, 2)] == [
        "0.0",
        "0.1",
        "0.1",
        "4120.5",
        "0.0",
    ]
