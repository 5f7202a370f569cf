from datetime import date
from decimal import Decimal

import pytest

from services.documents.domain.einvoice import EInvoice
from services.documents.domain.fields import Reading, read_fields
from services.documents.tests.papers import page_of
from shared.contracts.documents import DocumentType, ReadStatus

TODAY = date(2026, 11, 22)


def read(
    *lines: str,
    source: str = "text",
    einvoice: EInvoice | None = None,
    declared: DocumentType | None = None,
) -> Reading:
    return read_fields(
        [page_of(*lines, source=source)], today=TODAY, einvoice=einvoice, declared=declared
    )


def values(reading: Reading) -> dict[str, str]:
    return {field.name: field.value for field in reading.fields}


class TestInvoices:
    def test_french(self) -> None:
        reading = read(
            "Garage Vernet SARL||FACTURE",
            "3 rue des Lilas||N° FA-2210",
            "69100 Villeurbanne||Date : 05/03/2026",
            "||Échéance : 04/04/2026",
            "Immatriculation : GH-274-PL",
            "Kilométrage : 91 400 km",
            "Désignation|Qté|P.U. HT|Montant HT",
            "Plaquettes de frein avant|1|84,50|84,50",
            "Main d'oeuvre|2|65,00|130,00",
            "||Total HT|214,50 €",
            "||TVA 20 %|42,90 €",
            "||Total TTC|257,40 €",
        )
        found = values(reading)
        assert found["vendor"] == "Garage Vernet SARL"
        assert found["invoice_number"] == "FA-2210"
        assert (found["date"], found["due_date"]) == ("2026-03-05", "2026-04-04")
        assert (found["plate"], found["mileage"], found["mileage_unit"]) == (
            "GH-274-PL",
            "91400",
            "km",
        )
        assert (found["total_net"], found["tax"], found["total"]) == ("214.50", "42.90", "257.40")
        assert [(line.description, line.quantity, line.amount) for line in reading.lines] == [
            ("Plaquettes de frein avant", Decimal(1), Decimal("84.50")),
            ("Main d'oeuvre", Decimal(2), Decimal("130.00")),
        ]

    def test_english(self) -> None:
        found = values(
            read(
                "Northgate Motors Ltd||INVOICE INV-2093",
                "12 Mill Road||Invoice date: 7 Feb 2026",
                "Leeds LS1 4AB||Reg: KX19 ABC",
                "||Mileage: 41,250 miles",
                "Oil change|1|£50.00|£50.00",
                "||Subtotal|£50.00",
                "||VAT @ 20%|£10.00",
                "||Total due|£60.00",
            )
        )
        assert (found["vendor"], found["invoice_number"]) == ("Northgate Motors Ltd", "INV-2093")
        assert (found["date"], found["currency"], found["total"]) == ("2026-02-07", "GBP", "60.00")
        assert (found["plate"], found["mileage"], found["mileage_unit"]) == (
            "KX19 ABC",
            "41250",
            "mi",
        )

    def test_spanish(self) -> None:
        found = values(
            read(
                "TALLERES LA RUEDA, S.L.||FACTURA Nº: 26/118",
                "C/ Mayor 3, 28001 Madrid||Fecha: 09/01/2026",
                "||Matrícula: 4821 KLM",
                "Aceite motor 5W30|1|61,00|61,00",
                "||Base imponible|61,00 €",
                "||IVA 21 %|12,81 €",
                "||TOTAL FACTURA|73,81 €",
            )
        )
        assert found["invoice_number"] == "26/118"
        assert (found["date"], found["plate"], found["total"]) == (
            "2026-01-09",
            "4821 KLM",
            "73.81",
        )

    def test_two_rates_of_tax_make_one(self) -> None:
        found = values(
            read(
                "FACTURE n° 77-123",
                "Total HT|300,00 €",
                "TVA 20 %|20,00 €",
                "TVA 5,5 %|11,00 €",
                "Total TTC|331,00 €",
            )
        )
        assert (found["total_net"], found["tax"], found["total"]) == ("300.00", "31.00", "331.00")

    def test_a_misread_total_is_less_sure_than_one_that_adds_up(self) -> None:
        good = read("FACTURE n° A-100", "Total HT|100,00 €", "TVA|20,00 €", "Total TTC|120,00 €")
        bad = read("FACTURE n° A-100", "Total HT|100,00 €", "TVA|20,00 €", "Total TTC|720,00 €")
        sure = {f.name: f.confidence for f in good.fields}["total"]
        doubtful = {f.name: f.confidence for f in bad.fields}["total"]
        assert sure > 0.95
        assert doubtful < 0.92

    def test_the_next_service_is_not_the_mileage(self) -> None:
        found = values(
            read(
                "FACTURE n° A-100",
                "Kilométrage : 91 400 km",
                "Prochain entretien à 106 400 km ou le 05/03/2027",
                "Total TTC|10,00 €",
            )
        )
        assert found["mileage"] == "91400"
        assert (found["next_due_mileage"], found["next_due_date"]) == ("106400", "2027-03-05")

    def test_xml_is_the_truth_and_the_page_adds_the_car(self) -> None:
        invoice = EInvoice(
            kind="cii",
            number="X-1",
            issued=date(2026, 1, 2),
            vendor="Vrai Garage",
            currency="EUR",
            total=Decimal("12.00"),
        )
        reading = read(
            "FACTURE n° Y-999", "Immatriculation : GH-274-PL", "Total TTC|99,00 €", einvoice=invoice
        )
        found = {f.name: (f.value, f.source) for f in reading.fields}
        assert found["invoice_number"] == ("X-1", "xml")
        assert found["total"] == ("12.00", "xml")
        assert found["plate"][0] == "GH-274-PL"


