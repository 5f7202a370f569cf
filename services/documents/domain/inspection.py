"""Inspection reports: procès-verbal de contrôle technique, MOT certificate, informe ITV."""

import re
from collections.abc import Iterator

from services.documents.domain.cars import brand, car_fields
from services.documents.domain.dates import find_dates
from services.documents.domain.headers import dated, first_number
from services.documents.domain.labels import Sheet
from services.documents.domain.text import fold
from services.documents.domain.values import (
    Candidate,
    Fields,
    FieldValue,
    Match,
    agreed,
    labelled,
    names,
    parse_words,
    put,
)


def inspection_fields(sheet: Sheet) -> Fields:
    fields = car_fields(sheet)
    put(fields, "date", dated(sheet, "inspection_date"))
    put(fields, "expiry_date", dated(sheet, "expiry"))
    put(fields, "first_registration_date", dated(sheet, "first_registration_date"))
    put(
        fields,
        "report_number",
        agreed(labelled(sheet, sheet.of("report_number"), _reports, rows=2)),
    )
    put(fields, "brand", brand(sheet, "make_model", "make"))
    put(fields, "center", _center(sheet))
    result = _result(sheet)
    if result:
        fields["result"] = result
    return fields


_SPACED_NUMBER = re.compile(r"\b\d{3,5}(?: \d{3,5}){1,3}\b")


def _reports(text: str) -> Iterator[Match[str]]:
    spaced = _SPACED_NUMBER.search(text)
    if spaced and not find_dates(spaced[0]):
        yield Match(spaced[0], 0.95, spaced.start(), spaced.end())
    else:
        yield from first_number(text)


def _center(sheet: Sheet) -> Candidate[str] | None:
    for hit in sheet.of("center"):
        past = frozenset({"inspector"})
        for row in [sheet.right(hit), *sheet.below(hit, rows=5, past=past)]:
            text = " ".join(w.text for w in row)
            if not row or re.search(r"\bagr[eé]ment\b|\d{5}", text, re.IGNORECASE):
                continue
            found = parse_words(row, names, hit.line.page)
            if found and sum(c.isupper() for c in found[0].value) > 2:  # noqa: PLR2004 -- a centre's name, not a sentence
                return found[0].scaled(0.97)
    return None


_FAIL = re.compile(r"\b(defavorable|desfavorable|fail|failed|refusal|negativ[oa])\b")
_PASS = re.compile(r"\b(favorable|pass|passed|accepte|positiv[oa])\b")


def _result(sheet: Sheet) -> FieldValue | None:
    for hit in sheet.of("inspection_result"):
        for row in [sheet.right(hit), *sheet.below(hit, rows=2)]:
            text = fold(" ".join(w.text for w in row))
            for pattern, value in ((_FAIL, "fail"), (_PASS, "pass")):
                if row and pattern.search(text):
                    return Candidate(value, 0.96, tuple(row), hit.line.page).field("result", value)
    text = sheet.folded
    failed, passed = bool(_FAIL.search(text)), bool(_PASS.search(text))
    if failed == passed:
        return None
    return FieldValue("result", "fail" if failed else "pass", 0.88)
