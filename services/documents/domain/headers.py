"""Number and dates of a paper, and who issued it."""

import re
from collections.abc import Iterator
from datetime import date

from services.documents.domain.dates import find_dates
from services.documents.domain.labels import Hit, Sheet
from services.documents.domain.text import fold, squeeze
from services.documents.domain.values import (
    Candidate,
    Match,
    Parser,
    agreed,
    labelled,
    parse_words,
)

_NUMBER = re.compile(r"#?(?=[A-Za-z0-9/_.\-]*\d)[A-Za-z0-9][A-Za-z0-9/_.\-]{1,24}")
_PREFIX = re.compile(r"\b([A-Z]{1,4})\s+(\d{3,12})\b")
_CLEAR_RANK = 20  # labels of two words and more come first in the list
_ORDINAL_WORDS = {
    "DU",
    "LE",
    "LA",
    "AU",
    "DE",
    "NO",
    "N",
    "NR",
    "ON",
    "DATE",
    "TVA",
    "VAT",
    "TEL",
    "EUR",
    "SAS",
    "SARL",
    "PAGE",
}


def numbers(text: str) -> Iterator[Match[str]]:
    """Document numbers of a piece of text: letters, digits, / - . with at least one digit."""
    dates = [(d.start, d.end) for d in find_dates(text)]
    for match in _PREFIX.finditer(text):
        if match[1] not in _ORDINAL_WORDS:
            yield Match(f"{match[1]} {match[2]}", 0.95, match.start(), match.end())
    for match in _NUMBER.finditer(text):
        value = match[0].rstrip(".-/_")
        inside_date = any(start < match.end() and match.start() < end for start, end in dates)
        if inside_date or len(squeeze(value)) < 3:  # noqa: PLR2004 -- shorter is a counter
            continue
        if re.fullmatch(r"\d{1,3}[.,]\d{2}|\d+/\d{1,2}|(19|20)\d{2}", value):
            continue
        yield Match(value, 0.96, match.start(), match.end())


def first_number(text: str) -> Iterator[Match[str]]:
    """Numbers near the start: after `n°` or at most two other words."""
    for match in sorted(numbers(text), key=lambda m: (m.start, -m.end)):
        before = re.sub(r"\bn[o°º.r]*\b|[:#°º.()]|\bno\b", " ", fold(text[: match.start])).split()
        if len(before) <= 1:
            yield match


def invoice_number(sheet: Sheet) -> Candidate[str] | None:
    found = [
        one.scaled(_clearness(one, sheet))
        for one in labelled(sheet, sheet.of("invoice_number"), first_number, rows=2)
    ]
    return agreed([one for one in found if one.confidence > 0.3])  # noqa: PLR2004 -- less is a guess


def _clearness(one: Candidate[str], sheet: Sheet) -> float:
    hit = one.hit
    if hit is None:
        return 0.5
    label = fold(" ".join(w.text for w in hit.line.words[hit.start : hit.end]))
    beside = one.words[0] in hit.line.words
    spelled = bool(re.search(r"\b(n|no|nr|num|numero|number|id|ref|reference)\b|nummer|nr$", label))
    between = _word_before(one, sheet)
    marked = (
        spelled
        or bool(re.search(r"(?:^|\s)(?:n[°ºo.]|#|nr\b|no\b|n\b)", between.lower()))
        or ":" in label
    )
    if label in {"numero", "number", "ticket n", "ticket no", "doc no"}:
        return 0.6
    if marked:
        return 1.0 if beside else 0.97
    if hit.line.words[hit.end - 1].text.endswith(":"):
        return 0.97
    return 0.9 if beside and len(hit.line.words) <= 6 else 0.55  # noqa: PLR2004 -- a title line, not a sentence


def _word_before(one: Candidate[str], sheet: Sheet) -> str:
    """The word in front of the value and the value's own first word: `N°` may be glued to it."""
    for line in sheet.page(one.page).lines:
        if one.words[0] in line.words:
            at = line.words.index(one.words[0])
            return " ".join(w.text for w in line.words[max(0, at - 1) : at + 1])
    return ""


def dates(text: str, *, month_first: bool = False) -> Iterator[Match[date]]:
    for found in find_dates(text, month_first=month_first):
        sure = 0.97 if found.certain or not month_first else 0.93
        yield Match(found.day, sure, found.start, found.end)


def american(sheet: Sheet) -> bool:
    """Month first: the paper says so by its other dates, or it is in dollars of the United States and in English."""
    for line in sheet.lines:
        for match in re.finditer(r"(?<!\d)(\d{1,2})/(\d{1,2})/(?:\d{2}|\d{4})(?!\d)", line.text):
            if int(match[1]) > 12:  # noqa: PLR2004 -- no such month
                return False
            if int(match[2]) > 12:  # noqa: PLR2004
                return True
    text = sheet.text
    states = re.search(r"\b[A-Z]{2},? \d{5}(?:-\d{4})?\b", text) or "United States" in text
    return bool(states and "$" in text)


def dated(sheet: Sheet, *kinds: str, rows: int = 2) -> Candidate[date] | None:
    month_first = american(sheet)
    return agreed(
        labelled(sheet, sheet.of(*kinds), lambda t: dates(t, month_first=month_first), rows=rows)
    )


def invoice_date(sheet: Sheet, number: Candidate[str] | None) -> Candidate[date] | None:
    """By its label, else beside the number, else the first date that no other label claims."""
    month_first = american(sheet)

    def parse(text: str) -> Iterator[Match[date]]:
        return dates(text, month_first=month_first)

    clear = [h for h in sheet.of("invoice_date") if len(_label(h)) > 2]  # noqa: PLR2004 -- `le` is weak
    found = [
        one.scaled(1.0 if len(_label(one.hit)) > 5 else 0.95)  # noqa: PLR2004 -- `date` alone is less clear
        for one in labelled(sheet, clear, parse, rows=2)
        if one.hit
    ]
    specific = [
        one
        for one in found
        if one.hit and one.hit.rank < _CLEAR_RANK and len(_label(one.hit).split()) > 1
    ]
    if specific:
        return agreed(specific)
    if number is not None and number.hit is not None:
        found += [o.scaled(0.96) for o in parse_words(number.hit.line.words, parse, number.page)]
    if found:
        return agreed(found)
    return _free_date(sheet, parse)


def _label(hit: Hit | None) -> str:
    return fold(" ".join(w.text for w in hit.line.words[hit.start : hit.end])) if hit else ""


def _free_date(sheet: Sheet, parse: Parser[date]) -> Candidate[date] | None:
    claimed = {
        (hit.line.page, hit.index)
        for hit in sheet.of(
            "due_date", "other_date", "first_registration_date", "next_due", "expiry", "valid_from"
        )
    }
    found: list[Candidate[date]] = []
    for page in sheet.pages:
        for index, line in enumerate(page.lines):
            if (page.number, index) in claimed or "expiry" in fold(line.text):
                continue
            for one in parse_words(line.words, parse, page.number):
                timed = re.search(r"\b\d{1,2}\s?[:hH]\s?\d{2}\b", line.text)
                found.append(one.scaled(0.93 if timed else 0.85))
    if not found:
        return None
    first = found[0]
    return (
        agreed([first, *(one for one in found[1:] if one.value == first.value)])
        if len({one.value for one in found}) == 1
        else max(found, key=lambda c: c.confidence)
    )
