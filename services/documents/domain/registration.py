"""Registration certificates: the grid of EU codes (A, B, C.1, D.1 …), and the machine-readable zone that proves what it can."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from services.documents.domain.cars import brand, car_fields, make_in
from services.documents.domain.engine import technical_fields
from services.documents.domain.eu_codes import Grid, code_of, coded_date, coded_text, grid_of
from services.documents.domain.headers import dated, dates
from services.documents.domain.identifiers import clean_vin
from services.documents.domain.labels import Sheet
from services.documents.domain.mrz import Mrz, read_mrz
from services.documents.domain.page import Word
from services.documents.domain.text import fold, plain, squeeze
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

_FORMULA = re.compile(r"(?<![A-Z0-9])((?:19|20)\d{2}[A-Z0-9]{2}\d{5})(?![0-9])")


def registration_fields(sheet: Sheet, today: date) -> Fields:
    zone = read_mrz((line.text for line in sheet.lines), today)
    grid = grid_of(sheet)
    fields = {k: v for k, v in car_fields(sheet).items() if k in {"plate", "vin"}}
    put(
        fields,
        "first_registration_date",
        coded_date(grid, "B") or dated(sheet, "first_registration_date"),
    )
    put(fields, "next_inspection_date", _visit(sheet, grid))
    put(fields, "issue_date", _issued(sheet, grid, fields))
    put(fields, "formula_number", _formula(sheet))
    put(fields, "brand", _registered_brand(sheet, grid))
    put(fields, "model", coded_text(grid, "D3") or _beside_vin(sheet))
    put(fields, "holder", _registered_holder(sheet, grid))
    fields.update(technical_fields(sheet, grid))
    return _with_mrz(fields, zone)


def _beside_vin(sheet: Sheet) -> Candidate[str] | None:
    """D.3 shares its row with E: the words left of the VIN, codes left out."""
    for line in sheet.lines:
        at = next((i for i, w in enumerate(line.words) if clean_vin(w.text)), 0)
        words = tuple(w for w in line.words[:at] if not code_of(w.text) and len(w.text) > 1)
        text = " ".join(w.text for w in words)
        if words and words[0].text.isalnum() and len(words) <= 3 and "<" not in text:  # noqa: PLR2004 -- a commercial name
            return Candidate(text, 0.75 * min(w.confidence for w in words), words, line.page)
    return None


def _visit(sheet: Sheet, grid: Grid) -> Candidate[date] | None:
    return dated(sheet, "expiry") or coded_date(grid, "X1")


def _issued(sheet: Sheet, grid: Grid, fields: Fields) -> Candidate[date] | None:
    """Field I, and the detachable coupon, where it stands beside the plate."""
    coded = coded_date(grid, "I") or coded_date(grid, "H")
    plate = squeeze(fields["plate"].value) if "plate" in fields else None
    found = [coded] if coded else []
    lines = sheet.lines
    for line in lines[len(lines) // 2 :]:
        if plate and plate in squeeze(line.text):
            found += parse_words(line.words, dates, line.page)[-1:]
    if found:
        return agreed(found)
    first = fields.get("first_registration_date")
    visit = fields.get("next_inspection_date")
    used = {one.value for one in (first, visit) if one}
    rest = [c for line in lines for c in parse_words(line.words, dates, line.page)]
    rest = [c for c in rest if c.value.isoformat() not in used]
    if rest:
        return rest[0].scaled(0.75)
    lower = [
        c for line in lines[len(lines) // 2 :] for c in parse_words(line.words, dates, line.page)
    ]
    return lower[0].scaled(0.7) if lower else None


def _formula(sheet: Sheet) -> Candidate[str] | None:
    return agreed(
        [one for line in sheet.lines for one in parse_words(line.words, _formulas, line.page)]
    )


def _formulas(text: str) -> Iterator[Match[str]]:
    upper = plain(text).upper()
    for match in _FORMULA.finditer(upper):
        letters = match[1][4:6].translate(str.maketrans("5286", "SZBG"))
        if letters.isalpha() and not set(letters) & set("IOU"):
            sure = 0.95 if letters == match[1][4:6] else 0.7
            yield Match(match[1][:4] + letters + match[1][6:], sure, match.start(), match.end())


def _registered_brand(sheet: Sheet, grid: Grid) -> Candidate[str] | None:
    coded = coded_text(grid, "D1")
    name = make_in(coded.value, fuzzy=True) if coded else None
    if coded and name:
        return replace(coded, value=name)
    return brand(sheet, "make_model", "make")


_TITLES = re.compile(r"^(MADAME|MONSIEUR|MME|M|MR|MLLE)\b\.?\s*", re.IGNORECASE)


def _registered_holder(sheet: Sheet, grid: Grid) -> Candidate[str] | None:
    """Family name beside C.1, given names on the next line."""
    if "C1" not in grid:
        beside = labelled(sheet, sheet.of("holder"), names, rows=2)
        return agreed(beside) or _holder_above(sheet)
    words, line = grid["C1"]
    page = sheet.page(line.page)
    at = page.lines.index(line)
    family = _TITLES.sub("", " ".join(w.text for w in words)).strip(" .|")
    given: tuple[Word, ...] = ()
    if at + 1 < len(page.lines):
        after = page.lines[at + 1]
        if (
            len(after.words) <= _MOST_GIVEN_NAMES
            and not any(code_of(w.text) for w in after.words)
            and after.text.replace(" ", "").isalpha()
        ):
            given = after.words
    name = " ".join([family, *(w.text for w in given)]).strip()
    covered = (*words, *given)
    if not name or any(c.isdigit() for c in name):
        return None
    sure = 0.9 * (0.6 + 0.4 * min(w.confidence for w in covered))
    return Candidate(name, sure, covered, line.page)


def _holder_above(sheet: Sheet) -> Candidate[str] | None:
    """The lines over `EST LE PROPRIÉTAIRE DU VÉHICULE`, where the small C.1 was not recognised."""
    for page in sheet.pages:
        for at, line in enumerate(page.lines):
            if "proprietaire du vehicule" not in fold(line.text):
                continue
            above = [
                one
                for one in page.lines[max(0, at - 2) : at]
                if one.text.replace(" ", "").isalpha()
            ]
            words = tuple(word for one in above for word in one.words if len(word.text) > 1)
            if above and len(words) <= 5:  # noqa: PLR2004 -- a name
                sure = 0.85 * min(w.confidence for w in words) if words else 0
                return Candidate(" ".join(w.text for w in words), sure, words, page.number)
    return None


_MOST_GIVEN_NAMES = 3


def _with_mrz(fields: Fields, zone: Mrz | None) -> Fields:
    """What the check digits prove is the truth, whatever the rest of the page seemed to say."""
    if zone is None:
        return fields
    proven = {
        "plate": zone.plate,
        "vin": zone.vin,
        "first_registration_date": zone.first_registration.isoformat()
        if zone.first_registration
        else None,
        "formula_number": zone.formula,
    }
    for name, value in proven.items():
        if value:
            _take_proven(fields, name, value, is_repaired=name in zone.repaired)
    make = make_in(zone.make, fuzzy=True) if zone.make else None
    if make and "brand" not in fields:
        fields["brand"] = FieldValue("brand", make, 0.9, source="code")
    if zone.model and "model" not in fields:
        fields["model"] = FieldValue("model", zone.model, 0.75, source="code")
    return fields


def _take_proven(fields: Fields, name: str, value: str, *, is_repaired: bool) -> None:
    seen = fields.get(name)
    if seen is None:
        fields[name] = FieldValue(name, value, 0.7 if is_repaired else 0.97, source="code")
    elif squeeze(seen.value) == squeeze(value):
        fields[name] = replace(seen, confidence=0.995, source="code")
    elif not is_repaired:
        fields[name] = replace(seen, value=value, confidence=0.95, source="code")