class TestOtherPapers:
    def test_insurance_without_an_expiry_gets_none(self) -> None:
        reading = read(
            "MÉMO VÉHICULE ASSURÉ",
            "Assureur : Mutuelle des Dunes",
            "Contrat n° AB123456",
            "Immatriculation : GH-274-PL",
            "Souscripteur|LEA MARTIN",
        )
        found = values(reading)
        assert reading.kind.document_type is DocumentType.INSURANCE
        assert (found["policy_number"], found["plate"]) == ("AB123456", "GH-274-PL")
        assert "expiry_date" not in found

    def test_inspection_table(self) -> None:
        found = values(
            read(
                "PROCÈS-VERBAL DE CONTRÔLE TECHNIQUE",
                "DATE DU CONTRÔLE|N° DU PROCÈS-VERBAL",
                "20/11/2025|25665084",
                "RÉSULTAT DU CONTRÔLE|LIMITE DE VALIDITÉ",
                "Défavorable|20/01/2026",
                "Kilométrage relevé|193177 km",
                "Historique : dernier contrôle le 18/11/2023, kilométrage 175319 km.",
            )
        )
        assert (found["date"], found["expiry_date"], found["result"]) == (
            "2025-11-20",
            "2026-01-20",
            "fail",
        )
        assert (found["report_number"], found["mileage"]) == ("25665084", "193177")

    def test_registration_by_its_codes(self) -> None:
        found = values(
            read(
                "CERTIFICAT D'IMMATRICULATION",
                "A. GH-274-PL|B 18/06/2023",
                "C.1 MARTIN",
                "LEA",
                "D.1 PEUGEOT",
                "D.3 308|E. VF3LCYHZPKS123456",
                "P.1 1499|P.2 96|P.3 GO|P.6 6",
                "S.1 5|V.7 112",
                "X.1 VISITE AVANT LE 18/06/2027",
                "I 20/06/2023",
            )
        )
        assert (found["plate"], found["vin"]) == ("GH-274-PL", "VF3LCYHZPKS123456")
        assert (found["first_registration_date"], found["issue_date"]) == (
            "2023-06-18",
            "2023-06-20",
        )
        assert (found["brand"], found["model"], found["holder"]) == ("PEUGEOT", "308", "MARTIN LEA")
        assert (found["power_kw"], found["fuel"], found["fiscal_power"]) == ("96", "GO", "6")
        assert (found["seats"], found["co2"], found["next_inspection_date"]) == (
            "5",
            "112",
            "2027-06-18",
        )

    def test_service_record(self) -> None:
        found = values(
            read(
                "Service record",
                "Registration|KX19 ABC",
                "Service date|12 September 2025",
                "Odometer|86,239 km",
                "Workshop|Garage Le Guen & Fils",
                "Next service due: 12 September 2026 or 101,239 km",
            )
        )
        assert (found["date"], found["mileage"], found["vendor"]) == (
            "2025-09-12",
            "86239",
            "Garage Le Guen & Fils",
        )
        assert (found["next_due_date"], found["next_due_mileage"]) == ("2026-09-12", "101239")

    @pytest.mark.parametrize(
        "interval", ["15 000 km ou 12 mois", "15,000 km or 1 year", "20 000 km o 12 meses"]
    )
    def test_an_interval_is_no_odometer(self, interval: str) -> None:
        found = values(
            read(
                "Service record",
                "Service date|12 September 2025",
                "Odometer|86,239 km",
                f"Next service due: {interval}",
            )
        )
        assert "next_due_mileage" not in found


