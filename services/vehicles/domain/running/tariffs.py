"""What a charge at home costs: the price of each hour of use, by the clock of the place, with the sun at a price of its own.

A tariff is a table with dates: what was agreed from a day on holds until the next one. Power is taken as even over the charge. The
clock is walked in UTC, so that the hour that comes twice costs twice, and the one that never comes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from shared.local_day import local_day, zone_named
from shared.money import Money, exponent

MICRO: Final = 1_000_000
"""Prices are kept in millionths of the currency, per kilowatt-hour."""
WATT_HOURS: Final = 1000
QUARTER: Final = timedelta(minutes=15)
"""No place on earth has ever set its clock at another minute since 1972."""
ONE_DAY: Final = timedelta(days=1)
MICROSECOND: Final = timedelta(microseconds=1)
ALL_DAYS: Final = tuple(range(7))
MIDNIGHT: Final = time(0)


@dataclass(frozen=True, slots=True)
class Band:
    """From `starts` until before `ends`, over midnight if need be, on these days (Monday is 0) of its start; a whole day when both
    are the same.
    """

    starts: time
    ends: time
    price: int
    days: tuple[int, ...] = ALL_DAYS
    name: str | None = None

    def holds(self, local: datetime) -> bool:
        clock, day = local.time(), local.weekday()
        if self.starts < self.ends:
            return self.starts <= clock < self.ends and day in self.days
        if clock >= self.starts:
            return day in self.days
        return clock < self.ends and (day - 1) % 7 in self.days


@dataclass(frozen=True, slots=True)
class Prices:
    """From a day on: the first band that holds, else the price of all other hours."""

    valid_from: date
    price: int
    bands: tuple[Band, ...] = ()
    solar_price: int | None = None

    def at(self, local: datetime) -> tuple[int, str | None]:
        for band in self.bands:
            if band.holds(local):
                return band.price, band.name
        return self.price, None

    def row(self) -> dict[str, Any]:
        return {
            "valid_from": self.valid_from.isoformat(),
            "price": self.price,
            "solar_price": self.solar_price,
            "bands": [
                {
                    "starts": f"{band.starts:%H:%M}",
                    "ends": f"{band.ends:%H:%M}",
                    "price": band.price,
                    "days": list(band.days),
                    "name": band.name,
                }
                for band in self.bands
            ],
        }


def prices_from(row: Mapping[str, Any]) -> Prices:
    return Prices(
        date.fromisoformat(row["valid_from"]),
        row["price"],
        tuple(
            Band(
                time.fromisoformat(band["starts"]),
                time.fromisoformat(band["ends"]),
                band["price"],
                tuple(band["days"]),
                band["name"],
            )
            for band in row["bands"]
        ),
        row["solar_price"],
    )


@dataclass(frozen=True, slots=True)
class Tariff:
    zone: str
    """Of the place, by its IANA name."""
    currency: str
    table: tuple[Prices, ...]

    def on(self, day: date) -> Prices | None:
        """What was agreed by then; None before all of it."""
        agreed = [prices for prices in self.table if prices.valid_from <= day]
        return max(agreed, key=lambda prices: prices.valid_from, default=None)


@dataclass(frozen=True, slots=True)
class Charge:
    """In watt-hours, of which `solar` from the own roof."""

    energy: int
    day: date
    starts: datetime | None = None
    ends: datetime | None = None
    at: time | None = None
    solar: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """`price` in millionths per kilowatt-hour, `energy` in watt-hours."""

    name: str | None
    price: int
    energy: Fraction
    is_solar: bool = False


@dataclass(frozen=True, slots=True)
class Priced:
    parts: tuple[Part, ...]
    total: Money


def price_charge(charge: Charge, tariff: Tariff) -> Priced | None:
    """None where the price depends on the hour and nobody said it, or nothing was agreed yet."""
    grid = charge.energy - charge.solar
    shares = _shares(charge, tariff)
    if shares is None:
        return None
    parts: dict[tuple[str | None, int], Fraction] = {}
    sunny: dict[int, Fraction] = {}
    for (prices, local), share in shares:
        price, name = prices.at(local)
        parts[name, price] = parts.get((name, price), Fraction(0)) + grid * share
        sun = prices.solar_price if prices.solar_price is not None else 0
        sunny[sun] = sunny.get(sun, Fraction(0)) + charge.solar * share
    told = [Part(name, price, energy) for (name, price), energy in parts.items() if energy]
    told += [Part(None, price, energy, is_solar=True) for price, energy in sunny.items() if energy]
    return Priced(tuple(told), _money(told, tariff.currency))


def _money(parts: Sequence[Part], currency: str) -> Money:
    """Summed exactly and rounded once."""
    exact = sum((part.energy * part.price for part in parts), Fraction(0)) / WATT_HOURS / MICRO
    minor = exact * 10 ** exponent(currency)
    rounded = Decimal(minor.numerator) / Decimal(minor.denominator)
    return Money(int(rounded.quantize(Decimal(1), rounding=ROUND_HALF_UP)), currency)


_Share = tuple[tuple[Prices, datetime], Fraction]


def _shares(charge: Charge, tariff: Tariff) -> list[_Share] | None:
    """When which part of it was charged."""
    if charge.starts is not None and charge.ends is not None:
        return _over_time(charge.starts.astimezone(UTC), charge.ends.astimezone(UTC), tariff)
    prices = tariff.on(charge.day)
    if charge.starts is not None:
        local = charge.starts.astimezone(zone_named(tariff.zone)).replace(tzinfo=None)
        prices = tariff.on(local_day(charge.starts, tariff.zone))
    elif charge.at is not None:
        local = datetime.combine(charge.day, charge.at)
    elif prices is not None and not prices.bands:
        local = datetime.combine(charge.day, MIDNIGHT)
    else:
        return None
    return [((prices, local), Fraction(1))] if prices is not None else None


def _over_time(starts: datetime, ends: datetime, tariff: Tariff) -> list[_Share] | None:
    """In UTC: Python counts by the clock between two times of one zone, also over a change of it."""
    whole = Fraction((ends - starts) // MICROSECOND)
    found: list[_Share] = []
    for begins, until in slices(starts, ends, tariff):
        prices = tariff.on(local_day(begins, tariff.zone))
        if prices is None:
            return None
        local = begins.astimezone(zone_named(tariff.zone)).replace(tzinfo=None)
        found.append(((prices, local), Fraction((until - begins) // MICROSECOND) / whole))
    return found


def slices(starts: datetime, ends: datetime, tariff: Tariff) -> Iterator[tuple[datetime, datetime]]:
    """Stretches within which no price and no clock changes: cut at each quarter of an hour in UTC, where clocks are set, and
    wherever a band begins or ends by the clock of the place, whichever of the two such moments is meant.
    """
    cuts = {starts, ends}
    quarter = starts.replace(minute=0, second=0, microsecond=0)
    while quarter < ends:
        cuts.add(quarter)
        quarter += QUARTER
    edges = {MIDNIGHT} | {
        edge
        for prices in tariff.table
        for band in prices.bands
        for edge in (band.starts, band.ends)
    }
    zone = zone_named(tariff.zone)
    day = local_day(starts, tariff.zone) - ONE_DAY
    while day <= local_day(ends, tariff.zone) + ONE_DAY:
        for edge in edges:
            local = datetime.combine(day, edge, tzinfo=zone)
            cuts |= {local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
        day += ONE_DAY
    inside = sorted(cut for cut in cuts if starts <= cut <= ends)
    yield from pairwise(inside)
