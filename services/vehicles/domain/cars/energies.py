"""What moves a car, in which tanks it lies, and how much of it there is.

Quantities are kept as whole millilitres, grams and watt-hours, whatever the pump or the meter counted in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, Final


class Energy(StrEnum):
    PETROL = "petrol"
    DIESEL = "diesel"
    E85 = "e85"
    LPG = "lpg"
    CNG = "cng"
    ELECTRIC = "electric"
    HYDROGEN = "hydrogen"
    ADBLUE = "adblue"
    """A fluid of diesel cars: it moves nothing."""


class Measure(StrEnum):
    VOLUME = "volume"
    MASS = "mass"
    ENERGY = "energy"


class QuantityUnit(StrEnum):
    LITRE = "l"
    KILOGRAM = "kg"
    KILOWATT_HOUR = "kWh"
    GALLON_US = "gal_us"
    GALLON_UK = "gal_uk"


MEASURES: Final[Mapping[Energy, Measure]] = {
    Energy.PETROL: Measure.VOLUME,
    Energy.DIESEL: Measure.VOLUME,
    Energy.E85: Measure.VOLUME,
    Energy.LPG: Measure.VOLUME,
    Energy.CNG: Measure.MASS,
    Energy.ELECTRIC: Measure.ENERGY,
    Energy.HYDROGEN: Measure.MASS,
    Energy.ADBLUE: Measure.VOLUME,
}
OF_UNIT: Final[Mapping[QuantityUnit, Measure]] = {
    QuantityUnit.LITRE: Measure.VOLUME,
    QuantityUnit.KILOGRAM: Measure.MASS,
    QuantityUnit.KILOWATT_HOUR: Measure.ENERGY,
    QuantityUnit.GALLON_US: Measure.VOLUME,
    QuantityUnit.GALLON_UK: Measure.VOLUME,
}
SIZES: Final[Mapping[QuantityUnit, Decimal]] = {
    QuantityUnit.LITRE: Decimal(1000),
    QuantityUnit.KILOGRAM: Decimal(1000),
    QuantityUnit.KILOWATT_HOUR: Decimal(1000),
    QuantityUnit.GALLON_US: Decimal("3785.411784"),
    QuantityUnit.GALLON_UK: Decimal("4546.09"),
}
"""How many millilitres, grams or watt-hours: the gallons by their definitions (231 cubic inches; the Units of Measurement
Regulations 1995).
"""
USUAL_UNITS: Final[Mapping[Measure, QuantityUnit]] = {
    Measure.VOLUME: QuantityUnit.LITRE,
    Measure.MASS: QuantityUnit.KILOGRAM,
    Measure.ENERGY: QuantityUnit.KILOWATT_HOUR,
}
THOUSANDTH: Final = Decimal("0.001")
OF_FUEL_TYPES: Final[Mapping[str, tuple[Energy, ...]]] = {
    "gasoline": (Energy.PETROL,),
    "diesel": (Energy.DIESEL,),
    "hybrid": (Energy.PETROL,),
    "plugin_hybrid": (Energy.PETROL, Energy.ELECTRIC),
    "electric": (Energy.ELECTRIC,),
    "lpg": (Energy.PETROL, Energy.LPG),
}
"""What a car runs on as long as its owner has not said it better: a car on LPG starts on petrol."""


def to_smallest(quantity: Decimal, unit: QuantityUnit) -> int:
    """Whole millilitres, grams or watt-hours."""
    return int((quantity * SIZES[unit]).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def from_smallest(quantity: int, unit: QuantityUnit) -> Decimal:
    """Three decimals: what was given to `to_smallest` with as many comes back unchanged."""
    return (Decimal(quantity) / SIZES[unit]).quantize(THOUSANDTH, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Tank:
    """`capacity` in whole millilitres, grams or watt-hours; a flex-fuel tank holds petrol and E85.

    `usual`: what its owner says the car takes of it per 100 km, at least and at most, in the same.
    """

    energies: tuple[Energy, ...]
    capacity: int
    unit: QuantityUnit
    usual: tuple[int, int] | None = None

    def row(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "energies": list(self.energies),
            "capacity": self.capacity,
            "unit": self.unit,
        }
        return said | ({"usual": list(self.usual)} if self.usual else {})


def tank_from(row: Mapping[str, Any]) -> Tank:
    usual = row.get("usual")
    return Tank(
        tuple(Energy(energy) for energy in row["energies"]),
        row["capacity"],
        QuantityUnit(row["unit"]),
        (usual[0], usual[1]) if usual else None,
    )


def energies_of(said: Iterable[str], fuel_type: str | None) -> tuple[Energy, ...]:
    """What was said, else what follows from the fuel type; empty when nobody knows."""
    known = tuple(dict.fromkeys(Energy(energy) for energy in said))
    return known or OF_FUEL_TYPES.get(fuel_type or "", ())


@dataclass(frozen=True, slots=True)
class Chain:
    """What runs through one tank, and is counted together: petrol and E85 mix."""

    energies: tuple[Energy, ...]
    capacity: int | None = None
    """None when no tank is known."""
    usual: tuple[int, int] | None = None

    @property
    def main(self) -> Energy:
        return self.energies[0]

    @property
    def moves(self) -> bool:
        return self.main is not Energy.ADBLUE

    @property
    def measure(self) -> Measure:
        return MEASURES[self.main]


def chain_of(energy: Energy, tanks: Sequence[Tank]) -> Chain:
    """Petrol and E85 share a tank unless there is one for each."""
    together = {energy}
    held = {one for tank in tanks for one in tank.energies}
    flexible = {Energy.PETROL, Energy.E85}
    groups = [set(tank.energies) for tank in tanks]
    if not flexible <= held:
        groups.append(flexible)
    grown = True
    while grown:
        joined = set().union(*(group for group in groups if group & together))
        grown = not joined <= together
        together |= joined
    mine = [tank for tank in tanks if together & set(tank.energies)]
    usual = [tank.usual for tank in mine if tank.usual]
    return Chain(
        tuple(one for one in Energy if one in together),
        sum(tank.capacity for tank in mine) or None,
        (min(low for low, _ in usual), max(high for _, high in usual)) if usual else None,
    )
