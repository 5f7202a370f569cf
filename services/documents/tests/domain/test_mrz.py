from datetime import date

import pytest

from services.documents.domain.mrz import check_digit, read_mrz

TODAY = date(2026, 11, 22)
ONE, TWO = (
    "CRFRABN735AF4VF1HCTU9LET38745671105016VP<<<<",
    "CI<<RENAULT<<<<<<<CLIO<<<<<<<<<2019CA8465580",
)


class TestReadMrz:
    def test_reads_what_its_digits_prove(self) -> None:
        zone = read_mrz(["CERTIFICAT D'IMMATRICULATION", ONE, TWO], TODAY)
        assert zone is not None
        assert (zone.plate, zone.vin) == ("BN-735-AF", "VF1HCTU9LET387456")
        assert (zone.first_registration, zone.formula) == (date(2011, 5, 1), "2019CA84655")
        assert (zone.make, zone.model, zone.repaired) == ("RENAULT", "CLIO", frozenset())

    @pytest.mark.parametrize(
        ("right", "wrong"), [("735AF4", "73SAF4"), ("VF1HC", "UF1HC"), ("110501", "11O501")]
    )
    def test_repairs_one_misread_letter(self, right: str, wrong: str) -> None:
        zone = read_mrz([ONE.replace(right, wrong), TWO], TODAY)
        assert zone is not None
        assert (zone.plate, zone.vin) == ("BN-735-AF", "VF1HCTU9LET387456")
        assert zone.first_registration == date(2011, 5, 1)

    def test_a_repair_is_named(self) -> None:
        zone = read_mrz([ONE.replace("VF1HC", "UF1HC"), TWO], TODAY)
        assert zone is not None
        assert zone.repaired == {"vin"}

    def test_says_nothing_it_cannot_prove(self) -> None:
        zone = read_mrz([ONE.replace("BN735AF4", "BX999ZZ0"), TWO], TODAY)
        assert zone is not None
        assert zone.plate is None

    def test_no_zone(self) -> None:
        assert read_mrz(["Facture", "Total <<< 5"], TODAY) is None

    def test_the_digit_of_the_standard(self) -> None:
        assert check_digit("D23145890734") == "9"  # ICAO 9303 part 3
