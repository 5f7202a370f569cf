import pytest

from services.documents.domain.identifiers import (
    clean_vin,
    find_plates,
    find_vins,
    vin_check_digit_holds,
)


class TestPlates:
    @pytest.mark.parametrize(
        ("text", "plate"),
        [
            ("Immatriculation : FX-482-KL", "FX-482-KL"),
            ("FX482KL", "FX-482-KL"),
            ("FX – 482 – KL", "FX-482-KL"),
            ("F X-4B2-KL", None),
            ("FX-4B2-KL", "FX-482-KL"),
        ],
    )
    def test_french(self, text: str, plate: str | None) -> None:
        found = [one.value for one in find_plates(text)]
        assert found == ([plate] if plate else [])

    @pytest.mark.parametrize(
        "text", ["SS-123-AB", "WW-123-AB", "AB-000-CD", "AI-123-BC", "AB-1234-CD", "12-345-67"]
    )
    def test_refuses_what_no_plate_is(self, text: str) -> None:
        assert list(find_plates(text)) == []

    def test_a_repair_is_less_sure(self) -> None:
        clear, repaired = next(find_plates("FX-482-KL")), next(find_plates("FX-4B2-KL"))
        assert repaired.confidence < clear.confidence

    @pytest.mark.parametrize(
        ("text", "plate"),
        [("6343 ZPD", "6343 ZPD"), ("AC73JGD", "AC73 JGD"), ("1234 AB 75", "1234 AB 75")],
    )
    def test_others_only_beside_a_label(self, text: str, plate: str) -> None:
        assert plate in [one.value for one in find_plates(text, labelled=True)]
        assert list(find_plates(text)) == []


class TestVins:
    def test_letters_no_vin_has_are_put_right(self) -> None:
        assert clean_vin("VF3LCYHZPKSI234S6") == "VF3LCYHZPKS123456"

    def test_a_misread_maker_is_put_right_where_one_fits(self) -> None:
        assert next(find_vins("UNKXHAM3786599948")).value in {
            "VNKXHAM3786599948",
            "UNKXHAM3786599948",
        }

    def test_a_check_digit_is_evidence_not_a_condition(self) -> None:
        assert vin_check_digit_holds("1M8GDM9AXKP042788")
        assert not vin_check_digit_holds("VF3LCYHZPKS123456")
        assert next(find_vins("VF3LCYHZPKS123456")).confidence > 0.9

    def test_found_across_a_blank(self) -> None:
        assert next(find_vins("VF3LCYHZ PKS123456")).value == "VF3LCYHZPKS123456"

    @pytest.mark.parametrize(
        "text", ["TRANSIT CUSTOM VAN", "12345678901234567", "FR76300060000112345678901"]
    )
    def test_nothing_where_none_is(self, text: str) -> None:
        assert list(find_vins(text)) == []
