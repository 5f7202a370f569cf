import pytest

from services.documents.domain.classify import classify, is_credit_note
from services.documents.tests.papers import sheet_of
from shared.contracts.documents import DocumentType


class TestClassify:
    @pytest.mark.parametrize(
        ("lines", "kind"),
        [
            (("FACTURE", "Total HT|10,00", "TVA|2,00", "Total TTC|12,00"), DocumentType.INVOICE),
            (("Devis n° 12", "Total TTC|12,00", "Bon pour accord"), DocumentType.OTHER),
            (
                ("Facture n° 12", "Total TTC|12,00", "Demandez un devis gratuit"),
                DocumentType.INVOICE,
            ),
            (("FACTURE PROFORMA", "Total TTC|12,00"), DocumentType.OTHER),
            (("ESTIMATE", "Total|12.00", "This is not an invoice"), DocumentType.OTHER),
            (("PRESUPUESTO", "Total|12,00"), DocumentType.OTHER),
            (
                ("Certificat de cession d'un véhicule d'occasion", "certifie céder"),
                DocumentType.OTHER,
            ),
            (
                ("AVIS DE CONTRAVENTION", "Montant 135,00 €", "retrait de points"),
                DocumentType.OTHER,
            ),
            (("Certificat d'immatriculation", "A. AB-123-CD"), DocumentType.REGISTRATION),
            (("Demande de certificat d'immatriculation", "Cerfa"), DocumentType.OTHER),
            (("ATTESTATION D'ASSURANCE AUTOMOBILE", "Souscripteur"), DocumentType.INSURANCE),
            (("MÉMO VÉHICULE ASSURÉ", "Contrat n° 12"), DocumentType.INSURANCE),
            (
                ("PROCÈS-VERBAL DE CONTRÔLE TECHNIQUE", "Résultat du contrôle"),
                DocumentType.INSPECTION,
            ),
            (("MOT test certificate", "Pass"), DocumentType.INSPECTION),
            (("INFORME DE INSPECCIÓN TÉCNICA DE VEHÍCULOS", "Favorable"), DocumentType.INSPECTION),
            (("Carnet d'entretien", "Prochaine révision"), DocumentType.MAINTENANCE),
            (("Service record", "Next service due"), DocumentType.MAINTENANCE),
            (("Cher ami,", "il fait beau ici"), DocumentType.OTHER),
        ],
    )
    def test_kinds(self, lines: tuple[str, ...], kind: DocumentType) -> None:
        assert classify(sheet_of(*lines)).document_type is kind

    def test_misread_titles_are_still_known(self) -> None:
        sheet = sheet_of("ATTESTAT1ON D'ASSURANCE AUTOMOBILE", "Souscripteur", source="page")
        assert classify(sheet).document_type is DocumentType.INSURANCE

    def test_an_e_invoice_is_an_invoice_whatever_its_words(self) -> None:
        assert classify(sheet_of("Devis"), has_einvoice=True).document_type is DocumentType.INVOICE


class TestIsCreditNote:
    """The bug `credit-note`: an invoice by its kind, and no expense."""

    @pytest.mark.parametrize(
        "lines",
        [
            ("FACTURE", "Avoir n° A-2026-014", "Total TTC|258,00 €"),
            ("AVOIR", "Total TTC|258,00 €"),
            ("Facture d'avoir n° 7", "Total TTC|258,00 €"),
            ("CREDIT NOTE", "Total|258.00"),
            ("FACTURE", "Credit note no. CN-2026-09", "Total amount|258.00 €"),
            ("NOTA DE CRÉDITO", "Total|258,00 €"),
            ("Gutschrift Nr. 4", "Gesamt|258,00 €"),
        ],
    )
    def test_by_its_title(self, lines: tuple[str, ...]) -> None:
        assert is_credit_note(sheet_of(*lines))

    @pytest.mark.parametrize(
        "lines",
        [
            ("FACTURE", "Total TTC|12,00 €"),
            ("FACTURE", "Réglé par avoir du 3 mars", "Total TTC|12,00 €"),
            ("INVOICE", "Thank you for having us", "Paid by credit card", "Total|12.00"),
        ],
    )
    def test_what_speaks_of_one_is_none(self, lines: tuple[str, ...]) -> None:
        assert not is_credit_note(sheet_of(*lines))
