"""Registration certificates, insurance papers, inspection reports and service records: the fields only they have."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from services.documents.domain.cars import brand, car_fields, make_in
from services.documents.domain.dates import find_dates
from services.documents.domain.headers import dated, dates, first_number, vendor
from services.documents.domain.labels import Sheet
from services.documents.domain.mrz import Mrz, read_mrz
from services.documents.domain.page import Line, Word
from services.documents.domain.text import fold, plain, squeeze
from services.documents.domain.values import (
    Candidate,
    FieldValue,
    Match,
    agreed,
    labelled,
    parse_words,
)

Fields = dict[str, FieldValue]
_SPLIT_DATES = re.compile(
    r"(\d{2})\W+(\d{2})\W+((?:19|20)\d{2})\D{1,12}(\d{2})\W+(\d{2})\W+((?:19|20)\d{2})"
)


def _put(fields: Fields, name: str, one: Candidate[str] | Candidate[date] | Candidate[int] | None) -> None:
    if one is not None:
        text = one.value.isoformat() if isinstance(one.value, date) else str(one.value)
        fields[name] = one.field(name, text)


# -- insurance ---------------------------------------------------------------------------------------------------------


def insurance_fields(sheet: Sheet) -> Fields:
    fields = {k: v for k, v in car_fields(sheet).items() if k in {"plate", "vin"}}
    _put(fields, "policy_number", _policy(sheet))
    _put(fields, "brand", brand(sheet, "make_model", "make"))
    _put(fields, "insurer", _insurer(sheet))
    _put(fields, "holder", _holder(sheet))
    start, end = _period(sheet)
    _put(fields, "valid_from", start)
    _put(fields, "expiry_date", end)
    return fields


def _policy(sheet: Sheet) -> Candidate[str] | None:
    return agreed(labelled(sheet, sheet.of("policy_number"), _policies, rows=2))


_POLICY_PREFIX = re.compile(r"\b([A-Z]{0,3}\d{2,6}(?: \d{2,8}){1,3})\b")


def _policies(text: str) -> Iterator[Match[str]]:
    grouped = _POLICY_PREFIX.search(text)
    for match in first_number(text):
        if grouped and grouped.start() <= match.start < grouped.end() and not find_dates(grouped[1]):
            yield Match(grouped[1], 0.95, grouped.start(), grouped.end())
            return
        slashed = re.match(r"^[A-Z]{1,3}/\w{1,5}/([A-Z0-9-]{5,})$", match.value)
        start = match.end - len(slashed[1]) if slashed else match.start
        yield Match(slashed[1] if slashed else match.value, match.confidence, start, match.end)


def _names(text: str) -> Iterator[Match[str]]:
    """A name or a company at the start of the text, up to what cannot belong to it."""
    cut = re.split(r"[,;|]|\s[-–]\s|\bcertif|\b\d{2,}", text)[0].strip(" .:|_-—")
    cut = re.sub(r"^(?:M\.|Mr|Mrs|Ms|Mme|MME|MR|Monsieur|MONSIEUR|Madame|MADAME|D\.|Sr\.?|Sra\.?)\s+", "", cut)
    if sum(c.isalpha() for c in cut) >= 4 and len(cut) <= 50:  # noqa: PLR2004 -- a name
        at = text.find(cut)
        yield Match(cut, 0.93, at, at + len(cut))


def _insurer(sheet: Sheet) -> Candidate[str] | None:
    beside = labelled(sheet, sheet.of("insurer"), _names, rows=2)
    head = vendor(sheet)
    found = [*beside, *([head.scaled(0.85)] if head else [])]
    return agreed(found)


def _holder(sheet: Sheet) -> Candidate[str] | None:
    return agreed(labelled(sheet, sheet.of("holder"), _names, rows=2))


def _period(sheet: Sheet) -> tuple[Candidate[date] | None, Candidate[date] | None]:
    for line in sheet.lines:
        pair = _two_dates(line)
        if pair:
            return pair
    return dated(sheet, "valid_from"), dated(sheet, "expiry")


def _two_dates(line: Line) -> tuple[Candidate[date], Candidate[date]] | None:
    """`du … au …` on one line, also where day, month and year stand in cells of their own."""
    found = parse_words(line.words, dates, line.page)
    if len(found) == 2 and 20 < (found[1].value - found[0].value).days < 800:  # noqa: PLR2004 -- two dates a policy's length apart
        return found[0], found[1]
    match = _SPLIT_DATES.search(" ".join(w.text for w in line.words))
    if not match:
        return None
    try:
        start = date(int(match[3]), int(match[2]), int(match[1]))
        end = date(int(match[6]), int(match[5]), int(match[4]))
    except ValueError:
        return None
    if not 20 < (end - start).days < 800:  # noqa: PLR2004
        return None
    sure = 0.95 * (0.6 + 0.4 * min(w.confidence for w in line.words))
    return Candidate(start, sure, line.words, line.page), Candidate(end, sure, line.words, line.page)


# -- inspection --------------------------------------------------------------------------------------------------------


def inspection_fields(sheet: Sheet) -> Fields:
    fields = {k: v for k, v in car_fields(sheet).items()}
    _put(fields, "date", dated(sheet, "inspection_date"))
    _put(fields, "expiry_date", dated(sheet, "expiry"))
    _put(fields, "first_registration_date", dated(sheet, "first_registration_date"))
    _put(fields, "report_number", agreed(labelled(sheet, sheet.of("report_number"), _reports, rows=2)))
    _put(fields, "brand", brand(sheet, "make_model", "make"))
    _put(fields, "center", _center(sheet))
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
        for row in [sheet.right(hit), *sheet.below(hit, rows=4)]:
            text = " ".join(w.text for w in row)
            if not row or re.search(r"\bagr[eé]ment\b|\d{5}", text, re.IGNORECASE):
                continue
            found = parse_words(row, _names, hit.line.page)
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


# -- service records ---------------------------------------------------------------------------------------------------


def service_fields(sheet: Sheet) -> Fields:
    fields = car_fields(sheet)
    _put(fields, "date", dated(sheet, "service_date") or dated(sheet, "invoice_date") or _lone_date(sheet))
    _put(fields, "vendor", _workshop(sheet))
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
    stamp = [h for h in sheet.of("workshop") if "cachet" in fold(h.line.text) or h.end - h.start <= 2]  # noqa: PLR2004
    found = labelled(sheet, stamp, _names, rows=2)
    return agreed([one for one in found if _stands_alone(one)]) or vendor(sheet)


def _stands_alone(one: Candidate[str]) -> bool:
    """`Garage Dupont` is a name, not the label `garage` with the name `Dupont`."""
    hit = one.hit
    if hit is None or one.words[0] not in hit.line.words:
        return True
    label = hit.line.words[hit.start : hit.end]
    gap = one.words[0].box.left - label[-1].box.right
    return label[-1].text.endswith(":") or gap > 1.2 * label[-1].box.height


_KM = re.compile(r"(?<![\w/.,-])(\d{1,3}(?:[ .,\u00a0\u202f]\d{3})+|\d{3,7})\s*(?:km|kms|miles?)\b", re.IGNORECASE)


def next_due_fields(sheet: Sheet) -> Fields:
    """`Prochaine révision : 10/01/2023 ou 95 499 km`."""
    fields: Fields = {}
    for hit in sheet.of("next_due"):
        words = hit.line.words[hit.end :]
        rows = [words] if words else list(sheet.below(hit, rows=2))
        for row in rows:
            found = parse_words(row, dates, hit.line.page)
            if found and "next_due_date" not in fields:
                _put(fields, "next_due_date", found[0])
            distance = parse_words(row, _kilometres, hit.line.page)
            if distance and "next_due_mileage" not in fields:
                _put(fields, "next_due_mileage", distance[0])
    return fields


def _kilometres(text: str) -> Iterator[Match[int]]:
    for match in _KM.finditer(text):
        yield Match(int(re.sub(r"\D", "", match[1])), 0.95, match.start(), match.end())


# -- registration certificates -----------------------------------------------------------------------------------------

_CODE = re.compile(
    r"^[(\[]?(A|B|C[.,]?\s?[134][a-c]?(?:[.,]?1)?|D[.,]?[1-3](?:[.,]?1)?|E|F[.,]?[1-3]|G(?:[.,]?1)?|H|I|J(?:[.,]?[1-3])?|K|P[.,]?[1236]|Q|R|S[.,]?[12]|U[.,]?[12]|V[.,]?[79]|X[.,]?1|Y[.,]?[1-6]|Z[.,]?[1-4])[.)\]:]*$",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"(?<![A-Z0-9])((?:19|20)\d{2}[A-Z0-9]{2}\d{5})(?![0-9])")
_FUELS = frozenset(
    "ES GO EL EH EE EG EN EP EM EQ ER ET FE FG FH FL FN GA GE GF GG GH GL GM GN GP GQ GZ H2 HE HH NE NH AC PE PH".split()
)
_TECHNICAL = re.compile(r"(?<!\d)(\d{2,4}\b)?.{0,8}?\b(\d{2,3})\b.{0,8}?\b([A-Z0-9]{2})\b(?:.{0,8}?\b(\d{1,2})\b)?")


def registration_fields(sheet: Sheet, today: date) -> Fields:
    zone = read_mrz((line.text for line in sheet.lines), today)
    grid = _grid(sheet)
    fields = {k: v for k, v in car_fields(sheet).items() if k in {"plate", "vin"}}
    _put(fields, "first_registration_date", _coded_date(grid, "B") or dated(sheet, "first_registration_date"))
    _put(fields, "next_inspection_date", _visit(sheet, grid))
    _put(fields, "issue_date", _issued(sheet, grid, fields))
    _put(fields, "formula_number", _formula(sheet))
    _put(fields, "brand", _registered_brand(sheet, grid))
    _put(fields, "model", _coded_text(grid, "D3"))
    _put(fields, "holder", _registered_holder(sheet, grid))
    fields.update(_technical(sheet, grid))
    return _with_mrz(fields, zone)


Grid = dict[str, tuple[tuple[Word, ...], Line]]


def _grid(sheet: Sheet) -> Grid:
    """EU codes and the words beside each, up to the next code on the line."""
    grid: Grid = {}
    for line in sheet.lines:
        places = [(at, code) for at, word in enumerate(line.words) if (code := _code(word.text))]
        for (at, code), (stop, _) in zip(places, [*places[1:], (len(line.words), "")], strict=False):
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
    lower = [c for line in lines[len(lines) // 2 :] for c in parse_words(line.words, dates, line.page)]
    return lower[0].scaled(0.7) if lower else None


def _formula(sheet: Sheet) -> Candidate[str] | None:
    found = []
    for line in sheet.lines:
        for one in parse_words(line.words, _formulas, line.page):
            found.append(one)
    return agreed(found)


def _formulas(text: str) -> Iterator[Match[str]]:
    upper = plain(text).upper()
    for match in _FORMULA.finditer(upper):
        letters = match[1][4:6].translate(str.maketrans("015286", "OISZBG"))
        if letters.isalpha():
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
        return agreed(labelled(sheet, sheet.of("holder"), _names, rows=2))
    words, line = grid["C1"]
    page = sheet.page(line.page)
    at = page.lines.index(line)
    family = _TITLES.sub("", " ".join(w.text for w in words)).strip(" .|")
    given: tuple[Word, ...] = ()
    if at + 1 < len(page.lines):
        after = page.lines[at + 1]
        if len(after.words) <= 3 and not any(_code(w.text) for w in after.words) and after.text.replace(" ", "").isalpha():  # noqa: PLR2004 -- given names
            given = after.words
    name = " ".join([family, *(w.text for w in given)]).strip()
    covered = (*words, *given)
    if not name or any(c.isdigit() for c in name):
        return None
    sure = 0.9 * (0.6 + 0.4 * min(w.confidence for w in covered))
    return Candidate(name, sure, covered, line.page)


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
                fields[name] = Candidate(text, sure, words[:1], line.page).field(name, str(int(text)))
    if "P3" in grid:
        words, line = grid["P3"]
        text = squeeze(words[0].text)
        if text in _FUELS:
            fields["fuel"] = Candidate(text, 0.95, words[:1], line.page).field("fuel", text)
    return _from_row(sheet, fields)


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
            if not before or int(before[-1].text) > 1200:  # noqa: PLR2004 -- kW
                continue
            found = {"fuel": word, "power_kw": before[-1]} | ({"fiscal_power": after[-1]} if after else {})
            for name in wanted & found.keys():
                one = Candidate(squeeze(found[name].text), 0.85 * found[name].confidence, (found[name],), line.page)
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
        "first_registration_date": zone.first_registration.isoformat() if zone.first_registration else None,
        "formula_number": zone.formula,
    }
    for name, value in proven.items():
        if value:
            seen = fields.get(name)
            same = seen is not None and squeeze(seen.value) == squeeze(value)
            if seen is not None and (same or zone.repaired < 2):  # noqa: PLR2004 -- two repairs prove little against a clear reading
                fields[name] = replace(seen, value=value, confidence=0.995 if same else 0.95, source="code")
            elif seen is None:
                fields[name] = FieldValue(name, value, 0.97, source="code")
    make = make_in(zone.make, fuzzy=True) if zone.make else None
    if make and "brand" not in fields:
        fields["brand"] = FieldValue("brand", make, 0.9, source="code")
    if zone.model and "model" not in fields:
        fields["model"] = FieldValue("model", zone.model, 0.75, source="code")
    return fields
