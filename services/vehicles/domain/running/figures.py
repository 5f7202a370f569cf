"""In which units what a car takes is told: kept exact, rounded once, half up."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from services.vehicles.domain.cars.energies import (
    OF_UNIT,
    SIZES,
    Measure,
    QuantityUnit,
)
from services.vehicles.domain.cars.units import DistanceUnit
from shared.money import Money

METRES: Final = {DistanceUnit.KM: Fraction(1000), DistanceUnit.MI: Fraction("1609.344")}
MINUTES_AN_HOUR: Final = 60


class ConsumptionUnit(StrEnum):
    L_100KM = "l/100km"
    KM_L = "km/l"
    MPG_US = "mpg_us"
    MPG_UK = "mpg_uk"
    KWH_100KM = "kWh/100km"
    KM_KWH = "km/kWh"
    MI_KWH = "mi/kWh"
    KG_100KM = "kg/100km"
    KM_KG = "km/kg"
    MI_KG = "mi/kg"


class HourlyUnit(StrEnum):
    L_H = "l/h"
    KG_H = "kg/h"
    KWH_H = "kWh/h"


@dataclass(frozen=True, slots=True)
class _Told:
    quantity: QuantityUnit
    distance: DistanceUnit
    per: int
    """So many of the distance for a quantity; 0: the other way round, distance for one of the quantity."""


_TOLD: Final[Mapping[ConsumptionUnit, _Told]] = {
    ConsumptionUnit.L_100KM: _Told(QuantityUnit.LITRE, DistanceUnit.KM, 100),
    ConsumptionUnit.KM_L: _Told(QuantityUnit.LITRE, DistanceUnit.KM, 0),
    ConsumptionUnit.MPG_US: _Told(QuantityUnit.GALLON_US, DistanceUnit.MI, 0),
    ConsumptionUnit.MPG_UK: _Told(QuantityUnit.GALLON_UK, DistanceUnit.MI, 0),
    ConsumptionUnit.KWH_100KM: _Told(QuantityUnit.KILOWATT_HOUR, DistanceUnit.KM, 100),
    ConsumptionUnit.KM_KWH: _Told(QuantityUnit.KILOWATT_HOUR, DistanceUnit.KM, 0),
    ConsumptionUnit.MI_KWH: _Told(QuantityUnit.KILOWATT_HOUR, DistanceUnit.MI, 0),
    ConsumptionUnit.KG_100KM: _Told(QuantityUnit.KILOGRAM, DistanceUnit.KM, 100),
    ConsumptionUnit.KM_KG: _Told(QuantityUnit.KILOGRAM, DistanceUnit.KM, 0),
    ConsumptionUnit.MI_KG: _Told(QuantityUnit.KILOGRAM, DistanceUnit.MI, 0),
}
HOURLY: Final = {
    Measure.VOLUME: HourlyUnit.L_H,
    Measure.MASS: HourlyUnit.KG_H,
    Measure.ENERGY: HourlyUnit.KWH_H,
}


class Units(StrEnum):
    """How a reader likes to be told."""

    METRIC = "metric"
    """km; litres, l/100 km, kWh/100 km, kg/100 km."""
    DISTANCE_PER = "distance_per"
    """km; litres, km/l, km/kWh, km/kg."""
    US = "us"
    """Miles; US gallons, mpg, mi/kWh, mi/kg."""
    UK = "uk"
    """Miles; litres, as the pumps have them, mpg of the imperial gallon, mi/kWh, mi/kg."""


@dataclass(frozen=True, slots=True)
class Telling:
    distance: DistanceUnit
    volume: QuantityUnit
    consumption: Mapping[Measure, ConsumptionUnit]

    def quantity_unit(self, measure: Measure) -> QuantityUnit:
        others = {
            Measure.MASS: QuantityUnit.KILOGRAM,
            Measure.ENERGY: QuantityUnit.KILOWATT_HOUR,
        }
        return others.get(measure, self.volume)

    def but(self, unit: ConsumptionUnit | None) -> "Telling":
        """With this unit for what it measures."""
        if unit is None:
            return self
        changed = {**self.consumption, measure_of(unit): unit}
        return Telling(self.distance, self.volume, changed)


def _telling(distance: DistanceUnit, volume: QuantityUnit, *units: ConsumptionUnit) -> Telling:
    return Telling(distance, volume, {measure_of(unit): unit for unit in units})


def measure_of(unit: ConsumptionUnit) -> Measure:
    return OF_UNIT[_TOLD[unit].quantity]


_TELLINGS: Final[Mapping[Units, Telling]] = {
    Units.METRIC: _telling(
        DistanceUnit.KM,
        QuantityUnit.LITRE,
        ConsumptionUnit.L_100KM,
        ConsumptionUnit.KWH_100KM,
        ConsumptionUnit.KG_100KM,
    ),
    Units.DISTANCE_PER: _telling(
        DistanceUnit.KM,
        QuantityUnit.LITRE,
        ConsumptionUnit.KM_L,
        ConsumptionUnit.KM_KWH,
        ConsumptionUnit.KM_KG,
    ),
    Units.US: _telling(
        DistanceUnit.MI,
        QuantityUnit.GALLON_US,
        ConsumptionUnit.MPG_US,
        ConsumptionUnit.MI_KWH,
        ConsumptionUnit.MI_KG,
    ),
    Units.UK: _telling(
        DistanceUnit.MI,
        QuantityUnit.LITRE,
        ConsumptionUnit.MPG_UK,
        ConsumptionUnit.MI_KWH,
        ConsumptionUnit.MI_KG,
    ),
}


def half_up(value: Fraction, places: int = 2) -> float:
    return rounded(value.numerator, value.denominator, places)


def rounded(numerator: int, denominator: int, places: int) -> float:
    """Their ratio, which is not negative: whole numbers until the end, for a chart has thousands of them."""
    scale: int = 10**places
    return (2 * numerator * scale + denominator) // (2 * denominator) / scale


def _factor(unit: ConsumptionUnit) -> tuple[int, int]:
    """By which smallest measures over metres (or the other way round) are multiplied."""
    told = _TOLD[unit]
    over = METRES[told.distance] / Fraction(SIZES[told.quantity])
    factor = over * told.per if told.per else 1 / over
    return factor.numerator, factor.denominator


_FACTORS: Final = {unit: _factor(unit) for unit in ConsumptionUnit}


def consumption_in(
    unit: ConsumptionUnit, quantity: Fraction | int, metres: Fraction | int
) -> tuple[int, int] | None:
    """As numerator and denominator; None where it has no value: no distance, or no end of it for nothing."""
    above, below = (quantity, metres) if _TOLD[unit].per else (metres, quantity)
    if not below or not metres:
        return None
    numerator, denominator = _FACTORS[unit]
    return (
        above.numerator * below.denominator * numerator,
        above.denominator * below.numerator * denominator,
    )


def per_hour(quantity: int, minutes: int) -> float | None:
    """Litres, kilograms or kilowatt-hours an hour."""
    return rounded(quantity * MINUTES_AN_HOUR, minutes * 1000, 2) if minutes else None


def percent(share: Fraction) -> float:
    return half_up(share * 100, 1)


class Teller:
    """Tells figures as somebody likes them."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.distance_unit = telling.distance
        self._metres = METRES[telling.distance]
        self._sizes = {
            measure: Fraction(SIZES[telling.quantity_unit(measure)]) for measure in Measure
        }

    def units(self, measure: Measure) -> tuple[QuantityUnit, ConsumptionUnit, HourlyUnit]:
        quantity = self.telling.quantity_unit(measure)
        return quantity, self.telling.consumption[measure], HOURLY[measure]

    def quantity(self, amount: int, measure: Measure) -> float:
        size = self._sizes[measure]
        return rounded(amount * size.denominator, size.numerator, 3)

    def distance(self, metres: int) -> float:
        return rounded(metres * self._metres.denominator, self._metres.numerator, 1)

    def per_100(self, cost: Money | None, metres: int) -> Money | None:
        """For a hundred kilometres or miles, half up."""
        if cost is None or not metres:
            return None
        above = cost.amount_minor * 100 * self._metres.numerator
        below = metres * self._metres.denominator
        return Money((2 * above + below) // (2 * below), cost.currency)

    def consumption(
        self, quantity: Fraction | int, metres: Fraction | int, measure: Measure
    ) -> float | None:
        value = consumption_in(self.telling.consumption[measure], quantity, metres)
        return rounded(*value, 2) if value is not None else None


def teller_of(
    units: Units | None,
    unit: ConsumptionUnit | None,
    *,
    distance_unit: DistanceUnit,
    in_gallons: bool,
) -> Teller:
    """As the reader asked; else by the car: in miles and, where it is filled in US gallons, as Americans say it."""
    if units is None:
        miles = Units.US if in_gallons else Units.UK
        units = Units.METRIC if distance_unit is DistanceUnit.KM else miles
    return Teller(_TELLINGS[units].but(unit))
