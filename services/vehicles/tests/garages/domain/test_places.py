from math import cos, pi, radians

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.vehicles.domain.garages.places import (
    EARTH_KM,
    Known,
    Place,
    box_around,
    distance_km,
    is_twin,
    key_of,
    normal,
)

LYON, PARIS = Place(45.7640, 4.8357), Place(48.8566, 2.3522)


class TestDistance:
    def test_a_known_one(self) -> None:
        assert distance_km(PARIS, LYON) == pytest.approx(391.5, abs=0.5)

    def test_a_degree_of_latitude(self) -> None:
        assert distance_km(Place(0, 0), Place(1, 0)) == pytest.approx(EARTH_KM * pi / 180)

    @pytest.mark.parametrize(
        ("one", "other", "km"),
        [
            (Place(0, 180), Place(0, -180), 0),
            (Place(90, 0), Place(90, 137), 0),
            (Place(0, 0), Place(0, 180), EARTH_KM * pi),
            (Place(90, 0), Place(-90, 0), EARTH_KM * pi),
        ],
    )
    def test_at_the_ends_of_the_earth(self, one: Place, other: Place, km: float) -> None:
        assert distance_km(one, other) == pytest.approx(km, abs=1e-6)


latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
places = st.builds(Place, latitudes, longitudes.map(normal))


@given(places, places, st.floats(0, 2000))
@example(Place(89.9, 0), Place(89.9, -180), 200)
@example(Place(-16.5, 179.9), Place(-16.5, -179.9), 50)
@example(Place(0, -180), Place(0, 179.99), 5)
@example(Place(90, 0), Place(90, 12), 0)
@example(Place(48.8, 2.3), Place(48.8, 2.3), 0)
def test_the_box_leaves_nobody_out(centre: Place, other: Place, radius: float) -> None:
    if distance_km(centre, other) <= radius:
        assert box_around(centre, radius).holds(other)


@given(st.floats(-80, 80), st.floats(1, 200))
def test_and_is_hardly_wider_than_it_has_to_be(latitude: float, radius: float) -> None:
    box = box_around(Place(latitude, 0), radius)
    wide = sum(east - west for west, east in box.spans) * cos(radians(latitude))
    assert box.north - box.south == pytest.approx(2 * radius / EARTH_KM * 180 / pi, rel=1e-6)
    assert wide < 1.05 * (box.north - box.south)


class TestTwins:
    """Same country and name, less than 100 m apart: one garage."""

    HERE = Known(PARIS, "75004", "paris")

    @pytest.mark.parametrize(
        ("other", "same"),
        [
            (Known(Place(48.8566 + 0.0008, 2.3522), "75001", "lyon"), True),  # 89 m
            (Known(Place(48.8566 + 0.0010, 2.3522), "75004", "paris"), False),  # 111 m
            (Known(None, "75004", "elsewhere"), True),
            (Known(None, "69001", "paris"), False),
            (Known(None, None, "paris"), True),
            (Known(None, None, "lyon"), False),
        ],
    )
    def test_each(self, other: Known, same: bool) -> None:
        assert is_twin(self.HERE, other) is same
        assert is_twin(other, self.HERE) is same

    @pytest.mark.parametrize(
        "name", ["Garage du Parc", "GARAGE  DU PARC", "Garage-du-Parc.", "Gârage dù Pàrc"]
    )
    def test_names_are_folded(self, name: str) -> None:
        assert key_of(name) == "garage du parc"
