"""Which emission sticker a vehicle has a right to (Crit'Air in France, the DGT's in Spain), by its country's tables.

The Euro norm of the registration paper decides where it is known, else the day of first registration. None is no sticker: too old,
or too little is known. No zone is derived from it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.vehicles.domain.care.rule_packs import StickerRule, StickerTable
from services.vehicles.domain.cars.categories import FuelClass, VehicleCategory, is_about

METRES_PER_KM: Final = 1000


@dataclass(frozen=True, slots=True)
class Emitter:
    """What a sticker hangs on. `norm`: the number of its Euro norm; `range_metres`: electric."""

    category: VehicleCategory
    fuels: Collection[FuelClass]
    norm: str | None
    first_registered_on: date | None
    range_metres: int | None


@dataclass(frozen=True, slots=True)
class Sticker:
    kind: str
    value: str
    by: str
    """`energy`, `euro_norm` or `first_registration`."""


def sticker_of(rule: StickerRule, car: Emitter) -> Sticker | None:
    tables = [each for each in rule.tables if _is_about(each, car)]
    newest = max((norm for each in tables for norm in each.by_norm), default="")
    for table in tables:
        found = _by(table, car, newest)
        if found is not None:
            return Sticker(rule.kind, *found)
    return None


def _is_about(table: StickerTable, car: Emitter) -> bool:
    return (
        table.with_fuels <= set(car.fuels)
        and is_about([car.category], table.categories)
        and is_about(car.fuels, table.fuels)
    )


def _by(table: StickerTable, car: Emitter, newest: str) -> tuple[str, str] | None:
    """A norm that is newer than all the tables know decides nothing: its day does."""
    if table.value is not None:
        enough = table.range_km_from is None or (
            car.range_metres is not None and car.range_metres >= table.range_km_from * METRES_PER_KM
        )
        return (table.value, "energy") if enough else None
    if car.norm is not None and car.norm <= newest:
        value = table.by_norm.get(car.norm)
        return (value, "euro_norm") if value else None
    if car.first_registered_on is None:
        return None
    begun = [value for since, value in table.by_date if since <= car.first_registered_on]
    return (begun[-1], "first_registration") if begun else None
