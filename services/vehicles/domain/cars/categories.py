"""What the law takes a vehicle for: its category, its Euro norm, and what it runs on."""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Final

from services.vehicles.domain.cars.energies import Energy, energies_of


class VehicleCategory(StrEnum):
    CAR = "car"
    """M1."""
    VAN = "van"
    """N1, up to 3.5 t."""
    MOTORHOME = "motorhome"
    MOTORCYCLE = "motorcycle"
    """L3e to L5e."""
    MOPED = "moped"
    """L1e and L2e: up to 50 cc or 45 km/h."""
    QUAD = "quad"
    """L6e and L7e."""
    CARAVAN = "caravan"
    OTHER = "other"
    """No rule of ours is about it."""


class FuelClass(StrEnum):
    """As inspections and stickers tell cars apart."""

    ELECTRIC = "electric"
    HYDROGEN = "hydrogen"
    PLUGIN_HYBRID = "plugin_hybrid"
    HYBRID = "hybrid"
    GAS = "gas"
    PETROL = "petrol"
    DIESEL = "diesel"


_GASES: Final = frozenset({Energy.LPG, Energy.CNG})
_BURNT: Final = frozenset({Energy.PETROL, Energy.E85, Energy.DIESEL}) | _GASES
_HYBRID: Final = "hybrid"
_NORM: Final = re.compile(r"(?:euro\s*)?([1-7])(?:\s*[a-z](?:[-\s]?[a-z]+)*)?", re.IGNORECASE)


def fuel_classes(said: Iterable[str], fuel_type: str | None) -> frozenset[FuelClass]:
    """A hybrid that is not plugged in burns petrol, and is both; empty when nobody knows what it runs on."""
    energies = set(energies_of(said, fuel_type))
    if Energy.HYDROGEN in energies:
        return frozenset({FuelClass.HYDROGEN})
    if Energy.ELECTRIC in energies:
        both = FuelClass.PLUGIN_HYBRID if energies & _BURNT else FuelClass.ELECTRIC
        return frozenset({both})
    if energies & _GASES:
        return frozenset({FuelClass.GAS})
    hybrid = {FuelClass.HYBRID} if fuel_type == _HYBRID else set()
    if Energy.DIESEL in energies:
        return frozenset({FuelClass.DIESEL, *hybrid})
    if energies & {Energy.PETROL, Energy.E85}:
        return frozenset({FuelClass.PETROL, *hybrid})
    return frozenset()


def euro_norm(said: str | None) -> str | None:
    """The number of a norm as a paper writes it (`EURO 6d-TEMP`, `6`); None for what is none (`715/2007*2018/1832AP`)."""
    found = _NORM.fullmatch(said.strip()) if said else None
    return found.group(1) if found else None


def is_about(mine: Collection[str], theirs: Collection[str]) -> bool:
    """A rule that names nothing is about everything."""
    return not theirs or bool(set(mine) & set(theirs))
