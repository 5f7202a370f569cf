"""Registration certificates: the grid of EU codes (A, B, C.1, D.1 …), and the machine-readable zone that proves what it can."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from services.documents.domain.cars import brand, car_fields, make_in
from services.documents.domain.headers import dated, dates
from services.documents.domain.identifiers import clean_vin
from services.documents.domain.labels import Sheet
from services.documents.domain.mrz import Mrz, read_mrz
from services.documents.domain.page import Line, Word
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

_CODE = re.compile(
    r"^[(\[]?(A|B|C[.,]?\s?[134][a-c]?(?:[.,]?1)?|D[.,]?[1-3](?:[.,]?1)?|E|F[.,]?[1-3]|G(?:[.,]?1)?|H|I|J(?:[.,]?[1-3])?|K|P[.,]?[1236]|Q|R|S[.,]?[12]|U[.,]?[12]|V[.,]?[79]|X[.,]?1|Y[.,]?[1-6]|Z[.,]?[1-4])[.)\]:]*$",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"(?<![A-Z0-9])((?:19|20)\d{2}[A-Z0-9]{2}\d{5})(?![0-9])")
_FUELS = frozenset(
    [
        "ES",
        "GO",
        "EL",
        "EH",
        "EE",
        "EG",
        "EN",
        "EP",
        "EM",
        "EQ",
        "ER",
        "ET",
        "FE",
        "FG",
        "FH",
        "FL",
        "FN",
        "GA",
        "GE",
        "GF",
        "GG",
        "GH",
        "GL",
        "GM",
        "GN",
        "GP",
        "GQ",
        "GZ",
        "H2",
        "HE",
        "HH",
        "NE",
        "NH",
        "AC",
    ]
)
_TECHNICAL = re.compile(
    r"(?<!\d)(\d{2,4}\b)?.{0,8}?\b(\d{2,3})\b.{0,8}?\b([A-Z0-9]{2})\b(?:.{0,8}?\b(\d{1,2})\b)?"
)


def registration_fields(sheet: Sheet, today: date) -> Fields:
    zone = read_mrz((line.text for line in sheet.lines), today)
    grid = _grid(sheet)
    fields = {k: v for k, v in car_fields(sheet).items() if k in {"plate", "vin"}}
    put(
        fields,
        "first_registration_date",
        _coded_date(grid, "B") or dated(sheet, "first_registration_date"),
    )
    put(fields, "next_inspection_date", _visit(sheet, grid))
    put(fields, "issue_date", _issued(sheet, grid, fields))
    put(fields, "formula_number", _formula(sheet))
    put(fields, "brand", _registered_brand(sheet, grid))
    put(fields, "model", _coded_text(grid, "D3") or _beside_vin(sheet))
    put(fields, "holder", _registered_holder(sheet, grid))
    fields.update(_technical(sheet, grid))
    return _with_mrz(fields, zone)


Grid = dict[str, tuple[tuple[Word, ...], Line]]


def _grid(sheet: Sheet) -> Grid:
    """EU codes and the words beside each, up to the next code on the line."""
    grid: Grid = {}
    for line in sheet.lines:
        places = [(at, code) for at, word in enumerate(line.words) if (code := _code(word.text))]
        for (at, code), (stop, _) in zip(
            places, [*places[1:], (len(line.words), "")], strict=False
        ):
            values = line.words[at + 1 : stop]
            if values and code not in grid:
                grid[code] = (values, line)
    return grid


def _code(text: str) -> str | None:
    match = _CODE.match(text.strip())
    return re.sub(r"[^A-Z0-9]", "", match[1].upper()) if match else None


def _coded_date(grid: Grid, code: str) -> Candidate[date] | None:
    if code not in grid:
        return None
    words, line = grid[code]
    found = parse_words(words, dates, line.page)
    return found[0] if found else None


def _coded_text(grid: Grid, code: str) -> Candidate[str] | None:
    if code not in grid:
        return None
    words, line = grid[code]
    kept: list[Word] = []
    for word in words:
        if kept and word.box.left - kept[-1].box.right > 2.5 * word.box.height:
            break
        kept.append(word)
    text = " ".join(w.text for w in kept).strip(" .:|")
    if not text:
        return None
    sure = 0.94 * (0.6 + 0.4 * min(w.confidence for w in kept))
    return Candidate(text, sure, tuple(kept), line.page)


def _beside_vin(sheet: Sheet) -> Candidate[str] | None:
    """D.3 shares its row with E: the words left of the VIN, codes left out."""
    for line in sheet.lines:
        at = next((i for i, w in enumerate(line.words) if clean_vin(w.text)), 0)
        words = tuple(w for w in line.words[:at] if not _code(w.text) and len(w.text) > 1)
        text = " ".join(w.text for w in words)
        if words and words[0].text.isalnum() and len(words) <= 3 and "<" not in text:  # noqa: PLR2004 -- a commercial name
            return Candidate(text, 0.75 * min(w.confidence for w in words), words, line.page)
    return None


def _visit(sheet: Sheet, grid: Grid) -> Candidate[date] | None:
    return dated(sheet, "expiry") or _coded_date(grid, "X1")


def _issued(sheet: Sheet, grid: Grid, fields: Fields) -> Candidate[date] | None:
    """Field I, and the detachable coupon, where it stands beside the plate."""
    coded = _coded_date(grid, "I") or _coded_date(grid, "H")
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
    coded = _coded_text(grid, "D1")
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
            and not any(_code(w.text) for w in after.words)
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
_NUMERIC_CODES = {
    "P2": ("power_kw", 10, 1200),
    "P6": ("fiscal_power", 1, 99),
    "S1": ("seats", 1, 99),
    "V7": ("co2", 0, 700),
}


def _technical(sheet: Sheet, grid: Grid) -> Fields:
    fields: Fields = {}
    for code, (name, low, high) in _NUMERIC_CODES.items():
        if code in grid:
            words, line = grid[code]
            text = squeeze(words[0].text).translate(str.maketrans("OISB", "0158"))
            if text.isdigit() and low <= int(text) <= high:
                sure = 0.94 * (0.6 + 0.4 * words[0].confidence)
                fields[name] = Candidate(text, sure, words[:1], line.page).field(
                    name, str(int(text))
                )
    if "P3" in grid:
        words, line = grid["P3"]
        text = squeeze(words[0].text)
        if text in _FUELS:
            fields["fuel"] = Candidate(text, 0.95, words[:1], line.page).field("fuel", text)
    if "co2" not in fields:
        fields.update(_before_euro_class(sheet))
    return _from_row(sheet, fields)


def _before_euro_class(sheet: Sheet) -> Fields:
    """V.7 stands between U.2 and the class of V.9 (`2007*715EURO6`)."""
    for line in sheet.lines:
        at = next(
            (i for i, w in enumerate(line.words) if re.search(r"EUR[O0]\s?\d", w.text.upper())), 0
        )
        figures = [w for w in line.words[:at] if w.text.isdigit()]
        if len(figures) > 1 and int(figures[-1].text) < 500 < int(figures[-2].text):  # noqa: PLR2004 -- g/km after turns a minute
            one = Candidate(
                str(int(figures[-1].text)), 0.85 * figures[-1].confidence, (figures[-1],), line.page
            )
            return {"co2": one.field("co2", one.value)}
    return {}


def _from_row(sheet: Sheet, fields: Fields) -> Fields:
    """The row of P.1 P.2 P.3 P.6 known by its fuel code, where the small codes were misread."""
    wanted = {"power_kw", "fuel", "fiscal_power"} - fields.keys()
    if not wanted:
        return fields
    for line in sheet.lines:
        values = [w for w in line.words if not _code(w.text)]
        for at, word in enumerate(values):
            fuel = squeeze(word.text)
            if fuel not in _FUELS or not 0 < at <= 5 or len(values) > 8:  # noqa: PLR2004 -- cc, kW, fuel, fiscal power and misread codes
                continue
            before = [w for w in values[:at] if w.text.isdigit() and 10 <= int(w.text) <= 9999]  # noqa: PLR2004 -- cc and kW
            after = [w for w in values[at + 1 :] if w.text.isdigit() and 1 <= int(w.text) <= 99]  # noqa: PLR2004
            if not before or int(before[-1].text) > (1200 if len(before) > 1 else 400):
                continue
            found = {"fuel": word, "power_kw": before[-1]} | (
                {"fiscal_power": after[-1]} if after else {}
            )
            for name in wanted & found.keys():
                one = Candidate(
                    squeeze(found[name].text),
                    0.85 * found[name].confidence,
                    (found[name],),
                    line.page,
                )
                fields[name] = one.field(name, one.value)
            return fields
    return fields


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
