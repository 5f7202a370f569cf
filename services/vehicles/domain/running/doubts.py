"""What may be wrong with a fill. It is told and counted all the same: who was there knows better."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from services.vehicles.domain.cars.energies import Chain, Energy, QuantityUnit, to_smallest
from services.vehicles.domain.cars.odometer import trip_differs
from services.vehicles.domain.running.amounts import Paid, differ

ROOM: Final = Fraction(11, 10)
"""What goes into a tank beyond what its maker says: the filler neck, and a nozzle that does not stop."""
DEAREST: Final = 4
ENOUGH_PRICES: Final = 3
"""With fewer a median is one of them."""
SHIFTS: Final = (10, 100, 1000)


class FillDoubt(StrEnum):
    AMOUNTS_DIFFER = "amounts_differ"
    IMPLAUSIBLE_AMOUNT = "implausible_amount"
    TRIP_DIFFERS = "trip_differs"
    OTHER_ENERGY = "other_energy"
    """The car does not run on it."""
    IN_THE_FUTURE = "in_the_future"
    TARIFF_NEEDS_TIMES = "tariff_needs_times"
    """Its price depends on the hour, and nobody said when it charged."""


class Hint(StrEnum):
    SWAPPED = "swapped"
    """Quantity and total the other way round would fit."""
    DECIMALS = "decimals"
    """With the point elsewhere it would fit."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a car usually pays for an energy: the median per smallest unit (a millilitre, a gram, a watt-hour), in the smallest coin."""

    price: float
    count: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A fill as far as doubts go."""

    energy: Energy
    unit: QuantityUnit
    quantity: int
    paid: Paid
    day: date
    tells_times: bool = True
    odometer_metres: int | None = None
    by_trip_metres: int | None = None
    """Where the trip says it stood."""
    trip_metres: int | None = None


@dataclass(frozen=True, slots=True)
class Doubts:
    doubts: tuple[FillDoubt, ...] = ()
    hints: tuple[Hint, ...] = ()


def doubts_of(
    fill: Judged,
    *,
    chain: Chain,
    energies: tuple[Energy, ...],
    usual: Mapping[tuple[Energy, str], Usual],
    today: date,
) -> Doubts:
    """From what stands beside it now, so that the order in which fills were typed makes no difference."""
    implausible, hints = _implausible(fill, chain, usual)
    found = {
        FillDoubt.AMOUNTS_DIFFER: differ(fill.paid),
        FillDoubt.IMPLAUSIBLE_AMOUNT: implausible,
        FillDoubt.TRIP_DIFFERS: _trip_differs(fill),
        FillDoubt.OTHER_ENERGY: bool(energies) and fill.energy not in energies and chain.moves,
        FillDoubt.IN_THE_FUTURE: fill.day > today,
        FillDoubt.TARIFF_NEEDS_TIMES: not fill.tells_times,
    }
    return Doubts(tuple(doubt for doubt, is_so in found.items() if is_so), hints)


def _implausible(
    fill: Judged, chain: Chain, usual: Mapping[tuple[Energy, str], Usual]
) -> tuple[bool, tuple[Hint, ...]]:
    total = fill.paid.total
    known = usual.get((fill.energy, total.currency)) if total else None
    if known is not None and known.count < ENOUGH_PRICES:
        known = None
    too_much = not _fits(fill.quantity, chain)
    odd_price = total is not None and not _costs(total.amount_minor, fill.quantity, known)
    if not too_much and not odd_price:
        return False, ()
    return True, tuple(
        hint
        for hint, would_do in (
            (Hint.SWAPPED, _swapped_fits(fill, chain, known)),
            (Hint.DECIMALS, _shifted_fits(fill, chain, known)),
        )
        if would_do
    )


def _fits(quantity: int, chain: Chain) -> bool:
    return chain.capacity is None or quantity <= ROOM * chain.capacity


def _costs(total_minor: int, quantity: int, usual: Usual | None) -> bool:
    """Whether the price is near the usual one; what was free is free."""
    if usual is None or not usual.price or not quantity or not total_minor:
        return True
    price = total_minor / quantity
    return usual.price / DEAREST <= price <= usual.price * DEAREST


def _swapped_fits(fill: Judged, chain: Chain, usual: Usual | None) -> bool:
    """31.5 gallons for 11.25 were 11.25 gallons for 31.50."""
    total, quantity = fill.paid.total, fill.paid.quantity
    if total is None or not quantity or not total.amount:
        return False
    taken = to_smallest(total.amount, fill.unit)
    paid = int(quantity * Decimal(total.amount_minor) / total.amount)  # in the smallest coin
    return taken < fill.quantity and _fits(taken, chain) and _costs(paid, taken, usual)


def _shifted_fits(fill: Judged, chain: Chain, usual: Usual | None) -> bool:
    """1,480.32 litres for 2,219 were 14.8032 for 22.19: the quantity alone, or both, with the point elsewhere."""
    total = fill.paid.total.amount_minor if fill.paid.total else 0
    for shift in SHIFTS:
        fewer, cheaper = fill.quantity // shift, total // shift
        if _fits(fewer, chain) and (_costs(total, fewer, usual) or _costs(cheaper, fewer, usual)):
            return True
        dearer = usual is not None and _costs(total * shift, fill.quantity, usual)
        if _fits(fill.quantity, chain) and (dearer or _costs(cheaper, fill.quantity, usual)):
            return True
    return False


def _trip_differs(fill: Judged) -> bool:
    if fill.odometer_metres is None or fill.by_trip_metres is None or fill.trip_metres is None:
        return False
    return trip_differs(fill.odometer_metres, fill.by_trip_metres, fill.trip_metres)
