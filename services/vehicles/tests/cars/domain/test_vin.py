import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.cars.vin import (
    Certainty,
    VinWarning,
    check_digit,
    compact,
    decode_vin,
    is_well_formed,
    normalise_vin,
    warnings,
)

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
US_VIN = "1M8GDM9AXKP042788"
"""The worked example of 49 CFR 565: its check digit is X."""


class TestCheckDigit:
    def test_the_published_example_adds_up(self) -> None:
        assert check_digit(US_VIN) == "X"

    @given(st.text(LETTERS, min_size=17, max_size=17))
    def test_a_corrected_number_always_adds_up(self, vin: str) -> None:
        corrected = vin[:8] + check_digit(vin) + vin[9:]
        assert VinWarning.CHECK_DIGIT not in warnings(corrected)

    @given(st.text(LETTERS, min_size=17, max_size=17), st.integers(0, 16))
    def test_one_wrong_digit_is_noticed(self, vin: str, at: int) -> None:
        right = vin[:8] + check_digit(vin) + vin[9:]
        if at == 8 or not right[at].isdigit():
            return
        wrong = right[:at] + str((int(right[at]) + 1) % 10) + right[at + 1 :]
        assert VinWarning.CHECK_DIGIT in warnings(wrong)


class TestDecodeVin:
    def test_maker_and_country_come_from_the_table(self) -> None:
        decoded = decode_vin("VF3LBHZTXHS123456", this_year=2026)
        assert (decoded.make, decoded.country) == ("Peugeot", "FR")
        assert (decoded.model_years, decoded.model_year_certainty) == (
            (2017, 1987),
            Certainty.UNSURE,
        )

    def test_a_maker_that_writes_the_year_is_believed(self) -> None:
        decoded = decode_vin("WVWZZZ1KZ8W123456", this_year=2026)
        assert (decoded.make, decoded.model_years[0]) == ("Volkswagen", 2008)
        assert decoded.model_year_certainty is Certainty.LIKELY

    def test_a_european_number_that_does_not_add_up_is_only_warned_about(self) -> None:
        decoded = decode_vin("WVWZZZ1KZ8W123456", this_year=2026)
        assert decoded.check_digit_valid is False
        assert decoded.warnings == (VinWarning.CHECK_DIGIT,)

    def test_an_unknown_maker_is_said(self) -> None:
        decoded = decode_vin("ZZZ" + US_VIN[3:], this_year=2026)
        assert decoded.make is None
        assert VinWarning.UNKNOWN_MAKER in decoded.warnings

    def test_no_future_year_but_the_next_one(self) -> None:
        assert decode_vin("VF3LBHZTXVS123456", this_year=2026).model_years == (2027, 1997)
        assert decode_vin("VF3LBHZTXWS123456", this_year=2026).model_years == (1998,)

    @given(st.text(LETTERS, min_size=17, max_size=17), st.integers(1980, 2100))
    def test_whatever_is_well_formed_is_decoded(self, vin: str, year: int) -> None:
        decoded = decode_vin(vin, this_year=year)
        assert all(1980 <= found <= year + 1 for found in decoded.model_years)


class TestWellFormed:
    def test_letters_that_look_like_digits_are_refused(self) -> None:
        assert not is_well_formed("VF3LBHZTXHS12345O")
        assert not is_well_formed("VF3LBHZTXHS1234567")

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("1234567", "1234567"),
            ("jzx100 - 0123456", "JZX100-0123456"),
            ("1E5A0412345", "1E5A0412345"),
            ("VF3-LBHZ TXHS-123456", "VF3LBHZTXHS123456"),
        ],
    )
    def test_a_chassis_number_that_is_no_vin_is_kept(self, typed: str, kept: str) -> None:
        number = normalise_vin(typed)
        assert (number, is_well_formed(number)) == (kept, True)
        if len(number) != 17:
            assert warnings(number) == (VinWarning.SHORT,)

    @pytest.mark.parametrize("text", ["", "VF3", "-----", "JZX--100", "É1234567", "12345\x00"])
    def test_what_is_no_number_is_refused(self, text: str) -> None:
        assert not is_well_formed(normalise_vin(text))

    @given(st.text(max_size=40))
    def test_any_text_is_judged(self, text: str) -> None:
        number = normalise_vin(text)
        if is_well_formed(number):
            assert 5 <= len(compact(number)) <= 17
            assert normalise_vin(number) == number


class TestSmallMakers:
    """Of a WMI that ends in 9 the 12th to 14th character tell the maker (ISO 3780)."""

    def test_a_shared_wmi_names_no_maker_it_cannot_know(self) -> None:
        assert decode_vin("VF9AR12S3JM123456", this_year=2026).make is None
        assert decode_vin("VF9SP3V31JM795123", this_year=2026).make == "Bugatti"
