import pytest

from services.documents.domain.corrections import clean


class TestClean:
    @pytest.mark.parametrize(
        ("field", "typed", "stored"),
        [
            ("date", "2026-11-12", "2026-11-12"),
            ("date", "12/11/2026", None),
            ("total", "189.9", "189.90"),
            ("total", "1e5", None),
            ("mileage", "058240", "58240"),
            ("mileage", "9999999", None),
            ("currency", "EUR", "EUR"),
            ("vin", "vf3 lcyhzpks123456", "VF3LCYHZPKS123456"),
            ("plate", "fx-482-kl", "FX-482-KL"),
            ("plate", "-", None),
            ("result", "pass", "pass"),
            ("result", "maybe", None),
            ("vendor", "  Garage   Vernet ", "Garage Vernet"),
            ("vendor", "\u202egarage", None),
            ("vendor", "", None),
        ],
    )
    def test_one_form_for_each_kind(self, field: str, typed: str, stored: str | None) -> None:
        assert clean(field, typed) == stored
