"""Distances are kept in whole metres and spoken in the unit of the car's own dashboard."""

from enum import StrEnum
from typing import Final, Protocol

METRES_PER_MILE: Final = 1609.344
METRES_PER_KILOMETRE: Final = 1000
MINUTES_AN_HOUR: Final = 60


class DistanceUnit(StrEnum):
    KM = "km"
    MI = "mi"

    @property
    def metres(self) -> float:
        return METRES_PER_KILOMETRE if self is DistanceUnit.KM else METRES_PER_MILE


class Measured(Protocol):
    """A car, as far as telling distances goes."""

    @property
    def distance_unit(self) -> str: ...


def to_metres(distance: int, unit: DistanceUnit) -> int:
    return round(distance * unit.metres)


def from_metres(metres: int, unit: DistanceUnit) -> int:
    """A whole number given to `to_metres` comes back unchanged."""
    return round(metres / unit.metres)


def in_unit(metres: int | None, unit: DistanceUnit) -> int | None:
    """The same for what may be unknown."""
    return None if metres is None else from_metres(metres, unit)


def said_metres(distance: int | None, unit: DistanceUnit, *, known: int | None) -> int | None:
    """In metres what somebody said; sent back as it was shown, it stays what it is to the metre, whatever unit it was first said in."""
    if distance is None:
        return None
    return known if distance == in_unit(known, unit) else to_metres(distance, unit)


def to_hours(minutes: int) -> str:
    """As a meter of hours shows it, with one place: half of a tenth is rounded up."""
    tenths = (minutes * 10 + MINUTES_AN_HOUR // 2) // MINUTES_AN_HOUR
    return f"{tenths // 10}.{tenths % 10}"
