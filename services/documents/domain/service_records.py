"""Service books and records of work done, and what any paper says about the next service."""

import re
from collections.abc import Iterator
from datetime import date

from services.documents.domain.cars import car_fields
from services.documents.domain.headers import dated, dates
from services.documents.domain.labels import Sheet
from services.documents.domain.text import fold
from services.documents.domain.values import (
    Candidate,
    Fields,
    Match,
    agreed,
    labelled,
    names,
    parse_words,
    put,
)
from services.documents.domain.vendors import vendor


def service_fields(sheet: Sheet) -> Fields:
    fields = car_fields(sheet)
    put(
        fields,
        "date",
        dated(sheet, "service_date") or dated(sheet, "invoice_date") or _lone_date(sheet),
    )
    put(fields, "vendor", _workshop(sheet))
    fields.update(next_due_fields(sheet))
    return fields


def _lone_date(sheet: Sheet) -> Candidate[date] | None:
    claimed = {(h.line.page, h.index) for h in sheet.of("next_due", "first_registration_date")}
    found: list[Candidate[date]] = []
    for page in sheet.pages:
        for index, line in enumerate(page.lines):
            if (page.number, index) not in claimed:
                found += parse_words(line.words, dates, page.number)
    return found[0].scaled(0.75) if found else None


def _workshop(sheet: Sheet) -> Candidate[str] | None:
    stamp = [
        h
        for h in sheet.of("workshop")
        if "cachet" in fold(h.line.text) or h.end - h.start <= _SHORT
    ]
    found = labelled(sheet, stamp, names, rows=2)
    return agreed([one for one in found if _stands_alone(one)]) or vendor(sheet)


def _stands_alone(one: Candidate[str]) -> bool:
    """`Garage Dupont` is a name, not the label `garage` with the name `Dupont`."""
    hit = one.hit
    if hit is None or one.words[0] not in hit.line.words:
        return True
    label = hit.line.words[hit.start : hit.end]
    gap = one.words[0].box.left - label[-1].box.right
    return label[-1].text.endswith(":") or gap > 1.2 * label[-1].box.height


_SHORT = 2  # words of a label that is no sentence
_KM = re.compile(
    r"(?<![\w/.,-])(\d{1,3}(?:[ .,\u00a0\u202f]\d{3})+|\d{3,7})\s*(?:km|kms|miles?)\b",
    re.IGNORECASE,
)


def next_due_fields(sheet: Sheet) -> Fields:
    """`Prochaine révision : 10/01/2023 ou 95 499 km`."""
    fields: Fields = {}
    for hit in sheet.of("next_due"):
        words = hit.line.words[hit.end :]
        rows = [words] if words else list(sheet.below(hit, rows=2))
        for row in rows:
            found = parse_words(row, dates, hit.line.page)
            if found and "next_due_date" not in fields:
                put(fields, "next_due_date", found[0])
            distance = parse_words(row, _kilometres, hit.line.page)
            is_interval = not found and any(_SPAN.match(word.text) for word in row)
            if distance and not is_interval and "next_due_mileage" not in fields:
                put(fields, "next_due_mileage", distance[0])
    return fields


_SPAN = re.compile(r"^(?:mois|months?|mes(?:es)?|ans?|years?|años?)\b", re.IGNORECASE)
"""After a distance it makes an interval of it: `15 000 km ou 12 mois` is no odometer."""


def _kilometres(text: str) -> Iterator[Match[int]]:
    for match in _KM.finditer(text):
        yield Match(int(re.sub(r"\D", "", match[1])), 0.95, match.start(), match.end())
