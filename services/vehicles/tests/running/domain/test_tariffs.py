"""Prices by the hour of use, by the clock of the place, over both changes of it."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.vehicles.domain.running.tariffs import (
    Band,
    Charge,
    Prices,
    Tariff,
    price_charge,
    prices_from,
)
from shared.money import Money

CHEAP, DEAR, SUN = 150_000, 250_000, 80_000
NIGHT = Band(time(22, 38), time(6, 38), CHEAP, name="night")
PARIS = Tariff("Europe/Paris", "EUR", (Prices(date(2026, 1, 1), DEAR, (NIGHT,), SUN),))


def local(day: str, clock: str, *, fold: int = 0) -> datetime:
    said = datetime.fromisoformat(f"{day}T{clock}")
    return said.replace(tzinfo=ZoneInfo("Europe/Paris"), fold=fold)


def charged(starts: datetime, ends: datetime, kwh: int = 10, *, solar: int = 0) -> Charge:
    return Charge(kwh * 1000, starts.date(), starts, ends, solar=solar)


def parts(charge: Charge, tariff: Tariff = PARIS) -> dict[str | None, Fraction]:
    priced = price_charge(charge, tariff)
    assert priced is not None
    return {"sun" if part.is_solar else part.name: part.energy for part in priced.parts}


class TestHours:
    def test_a_charge_is_split_over_the_hours_to_the_minute(self) -> None:
        """21:38 to 23:38: an hour at the price of the day, one at that of the night."""
        charge = charged(local("2026-03-10", "21:38"), local("2026-03-10", "23:38"))
        assert parts(charge) == {None: 5000, "night": 5000}
        priced = price_charge(charge, PARIS)
        assert priced is not None
        assert priced.total == Money(200, "EUR")

    def test_the_night_goes_on_after_midnight(self) -> None:
        assert parts(charged(local("2026-03-10", "23:00"), local("2026-03-11", "06:38"))) == {
            "night": 10_000
        }

    def test_a_night_of_friday_holds_until_saturday_morning(self) -> None:
        friday = Band(time(22), time(6), CHEAP, days=(4,), name="friday")
        tariff = Tariff("Europe/Paris", "EUR", (Prices(date(2026, 1, 1), DEAR, (friday,)),))
        assert parts(
            charged(local("2026-03-14", "05:00"), local("2026-03-14", "07:00")), tariff
        ) == {
            "friday": 5000,
            None: 5000,
        }
        assert parts(
            charged(local("2026-03-13", "05:00"), local("2026-03-13", "06:00")), tariff
        ) == {None: 10_000}

    def test_the_hour_that_comes_twice_counts_twice(self) -> None:
        """25 October 2026: from 02:00 to 03:00 by the clock are two hours."""
        band = Band(time(2), time(3), CHEAP, name="twice")
        tariff = Tariff("Europe/Paris", "EUR", (Prices(date(2026, 1, 1), DEAR, (band,)),))
        charge = charged(local("2026-10-25", "01:00"), local("2026-10-25", "04:00"), 8)
        assert parts(charge, tariff) == {None: 4000, "twice": 4000}

    def test_the_hour_that_never_comes_counts_nothing(self) -> None:
        """29 March 2026: after 01:59 comes 03:00."""
        band = Band(time(2), time(2, 30), CHEAP, name="never")
        tariff = Tariff("Europe/Paris", "EUR", (Prices(date(2026, 1, 1), DEAR, (band,)),))
        charge = charged(local("2026-03-29", "01:00"), local("2026-03-29", "04:00"))
        assert parts(charge, tariff) == {None: 10_000}

    def test_a_band_over_the_change_of_the_clock_ends_by_the_clock(self) -> None:
        """A night until 06:38 has an hour more in October."""
        charge = charged(local("2026-10-24", "22:38"), local("2026-10-25", "06:38"), 9)
        assert parts(charge) == {"night": 9000}
        longer = charged(
            local("2026-10-24", "22:38").astimezone(UTC),
            local("2026-10-25", "07:38").astimezone(UTC),
        )
        assert parts(longer) == {"night": 9000, None: 1000}

    @pytest.mark.parametrize("zone", ["Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"])
    def test_clocks_that_are_set_by_other_steps(self, zone: str) -> None:
        tariff = Tariff(zone, "EUR", PARIS.table)
        starts = datetime(2026, 4, 4, tzinfo=UTC)
        found = parts(Charge(10_000, date(2026, 4, 4), starts, starts + timedelta(days=1)), tariff)
        assert sum(found.values()) == 10_000


class TestTable:
    def test_what_was_agreed_by_then_holds(self) -> None:
        later = Prices(date(2026, 8, 1), 2 * DEAR)
        tariff = Tariff("Europe/Paris", "EUR", (later, Prices(date(2026, 1, 1), DEAR)))
        over = charged(local("2026-07-31", "23:00"), local("2026-08-01", "01:00"))
        priced = price_charge(over, tariff)
        assert priced is not None
        assert priced.total == Money(375, "EUR")
        assert (
            price_charge(
                charged(local("2025-12-31", "23:00"), local("2026-01-01", "01:00")), tariff
            )
            is None
        )

    def test_the_sun_has_its_own_price(self) -> None:
        charge = charged(local("2026-06-10", "12:00"), local("2026-06-10", "14:00"), solar=4000)
        priced = price_charge(charge, PARIS)
        assert priced is not None
        assert priced.total == Money(182, "EUR")
        assert parts(charge) == {None: 6000, "sun": 4000}

    def test_without_an_hour_there_is_a_price_only_where_all_hours_have_one(self) -> None:
        charge = Charge(10_000, date(2026, 3, 10))
        assert price_charge(charge, PARIS) is None
        flat = Tariff("Europe/Paris", "EUR", (Prices(date(2026, 1, 1), DEAR),))
        assert price_charge(charge, flat) is not None
        at_night = Charge(10_000, date(2026, 3, 10), at=time(23))
        priced = price_charge(at_night, PARIS)
        assert priced is not None
        assert priced.total == Money(150, "EUR")

    def test_rows_come_back_as_they_were(self) -> None:
        assert prices_from(PARIS.table[0].row()) == PARIS.table[0]


clocks = some.times().map(lambda each: each.replace(second=0, microsecond=0))
bands = some.builds(Band, clocks, clocks, some.integers(0, 10**6), some.just((0, 2, 4, 5)))
moments = some.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 30), timezones=some.just(UTC))


class TestSums:
    @given(
        some.lists(bands, max_size=4),
        moments,
        some.integers(1, 3 * 24 * 60),
        some.integers(0, 100_000),
        some.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    )
    def test_the_parts_are_the_whole(
        self, held: list[Band], starts: datetime, minutes: int, energy: int, zone: str
    ) -> None:
        tariff = Tariff(zone, "EUR", (Prices(date(2025, 1, 1), DEAR, tuple(held), SUN),))
        solar = energy // 3
        ends = starts + timedelta(minutes=minutes)
        priced = price_charge(Charge(energy, starts.date(), starts, ends, solar=solar), tariff)
        assert priced is not None
        assert sum(part.energy for part in priced.parts) == energy
        assert sum(part.energy for part in priced.parts if part.is_solar) == solar
        exact = sum(part.energy * part.price for part in priced.parts) / 10**7
        assert abs(priced.total.amount_minor - exact) <= Fraction(1, 2)
