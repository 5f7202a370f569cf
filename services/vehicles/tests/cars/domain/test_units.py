from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.cars.units import DistanceUnit, from_metres, to_metres


class TestUnits:
    @given(st.integers(0, 10**7), st.sampled_from(list(DistanceUnit)))
    def test_what_was_typed_comes_back(self, distance: int, unit: DistanceUnit) -> None:
        assert from_metres(to_metres(distance, unit), unit) == distance

    def test_a_mile_is_1609_metres(self) -> None:
        assert to_metres(1000, DistanceUnit.MI) == 1_609_344
