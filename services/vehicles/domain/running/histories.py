"""All that one car took, tank by tank, worked out anew from its fills each time: the same fills tell the same, in whatever order they
were typed, doubled or taken away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import UUID

from services.vehicles.domain.cars.energies import Chain, Energy, Tank, chain_of
from services.vehicles.domain.running.segments import (
    Dropped,
    Segment,
    Stop,
    in_order,
    segments_of,
)
from services.vehicles.domain.running.splits import CARS, METRES_IN_100_KM, Range, own_range


class Basis(StrEnum):
    """Where energy was counted: what costs comes out of the wall, what moves out of the battery."""

    WALL = "wall"
    BATTERY = "battery"


@dataclass(frozen=True, slots=True)
class History:
    """Of one tank. `shared`: segments in which the car may have driven on another energy too, and nobody wrote down how far."""

    chain: Chain
    stops: tuple[Stop, ...]
    segments: tuple[Segment, ...]
    shared: tuple[Segment, ...]
    dropped: tuple[Dropped, ...]
    energies: tuple[Energy, ...]
    """Those that were filled; it is called after the first."""
    basis: Basis | None = None

    @property
    def takes(self) -> Range:
        """Per 100 km: by its own record, else its owner's word, else what cars take."""
        known = [
            Fraction(each.quantity * METRES_IN_100_KM, each.metres)
            for each in self.segments
            if each.metres
        ]
        if self.chain.usual:
            stated = Range.of(*self.chain.usual)
        else:
            ranges = [CARS[energy] for energy in self.energies]
            stated = Range(min(each.low for each in ranges), max(each.high for each in ranges))
        return own_range(known) or stated


@dataclass(frozen=True, slots=True)
class Charging:
    """What went in where both ends were measured."""

    wall: int
    battery: int

    @property
    def loss(self) -> Fraction | None:
        return 1 - Fraction(self.battery, self.wall) if self.wall else None


def charging_of(stops: Sequence[Stop]) -> Charging:
    both = [stop for stop in stops if stop.quantity is not None and stop.battery is not None]
    return Charging(
        sum(stop.quantity or 0 for stop in both), sum(stop.battery or 0 for stop in both)
    )


@dataclass(frozen=True, slots=True)
class Car:
    """`places`: the order of all stops, by id; `other_basis`: charges counted at the other end; `charges`: as they were said."""

    histories: tuple[History, ...]
    places: dict[UUID, int]
    other_basis: History | None = None
    charges: tuple[Stop, ...] = ()

    def filled(self, history: History) -> tuple[Stop, ...]:
        """A history that counts at the battery has put that in the quantity's place."""
        return self.charges if history.basis else history.stops

    @property
    def moving(self) -> list[History]:
        return [history for history in self.histories if history.chain.moves]


MORE_THAN_ONE: Final = 2


def car_of(stops: Sequence[Stop], tanks: Sequence[Tank]) -> Car:
    ordered = in_order(stops)
    chains = {energy: chain_of(energy, tanks) for energy in {stop.energy for stop in ordered}}
    tanked: dict[Chain, list[Stop]] = {}
    for stop in ordered:
        tanked.setdefault(chains[stop.energy], []).append(stop)
    is_shared = sum(chain.moves for chain in tanked) >= MORE_THAN_ONE
    order = list(Energy)
    histories: list[History] = []
    other: History | None = None
    charges: tuple[Stop, ...] = ()
    for chain in sorted(tanked, key=lambda chain: order.index(chain.main)):
        if chain.main is Energy.ELECTRIC:
            found, other = _electric(chain, tanked[chain], is_shared=is_shared)
            charges = tuple(tanked[chain])
        else:
            found = _history(chain, tanked[chain], is_shared=is_shared and chain.moves)
        histories.append(found)
    places = {stop.id: place for place, stop in enumerate(ordered)}
    return Car(tuple(histories), places, other, charges)


def _history(
    chain: Chain, stops: Sequence[Stop], *, is_shared: bool, basis: Basis | None = None
) -> History:
    found = segments_of(stops, chain)
    known = [each for each in found.segments if each.is_split or not is_shared]
    shared = [each for each in found.segments if is_shared and not each.is_split and each.metres]
    filled = {stop.energy for stop in stops}
    return History(
        chain,
        tuple(stops),
        tuple(known),
        tuple(shared),
        tuple(found.dropped),
        tuple(energy for energy in Energy if energy in filled),
        basis,
    )


def _electric(
    chain: Chain, stops: Sequence[Stop], *, is_shared: bool
) -> tuple[History, History | None]:
    """Counted at the battery if that tells of as long a way, and the other way beside it."""
    at_battery = [replace(stop, quantity=stop.battery) for stop in stops]
    battery = _history(chain, at_battery, is_shared=is_shared, basis=Basis.BATTERY)
    wall = _history(_at_the_wall(chain, stops), stops, is_shared=is_shared, basis=Basis.WALL)
    if any(stop.battery is not None for stop in stops) and _told(battery) >= _told(wall):
        return battery, wall
    return wall, battery


def _told(history: History) -> int:
    return sum(each.metres or 0 for each in (*history.segments, *history.shared))


def _at_the_wall(chain: Chain, stops: Sequence[Stop]) -> Chain:
    """Between two levels lies what the battery holds: at the wall that was more, by what was lost on the way."""
    known = charging_of(stops)
    if chain.capacity is None or not known.battery:
        return chain
    return replace(chain, capacity=round(chain.capacity * known.wall / known.battery))
