"""From pages to facts: what the paper is, and the fields papers of that kind have, each with its confidence."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

from services.documents.domain.amounts import find_amounts, money_text
from services.documents.domain.cars import car_fields
from services.documents.domain.classify import Classified, classify, is_credit_note
from services.documents.domain.einvoice import EInvoice
from services.documents.domain.headers import dated, invoice_date, invoice_number
from services.documents.domain.inspection import inspection_fields
from services.documents.domain.insurance import insurance_fields
from services.documents.domain.invoices import total_fields
from services.documents.domain.items import InvoiceLine, read_lines
from services.documents.domain.labels import Sheet
from services.documents.domain.page import Page
from services.documents.domain.registration import registration_fields
from services.documents.domain.service_records import next_due_fields, service_fields
from services.documents.domain.text import fold, plain
from services.documents.domain.values import Fields, FieldValue
from services.documents.domain.vendors import vendor
from shared.contracts.documents import DocumentType, ReadStatus

_XML_SURE = 0.99
_TITLE_SURE = 0.95
CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class Reading:
    status: ReadStatus
    kind: Classified
    language: str | None
    fields: tuple[FieldValue, ...]
    lines: tuple[InvoiceLine, ...]
    text: str


def read_fields(
    pages: Sequence[Page],
    *,
    today: date,
    einvoice: EInvoice | None = None,
    declared: DocumentType | None = None,
) -> Reading:
    """Everything the pages say. `declared` is what the owner said the paper is; it decides only where the paper does not."""
    sheet = Sheet(pages)
    letters = sum(c.isalnum() for c in sheet.text)
    kind = classify(sheet, has_einvoice=einvoice is not None)
    if einvoice is None and letters < 8:  # noqa: PLR2004 -- less than a word or two: nothing was read
        return Reading(ReadStatus.UNREADABLE, Classified(DocumentType.OTHER, 0.0), None, (), (), "")
    if declared is not None and kind.document_type is DocumentType.OTHER and not kind.refused:
        kind = Classified(declared, 0.7)
    fields = _by_kind(sheet, kind.document_type, today, einvoice)
    lines = _lines(sheet, kind.document_type, fields, einvoice)
    ordered = tuple(fields[name] for name in sorted(fields))
    return Reading(ReadStatus.OK, kind, language_of(sheet.folded), ordered, lines, sheet.text)


def _by_kind(sheet: Sheet, kind: DocumentType, today: date, einvoice: EInvoice | None) -> Fields:
    match kind:
        case DocumentType.INVOICE:
            return _invoice(sheet, einvoice)
        case DocumentType.REGISTRATION:
            return registration_fields(sheet, today)
        case DocumentType.INSURANCE:
            return insurance_fields(sheet)
        case DocumentType.INSPECTION:
            return inspection_fields(sheet)
        case DocumentType.MAINTENANCE:
            return service_fields(sheet)
        case DocumentType.OTHER:
            return {}


def _invoice(sheet: Sheet, einvoice: EInvoice | None) -> Fields:
    fields = car_fields(sheet)
    number = invoice_number(sheet)
    if number:
        fields["invoice_number"] = number.field("invoice_number", number.value.lstrip("#"))
    for name, day in (
        ("date", invoice_date(sheet, number)),
        ("due_date", dated(sheet, "due_date")),
    ):
        if day:
            fields[name] = day.field(name, day.value.isoformat())
    seller = vendor(sheet)
    if seller:
        fields["vendor"] = seller.field("vendor", seller.value)
    fields.update(total_fields(sheet))
    fields.update(next_due_fields(sheet))
    money = currency_of(sheet)
    if money:
        fields["currency"] = money
    if einvoice.is_credit_note if einvoice else is_credit_note(sheet):
        sure = _XML_SURE if einvoice else _TITLE_SURE
        source = "xml" if einvoice else "page"
        fields["subtype"] = FieldValue("subtype", CREDIT_NOTE, sure, source=source)
    return _with_xml(fields, einvoice) if einvoice else fields


def _with_xml(fields: Fields, invoice: EInvoice) -> Fields:
    """What the XML states is the truth; what it does not carry stays as the page says it."""
    amounts = {
        "total": invoice.total,
        "total_net": invoice.net,
        "tax": invoice.tax,
        "amount_due": invoice.amount_due,
    }
    stated: dict[str, str | None] = {
        "invoice_number": invoice.number,
        "date": invoice.issued.isoformat() if invoice.issued else None,
        "due_date": invoice.due.isoformat() if invoice.due else None,
        "vendor": invoice.vendor,
        "currency": invoice.currency,
    } | {name: money_text(value) if value is not None else None for name, value in amounts.items()}
    for name, value in stated.items():
        if value:
            seen = fields.get(name, FieldValue(name, value, _XML_SURE))
            fields[name] = replace(seen, value=value, confidence=_XML_SURE, source="xml", raw=value)
    return fields


def _lines(
    sheet: Sheet, kind: DocumentType, fields: Fields, einvoice: EInvoice | None
) -> tuple[InvoiceLine, ...]:
    if kind is not DocumentType.INVOICE:
        return ()
    if einvoice and einvoice.lines:
        return tuple(
            InvoiceLine(line.description, line.quantity, line.unit_price, line.amount)
            for line in einvoice.lines
            if line.amount is not None
        )
    goals = [Decimal(fields[name].value) for name in ("total_net", "total") if name in fields]
    return tuple(read_lines(sheet, goals))


@cache
def _words() -> dict[str, list[str]]:
    text = (
        resources.files("services.documents.domain")
        .joinpath("data/languages.json")
        .read_text("utf-8")
    )
    table: dict[str, list[str]] = json.loads(text)
    return table


def language_of(folded: str) -> str | None:
    counts = Counter(folded.split())
    scores = {code: sum(counts[word] for word in words) for code, words in _words().items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] >= 2 else None  # noqa: PLR2004 -- one word may stand in any language


_MARKS = (("€", "EUR"), ("£", "GBP"), ("$", "USD"), ("EUR", "EUR"), ("euro", "EUR"))
_CODES = re.compile(r"\b(CHF|TND|XOF|XAF|MAD|DZD|SEK|NOK|DKK|PLN|CZK|RON|HUF)\b")
_SWISS = re.compile(r"\bCHE-?[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}\b")
"""The number of a Swiss company (UID)."""
_WEST = r"\b(senegal|dakar|ivoire|abidjan|mali|bamako|togo|lome|benin|cotonou|burkina|niamey)\b"
_CENTRAL = r"\b(cameroun|douala|yaounde|gabon|libreville|congo|brazzaville|tchad|n djamena)\b"
_NOT_EURO = re.compile(r"\b(f ?cfa|francs?|dirhams?|dinars?|dt|chf|fr|couronnes?|kronor)\b")


def currency_of(sheet: Sheet) -> FieldValue | None:
    """What the marks beside the amounts say, and the numbers of companies. A tax alone says euro only where nothing says otherwise:
    no currency is better than a wrong one.
    """
    text, folded = sheet.text, fold(sheet.text)
    counts: Counter[str] = Counter()
    for line in sheet.lines:
        counts.update(a.currency for a in find_amounts(line.text) if a.currency)
    for mark, code in _MARKS:
        counts[code] += len(re.findall(re.escape(mark), text))
    counts.update(_CODES.findall(text))
    counts["CHF"] += 3 * len(_SWISS.findall(text))
    cfa = len(re.findall(r"\bf ?cfa\b", folded))
    counts["XOF"] += cfa if re.search(_WEST, folded) else 0
    counts["XAF"] += cfa if re.search(_CENTRAL, folded) else 0
    malaysia = re.search(
        r"\b(RM|MYR|SDN\.? BHD|KUALA LUMPUR|SELANGOR|JALAN|GST ID)\b", plain(text).upper()
    )
    if malaysia and not counts["EUR"]:
        counts["MYR"] += 3
    if counts and counts.most_common(1)[0][1]:
        (code, times), *rest = counts.most_common(2)
        rival = rest[0][1] if rest else 0
        return FieldValue("currency", code, 0.97 if times > 2 * rival else 0.7)
    is_taxed = re.search(r"\b(tva|ttc|siret|iva|base imponible|mwst)\b", folded)
    if is_taxed and not _NOT_EURO.search(folded):
        return FieldValue("currency", "EUR", 0.9)
    return None
