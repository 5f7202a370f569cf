"""Where garages are: how far from a point, and which box holds all that are near enough.

The earth is a sphere of the mean radius 6,371.0088 km (Moritz, Geodetic Reference System 1980: R1); against the ellipsoid a distance is
off by at most 0.6 %, which nobody who drives there notices. The box is exact for a sphere: a circle of angular radius r around
latitude φ reaches asin(sin r / cos φ) in longitude (Matuschek, "Finding points within a distance of a latitude/longitude").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import asin, cos, degrees, pi, radians, sin, sqrt
from typing import Final, TypeVar

from services.vehicles.domain.things import words_of

EARTH_KM: Final = 6371.0088
SAME_PLACE_KM: Final = 0.1
"""Of two garages of one name, nearer than this: one garage (domain.md §8)."""
_SLACK: Final = 1e-9
"""Degrees: a tenth of a millimetre, so that rounding leaves nobody out."""
_NOT_A_WORD: Final = str.maketrans(dict.fromkeys(".,;:'’\"()&/+*|", " ") | {"-": " "})


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Box:
    south: float
    north: float
    spans: Sequence[tuple[float, float]]
    """Of longitude, from west to east: two where the circle lies over the antimeridian."""

    def holds(self, place: Place) -> bool:
        return self.south <= place.latitude <= self.north and any(
            west <= place.longitude <= east for west, east in self.spans
        )


def normal(longitude: float) -> float:
    """From -180 to less than 180: one meridian has one name."""
    return longitude - 360 if longitude >= 180 else longitude  # noqa: PLR2004 - half a turn


def distance_km(one: Place, other: Place) -> float:
    """By the haversine, which is exact for what is near too."""
    here, there = radians(one.latitude), radians(other.latitude)
    up = sin((there - here) / 2) ** 2
    along = sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, up + cos(here) * cos(there) * along)))


def box_around(centre: Place, radius_km: float) -> Box:
    """It holds each point at most so far away, and some that are not."""
    turn = min(radius_km / EARTH_KM, pi)
    high = degrees(turn) + _SLACK
    south, north = centre.latitude - high, centre.latitude + high
    if south <= -90 or north >= 90:  # noqa: PLR2004 - a pole is inside, and with it each meridian
        return Box(max(south, -90.0), min(north, 90.0), ((-180.0, 180.0),))
    reach = degrees(asin(min(1.0, sin(turn) / cos(radians(centre.latitude))))) + _SLACK
    west, east = normal(centre.longitude) - reach, normal(centre.longitude) + reach
    if west < -180:  # noqa: PLR2004
        return Box(south, north, ((-180.0, east), (west + 360, 180.0)))
    if east >= 180:  # noqa: PLR2004
        return Box(south, north, ((west, 180.0), (-180.0, east - 360)))
    return Box(south, north, ((west, east),))


def key_of(name: str) -> str:
    """As names are compared: without case, accents and marks (`Garage du Parc, S.A.R.L.` is `garage du parc s a r l`)."""
    return " ".join(words_of(name.translate(_NOT_A_WORD)))


@dataclass(frozen=True, slots=True)
class Known:
    """What is compared of a garage beside country and name, which are the same."""

    place: Place | None
    postal_code: str | None
    city_key: str


K = TypeVar("K")


def is_twin(new: Known, known: Known) -> bool:
    """Whether two garages of one name in one country are one: less than 100 m apart; where one has no place, in one town."""
    if new.place is not None and known.place is not None:
        return distance_km(new.place, known.place) < SAME_PLACE_KM
    if new.postal_code is not None and known.postal_code is not None:
        return new.postal_code == known.postal_code
    return new.city_key == known.city_key


def twins(new: Known, others: Iterable[tuple[Known, K]]) -> list[K]:
    return [each for known, each in others if is_twin(new, known)]
