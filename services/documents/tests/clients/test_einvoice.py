import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pikepdf

from services.documents.clients import einvoice
from services.documents.tests import hostile

UBL = b"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:a="urn:a" xmlns:b="urn:b">
<b:ID>U-77</b:ID><b:IssueDate>2026-03-04</b:IssueDate><b:Note>Kennzeichen: M-AB 123</b:Note>
<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>
<a:AccountingSupplierParty><a:Party><a:PartyName><b:Name>Vermietung Nord</b:Name></a:PartyName></a:Party></a:AccountingSupplierParty>
<a:TaxTotal><b:TaxAmount currencyID="EUR">19.00</b:TaxAmount></a:TaxTotal>
<a:LegalMonetaryTotal><b:TaxExclusiveAmount>100.00</b:TaxExclusiveAmount><b:TaxInclusiveAmount>119.00</b:TaxInclusiveAmount>
<b:PayableAmount>119.00</b:PayableAmount></a:LegalMonetaryTotal>
<a:InvoiceLine><b:InvoicedQuantity>2</b:InvoicedQuantity><b:LineExtensionAmount>100.00</b:LineExtensionAmount>
<a:Item><b:Name>Miete</b:Name></a:Item><a:Price><b:PriceAmount>50.00</b:PriceAmount></a:Price></a:InvoiceLine></Invoice>"""
CII = b"""<rsm:CrossIndustryInvoice xmlns:rsm="urn:r" xmlns:ram="urn:m" xmlns:udt="urn:u">
<rsm:ExchangedDocument><ram:ID>F-9</ram:ID>
<ram:IssueDateTime><udt:DateTimeString format="102">20260304</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement>
<ram:SellerTradeParty><ram:Name>Garage Delta</ram:Name></ram:SellerTradeParty></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode><ram:SpecifiedTradeSettlementHeaderMonetarySummation>
<ram:TaxBasisTotalAmount>10.00</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="EUR">2.00</ram:TaxTotalAmount>
<ram:GrandTotalAmount>12.00</ram:GrandTotalAmount>
<ram:DuePayableAmount>12.00</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""


class TestParse:
    def test_ubl(self) -> None:
        found = einvoice.parse(UBL)
        assert found is not None
        assert (found.number, found.issued, found.vendor) == (
            "U-77",
            date(2026, 3, 4),
            "Vermietung Nord",
        )
        assert (found.net, found.tax, found.total) == (Decimal(100), Decimal(19), Decimal(119))
        assert (found.lines[0].description, found.lines[0].quantity) == ("Miete", Decimal(2))

    def test_cii(self) -> None:
        found = einvoice.parse(CII)
        assert found is not None
        assert (found.number, found.vendor, found.total, found.currency) == (
            "F-9",
            "Garage Delta",
            Decimal(12),
            "EUR",
        )

    def test_credit_notes_say_so_by_their_code_or_their_name(self) -> None:
        head = b"<ram:ID>F-9</ram:ID>"
        coded = CII.replace(head, head + b"<ram:TypeCode>381</ram:TypeCode>")
        usual = CII.replace(head, head + b"<ram:TypeCode>380</ram:TypeCode>")
        named = UBL.replace(b"<Invoice ", b"<CreditNote ").replace(b"</Invoice>", b"</CreditNote>")
        found = [einvoice.parse(each) for each in (coded, usual, CII, named, UBL)]
        assert [each and each.is_credit_note for each in found] == [True, False, False, True, False]

    def test_bombs_and_strangers_are_nothing(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        secret.write_text("x")
        for content in (
            b"",
            b"<a/>",
            b"<a",
            hostile.entity_bomb(),
            hostile.outside_entity(secret),
            b"\x00\xff",
            UBL[:200],
        ):
            assert einvoice.parse(content) is None


class TestAttached:
    def test_is_found_in_a_pdf_and_a_broken_one_is_left(self, tmp_path: Path) -> None:
        for content, number in ((CII, "F-9"), (b"<broken", None)):
            path = tmp_path / "f.pdf"
            out = io.BytesIO()
            with pikepdf.open(hostile.INVOICE) as document:
                document.attachments["factur-x.xml"] = content
                document.save(out)
            path.write_bytes(out.getvalue())
            found = einvoice.attached_to(path)
            assert (found.number if found else None) == number
