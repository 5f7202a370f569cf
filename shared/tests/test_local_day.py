from datetime import UTC, date, datetime, timedelta

import pytest

from shared.clock import FixedClock
from shared.db.unit_of_work import UnitOfWork
from shared.local_day import (
    daytime_from,
    is_daytime,
    latest_day,
    local_day,
    morning_of,
    utc_day,
    zone_named,
)


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Pacific/Kiritimati", "2026-11-29T09:59", "2026-11-29"),
        ("Pacific/Kiritimati", "2026-11-29T10:00", "2026-11-30"),
        ("Etc/GMT-14", "2026-11-29T10:00", "2026-11-30"),
        ("Etc/GMT+12", "2026-11-30T11:59", "2026-11-29"),
        ("Etc/GMT+12", "2026-11-30T12:00", "2026-11-30"),
        ("Europe/Paris", "2026-03-28T22:59", "2026-03-28"),
        ("Europe/Paris", "2026-03-29T21:59", "2026-03-29"),  # the day of 23 hours
        ("Europe/Paris", "2026-03-29T22:00", "2026-03-30"),
        ("America/Santiago", "2026-09-06T03:59", "2026-09-05"),
        ("America/Santiago", "2026-09-06T04:00", "2026-09-06"),  # midnight is left out: it is 01:00
        ("Pacific/Apia", "2011-12-30T09:59", "2011-12-29"),
        ("Pacific/Apia", "2011-12-30T10:00", "2011-12-31"),  # 30 December 2011 never was
    ],
)
def test_a_day_is_where_one_lives(zone: str, moment: str, day: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert local_day(at, zone) == date.fromisoformat(day)


@pytest.mark.parametrize("name", [None, "", "Nowhere/Land", "../../etc/passwd", "\x00", "x" * 5000])
def test_an_unknown_zone_is_the_houses(name: str | None) -> None:
    assert zone_named(name).key == "Europe/Paris"


def test_the_latest_day_is_kiritimatis() -> None:
    for hours in range(48):
        now = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=hours)
        assert latest_day(now) == local_day(now, "Pacific/Kiritimati")
        assert utc_day(now) == local_day(now, "Etc/UTC")


def test_each_zone_has_one_daytime_a_day() -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Europe/Paris"):
        awake = [
            minutes
            for minutes in range(0, 24 * 60, 5)
            if is_daytime(datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=minutes), zone)
        ]
        assert len(awake) == 12 * 12
    now = datetime(2026, 6, 1, 20, tzinfo=UTC)
    assert is_daytime(now, "Pacific/Pago_Pago")
    assert not is_daytime(now, "Europe/Paris")


@pytest.mark.parametrize(
    ("now", "day", "told"),
    [
        ("2026-10-31T10:00", "2026-11-01", "2026-11-01T08:00"),  # nine o'clock there, in winter
        ("2026-10-24T10:00", "2026-10-25", "2026-10-25T08:00"),  # the night of 25 hours
        ("2026-03-28T10:00", "2026-03-29", "2026-03-29T07:00"),  # and that of 23
        ("2026-11-01T12:00", "2026-11-01", "2026-11-01T12:00"),
        ("2026-11-01T20:30", "2026-11-01", "2026-11-02T08:00"),
        ("2026-11-02T02:00", "2026-11-01", "2026-11-02T08:00"),
    ],
)
def test_what_is_not_urgent_waits_for_the_day(now: str, day: str, told: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = daytime_from(date.fromisoformat(day), now=moment, zone="Europe/Paris")
    assert found == datetime.fromisoformat(told).replace(tzinfo=UTC)


def test_nobody_is_given_a_day_by_chance() -> None:
    work = UnitOfWork.__new__(UnitOfWork)
    work.clock, work._zone = FixedClock(datetime(2026, 11, 29, 16, 21, tzinfo=UTC)), None
    with pytest.raises(RuntimeError, match="whose day"):
        _ = work.today
    work.stand_in("Pacific/Auckland")
    assert work.today == date(2026, 11, 30)
    work.stand_nowhere()  # as before each message
    with pytest.raises(RuntimeError, match="whose day"):
        _ = work.today


@pytest.mark.parametrize(
    ("place", "zone", "morning"),
    [
        ("Europe/Paris", "Europe/Paris", "2026-11-30"),
        (None, None, "2026-11-30"),
        ("Pacific/Auckland", "Europe/Paris", "2026-11-30"),  # since noon of the 29th
        ("Pacific/Tahiti", "Europe/Paris", "2026-12-01"),  # since 11:00 of the 30th
        ("Europe/Paris", "Pacific/Tahiti", "2026-11-30"),
        ("Europe/Paris", "Pacific/Auckland", "2026-12-01"),  # since noon of the 30th
        ("Pacific/Kiritimati", "Etc/GMT+12", "2026-11-29"),  # since 22:00 of the 28th
    ],
)
def test_on_somebodys_morning_it_is_that_day_elsewhere(
    place: str | None, zone: str | None, morning: str
) -> None:
    day = date(2026, 11, 30)
    found = morning_of(day, place, zone)
    assert found == date.fromisoformat(morning)
    told_at = daytime_from(found, now=datetime(2026, 11, 1, tzinfo=UTC), zone=zone)
    assert local_day(told_at, place) == day
