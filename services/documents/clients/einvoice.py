"""Electronic invoices: UBL and CII XML (Factur-X, ZUGFeRD 1 and 2, XRechnung), alone or attached to a PDF.

The parser is hardened: no entities, no DTD, no network, no huge trees.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypedDict

import pikepdf
from lxml import etree

from services.documents.domain.einvoice import EInvoice, EInvoiceLine

_MAX_XML = 5 * 1024 * 1024
_NAMES = (
    "factur-x.xml",
    "zugferd-invoice.xml",
    "xrechnung.xml",
    "cii.xml",
    "ubl.xml",
    "order-x.xml",
)
_CREDIT_NOTES = frozenset(
    ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"]
)
"""UNTDID 1001 as EN 16931 uses it (BT-3); 381 is the usual one."""
_Node = Any  # lxml publishes no types and names its element class only in private


def attached_to(path: Path) -> EInvoice | None:
    """The invoice a PDF carries, or None; a damaged attachment is as good as none: the page remains."""
    try:
        with pikepdf.open(path) as document:
            names = sorted(document.attachments, key=lambda n: n.lower() not in _NAMES)
            for name in names[:5]:
                if name.lower().endswith(".xml"):
                    content = document.attachments[name].get_file().read_bytes()
                    found = parse(content)
                    if found:
                        return found
    except (pikepdf.PdfError, KeyError, ValueError, RuntimeError):
        return None
    return None


def parse(content: bytes) -> EInvoice | None:
    """The invoice of these bytes, or None when they are not one."""
    if len(content) > _MAX_XML:
        return None
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        dtd_validation=False,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.getroottree().docinfo.internalDTD is not None:
        return None  # no e-invoice has one; a bomb does
    match etree.QName(root).localname:
        case "CrossIndustryInvoice" | "CrossIndustryDocument":
            return _cii(root)
        case "Invoice" | "CreditNote" if "ubl" in (etree.QName(root).namespace or ""):
            return _ubl(root)
        case _:
            return None


def _at(node: _Node | None, path: str) -> _Node | None:
    """Descend by local names: namespaces and versions differ, names do not."""
    for name in path.split("/"):
        if node is None:
            return None
        node = next((child for child in node if _local(child) == name), None)
    return node


def _first(node: _Node | None, *names: str) -> _Node | None:
    found = (_at(node, name) for name in names)
    return next((one for one in found if one is not None), None)


def _local(node: _Node) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _all(node: _Node | None, path: str) -> Iterator[_Node]:
    head, _, rest = path.partition("/")
    for child in node if node is not None else ():
        if _local(child) == head:
            if rest:
                yield from _all(child, rest)
            else:
                yield child


def _text(node: _Node | None, path: str) -> str | None:
    found = _at(node, path)
    text = "".join(found.itertext()).strip() if found is not None else ""
    return " ".join(text.split()) or None


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _date(text: str | None) -> date | None:
    for form in ("%Y%m%d", "%Y-%m-%d"):
        try:
            return datetime.strptime((text or "")[:10].strip(), form).date()  # noqa: DTZ007 -- a calendar day has no zone
        except ValueError:
            continue
    return None


def _cii(root: _Node) -> EInvoice:
    head = _first(root, "ExchangedDocument", "HeaderExchangedDocument")
    deal = _first(root, "SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction")
    return EInvoice(
        kind="cii",
        number=_text(head, "ID"),
        is_credit_note=_text(head, "TypeCode") in _CREDIT_NOTES,
        issued=_date(_text(head, "IssueDateTime/DateTimeString")),
        notes=tuple(_notes(_all(head, "IncludedNote/Content"))),
        lines=tuple(_cii_line(line) for line in _all(deal, "IncludedSupplyChainTradeLineItem")),
        **_cii_settlement(deal),
    )


class _Settlement(TypedDict):
    due: date | None
    vendor: str | None
    currency: str | None
    net: Decimal | None
    tax: Decimal | None
    total: Decimal | None
    amount_due: Decimal | None


def _cii_settlement(deal: _Node | None) -> _Settlement:
    agreed = _first(deal, "ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement")
    settled = _first(
        deal, "ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement"
    )
    sums = _first(
        settled,
        "SpecifiedTradeSettlementHeaderMonetarySummation",
        "SpecifiedTradeSettlementMonetarySummation",
    )
    currency = _text(settled, "InvoiceCurrencyCode")
    tax = next(
        (
            _number("".join(node.itertext()))
            for node in _all(sums, "TaxTotalAmount")
            if node.get("currencyID") in {None, currency}
        ),
        None,
    )
    return {
        "due": _date(_text(settled, "SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString")),
        "vendor": _text(agreed, "SellerTradeParty/SpecifiedLegalOrganization/TradingBusinessName")
        or _text(agreed, "SellerTradeParty/Name"),
        "currency": currency,
        "net": _number(_text(sums, "TaxBasisTotalAmount")),
        "tax": tax,
        "total": _number(_text(sums, "GrandTotalAmount")),
        "amount_due": _number(_text(sums, "DuePayableAmount")),
    }


def _cii_line(line: _Node) -> EInvoiceLine:
    return EInvoiceLine(
        description=_text(line, "SpecifiedTradeProduct/Name") or "",
        quantity=_number(
            _text(line, "SpecifiedLineTradeDelivery/BilledQuantity")
            or _text(line, "SpecifiedSupplyChainTradeDelivery/BilledQuantity")
        ),
        unit_price=_number(
            _text(line, "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount")
            or _text(
                line,
                "SpecifiedSupplyChainTradeAgreement/NetPriceProductTradePrice/ChargeAmount",
            )
        ),
        amount=_number(
            _text(
                line,
                "SpecifiedLineTradeSettlement/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount",
            )
            or _text(
                line,
                "SpecifiedSupplyChainTradeSettlement/SpecifiedTradeSettlementMonetarySummation/LineTotalAmount",
            )
        ),
    )


def _notes(nodes: Iterator[_Node]) -> Iterator[str]:
    for node in nodes:
        text = "\n".join(line.strip() for line in "".join(node.itertext()).splitlines())
        if text.strip():
            yield text.strip()


def _ubl(root: _Node) -> EInvoice:
    seller = _at(root, "AccountingSupplierParty/Party")
    sums = _at(root, "LegalMonetaryTotal")
    currency = _text(root, "DocumentCurrencyCode")
    tax = next(
        (
            amount
            for node in _all(root, "TaxTotal/TaxAmount")
            if node.get("currencyID") in {None, currency}
            and (amount := _number("".join(node.itertext()).strip())) is not None
        ),
        None,
    )
    rows = [*_all(root, "InvoiceLine"), *_all(root, "CreditNoteLine")]
    return EInvoice(
        kind="ubl",
        number=_text(root, "ID"),
        is_credit_note=_local(root) == "CreditNote"
        or _text(root, "InvoiceTypeCode") in _CREDIT_NOTES,
        issued=_date(_text(root, "IssueDate")),
        due=_date(_text(root, "DueDate")),
        vendor=_text(seller, "PartyName/Name")
        or _text(seller, "PartyLegalEntity/RegistrationName"),
        currency=currency,
        net=_number(_text(sums, "TaxExclusiveAmount")),
        tax=tax,
        total=_number(_text(sums, "TaxInclusiveAmount")),
        amount_due=_number(_text(sums, "PayableAmount")),
        notes=tuple(_notes(_all(root, "Note"))),
        lines=tuple(_ubl_line(row) for row in rows),
    )


def _ubl_line(row: _Node) -> EInvoiceLine:
    quantity = _text(row, "InvoicedQuantity") or _text(row, "CreditedQuantity")
    return EInvoiceLine(
        description=_text(row, "Item/Name") or _text(row, "Item/Description") or "",
        quantity=_number(quantity),
        unit_price=_number(_text(row, "Price/PriceAmount")),
        amount=_number(_text(row, "LineExtensionAmount")),
    )
