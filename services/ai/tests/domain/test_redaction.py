import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ai.domain.redaction import model_year, redact


class TestRedact:
    @pytest.mark.parametrize(
        ("text", "gone"),
        [
            ("Écrivez à ann.lee@example.com", "example.com"),
            ("ann.lee (at) example.com", "ann.lee"),
            ("+33 6 11 22 33 44", "11 22"),
            ("06.12.34.56.78", "34.56"),
            ("0034 612 345 678", "345"),
            ("FR76 3000 6000 0112 3456 7890 189", "3456"),
            ("4242 4242 4242 4242", "4242"),
            ("AA-123-BB", "123"),
            ("4821 KLM", "4821"),
            ("1234 AB 75", "1234"),
            ("B-MW 1234", "1234"),
            ("AB12 CDE", "AB12"),
            ("VF1BM0B0H12345678", "12345678"),
            ("je m'appelle Jean Martin", "Martin"),
            ("M. Dupont", "Dupont"),
            ("12 rue de la Paix", "Paix"),
            ("Bearer abc.def.ghi", "abc.def"),
        ],
    )
    def test_what_names_somebody_goes(self, text: str, gone: str) -> None:
        assert gone not in redact(text)

    @pytest.mark.parametrize(
        "text",
        [
            "P0420 à 150 000 km, 15000 km, 5W30, vidange le 12/03/2024",
            "Golf 7 2.0 TDI 150 ch, 320 Nm",
            "I'm driving a Clio at 110 km/h",
            "je suis en panne sur autoroute",
            "Peugeot 3008 2018 1.5 BlueHDi",
        ],
    )
    def test_what_the_car_needs_stays(self, text: str) -> None:
        assert redact(text) == text

    def test_a_vin_keeps_its_maker_and_year(self) -> None:
        assert redact("VIN VF3LCYHZPHS123456") == "VIN [vin VF3 year-letter H]"
        assert (
            model_year("H", 2025),
            model_year("T", 2025),
            model_year("Y", 2025),
            model_year("?", 2025),
        ) == (2017, 2026, 2000, None)

    @given(st.text(max_size=300))
    def test_any_text_comes_through_and_a_second_time_changes_nothing_more(self, text: str) -> None:
        once = redact(text)
        assert isinstance(once, str)
        assert "@example.com" not in redact(f"{text} someone@example.com")