class TestStatus:
    def test_nothing_read_is_unreadable(self) -> None:
        assert read("a").status is ReadStatus.UNREADABLE

    @pytest.mark.parametrize("kind", list(DocumentType))
    def test_a_refused_paper_is_never_what_its_owner_declared(self, kind: DocumentType) -> None:
        reading = read("DEVIS n° 12", "Total TTC 600,00 €", "Bon pour accord", declared=kind)
        assert reading.kind.document_type is DocumentType.OTHER

    def test_what_the_owner_declared_decides_where_the_paper_does_not(self) -> None:
        reading = read(
            "Chez Paul", "03/02/2026", "42,00 EUR", "bonne journée", declared=DocumentType.INVOICE
        )
        assert reading.kind.document_type is DocumentType.INVOICE


class TestCurrencies:
    """The bug `currency`: a Swiss and a Senegalese invoice were read as euros."""

    @pytest.mark.parametrize(
        ("lines", "currency"),
        [
            (("CHE-412.345.678 TVA", "Total TTC|Fr. 1'354.95"), "CHF"),
            (("Prix CHF|Montant CHF", "Total TTC|1'354.95", "TVA 8.1 %|101.53"), "CHF"),
            (("Rue 10, Dakar", "Total TTC|59 000 FCFA", "TVA 18 %|9 000 FCFA"), "XOF"),
            (("Rue 10, Douala", "Total TTC|59 000 FCFA"), "XAF"),
            (("Total TTC|59 000 FCFA", "TVA 18 %|9 000 FCFA"), None),
            (("Rue de Marseille, Tunis", "Total TTC|85,750 DT"), "TND"),
            (("Total TTC|85,75 €",), "EUR"),
            (("Total TTC|85,75", "TVA 20 %|14,29"), "EUR"),
        ],
    )
    def test_no_currency_is_better_than_a_wrong_one(
        self, lines: tuple[str, ...], currency: str | None
    ) -> None:
        assert values(read("Garage du Lac", "FACTURE", *lines)).get("currency") == currency

    def test_dinars_have_three_decimals(self) -> None:
        reading = read(
            "Garage de Carthage", "FACTURE", "Total HT|72,059 DT", "TVA 19 %|13,691 DT",
            "Total TTC|85,750 DT",
        )  # fmt: skip
        found = values(reading)
        assert (found["total"], found["currency"]) == ("85.750", "TND")
        assert (found["total_net"], found["tax"]) == ("72.059", "13.691")


class TestCreditNotes:
    def test_the_page_or_the_xml_says_so(self) -> None:
        printed = read("Garage des Tilleuls", "FACTURE", "Avoir n° A-14", "Total TTC|258,00 €")
        assert printed.kind.document_type is DocumentType.INVOICE
        assert (values(printed)["subtype"], values(printed)["total"]) == ("credit_note", "258.00")
        stated = read("", einvoice=EInvoice(kind="cii", is_credit_note=True))
        assert values(stated)["subtype"] == "credit_note"
        assert "subtype" not in values(read("FACTURE", "Total TTC|258,00 €"))
        assert "subtype" not in values(read("AVOIR", einvoice=EInvoice(kind="cii")))
