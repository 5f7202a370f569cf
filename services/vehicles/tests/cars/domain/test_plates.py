from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.cars.plates import is_well_formed, looks_alike, normalise_plate


class TestNormalisePlate:
    def test_marks_and_case_do_not_count(self) -> None:
        assert normalise_plate("ab-123 cd") == normalise_plate("AB123CD") == "AB123CD"
        assert normalise_plate(" 1234 bcd ") == "1234BCD"

    @given(st.text(max_size=30))
    def test_twice_is_once(self, text: str) -> None:
        once = normalise_plate(text)
        assert normalise_plate(once) == once

    def test_nothing_left_is_no_plate(self) -> None:
        assert not is_well_formed(normalise_plate("- -"))
        assert not is_well_formed("A" * 13)


class TestLooksAlike:
    def test_a_scanners_usual_mistakes(self) -> None:
        assert looks_alike("AB123CO", "AB123C0")
        assert looks_alike("FX482KL", "FX432KL")
        assert not looks_alike("FX482KL", "GH482KL")

    def test_short_plates_differ_by_one_character(self) -> None:
        assert not looks_alike("AB1", "AB2")
