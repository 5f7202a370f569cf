"""What a kilometre driven for business counts for, as tax offices say it: dated data with its source (`data/mileage_scales.json`)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Final

from shared.money import Money

METRES_PER_KM: Final = 1000
DEFAULT_CATEGORY: Final = "car"


@dataclass(frozen=True, slots=True)
class ScaleStep:
    """Up to so many kilometres of the year, each counts `per_km`, and `plus` is added; None: beyond all others."""

    to_km: int | None
    per_km: Decimal
    plus: Decimal


@dataclass(frozen=True, slots=True)
class Band:
    """Of cars up to this fiscal power; None: of all that are stronger, or of all."""

    power_to: int | None
    steps: tuple[ScaleStep, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """`per_year`: the kilometres of the whole year decide; else each trip counts by its own day's scale."""

    id: str
    country: str
    categories: frozenset[str]
    currency: str
    per_year: bool
    electric_factor: Decimal
    bands: tuple[Band, ...]
    source_title: str
    source_url: str
    checked_on: date
    valid_from: date
    valid_to: date | None

    @property
    def needs_power(self) -> bool:
        return len(self.bands) > 1

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def band(self, power: int | None) -> Band | None:
        if not self.needs_power:
            return self.bands[0]
        if power is None:
            return None
        return next(each for each in self.bands if each.power_to is None or power <= each.power_to)


def amount_of(scale: Scale, metres: int, *, power: int | None, is_electric: bool) -> Money | None:
    """Of so many metres of one year; None where the fiscal power decides and nobody said it."""
    band = scale.band(power)
    if band is None:
        return None
    kilometres = Decimal(metres) / METRES_PER_KM
    step = next(each for each in band.steps if each.to_km is None or kilometres <= each.to_km)
    amount = kilometres * step.per_km + (step.plus if metres else 0)
    factor = scale.electric_factor if is_electric else Decimal(1)
    return Money.rounded(amount * factor, scale.currency)


def scales_of(country: str, category: str | None, days: Iterable[date]) -> Mapping[date, Scale]:
    """By day, for those that have one."""
    kind = category or DEFAULT_CATEGORY
    mine = [each for each in scales() if each.country == country and kind in each.categories]
    found = {day: next((one for one in mine if one.is_valid_on(day)), None) for day in set(days)}
    return {day: scale for day, scale in found.items() if scale is not None}


@cache
def scales() -> tuple[Scale, ...]:
    folder = resources.files("services.vehicles.domain") / "data"
    rows = json.loads((folder / "mileage_scales.json").read_text("utf-8"))["scales"]
    return tuple(_scale(row) for row in rows)


def _scale(row: Mapping[str, Any]) -> Scale:
    return Scale(
        id=row["id"],
        country=row["country"],
        categories=frozenset(row["categories"]),
        currency=row["currency"],
        per_year=row["per_year"],
        electric_factor=Decimal(row["electric_factor"]),
        bands=tuple(
            Band(
                band["power_to"],
                tuple(
                    ScaleStep(step["to_km"], Decimal(step["per_km"]), Decimal(step["plus"]))
                    for step in band["steps"]
                ),
            )
            for band in row["bands"]
        ),
        source_title=row["source"]["title"],
        source_url=row["source"]["url"],
        checked_on=date.fromisoformat(row["checked_on"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    )
