"""Insurance papers: attestation, green card, Mémo Véhicule Assuré, certificates of motor insurance. An expiry that is not printed is
never invented.
"""

import re
from collections.abc import Iterator
from datetime import date

from services.documents.domain.cars import brand, car_fields
from services.documents.domain.dates import find_dates
from services.documents.domain.headers import dated, dates, first_number
from services.documents.domain.labels import Hit, Sheet
from services.documents.domain.page import Line
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

_SPLIT_DATES = re.compile(
    r"(\d{2})\W+(\d{2})\W+((?:19|20)\d{2})\D{1,12}(\d{2})\W+(\d{2})\W+((?:19|20)\d{2})"
)


def insurance_fields(sheet: Sheet) -> Fields:
    fields = {k: v for k, v in car_fields(sheet).items() if k in {"plate", "vin"}}
    put(fields, "policy_number", _policy(sheet))
    put(fields, "brand", brand(sheet, "make_model", "make"))
    put(fields, "insurer", _insurer(sheet))
    put(fields, "holder", _holder(sheet))
    start, end = _period(sheet)
    put(fields, "valid_from", start)
    put(fields, "expiry_date", end)
    return fields


def _policy(sheet: Sheet) -> Candidate[str] | None:
    return agreed(labelled(sheet, sheet.of("policy_number"), _policies, rows=2))


_POLICY_PREFIX = re.compile(r"\b([A-Z]{0,3}\d{2,6}(?: \d{2,8}){1,3})\b")


def _policies(text: str) -> Iterator[Match[str]]:
    grouped = _POLICY_PREFIX.search(text)
    for match in first_number(text):
        if (
            grouped
            and grouped.start() <= match.start < grouped.end()
            and not find_dates(grouped[1])
        ):
            yield Match(grouped[1], 0.95, grouped.start(), grouped.end())
            return
        slashed = re.match(r"^[A-Z]{1,3}/\w{1,5}/([A-Z0-9-]{5,})$", match.value)
        start = match.end - len(slashed[1]) if slashed else match.start
        yield Match(slashed[1] if slashed else match.value, match.confidence, start, match.end)


def _insurer(sheet: Sheet) -> Candidate[str] | None:
    beside = labelled(sheet, _leading(sheet, "insurer"), names, rows=2)
    head = vendor(sheet)
    found = [*beside, *([head.scaled(0.85)] if head else [])]
    return agreed(found)


def _leading(sheet: Sheet, kind: str) -> list[Hit]:
    """Labels that begin a piece of text (a number in front allowed): in the middle of a sentence they announce nothing."""
    found = []
    for hit in sheet.of(kind):
        starts = {hit.line.words.index(segment.words[0]) for segment in hit.line.segments}
        if hit.start in starts or hit.start - 1 in starts:
            found.append(hit)
    return found


def _holder(sheet: Sheet) -> Candidate[str] | None:
    return agreed(labelled(sheet, _leading(sheet, "holder"), names, rows=2))


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
    return Candidate(start, sure, line.words, line.page), Candidate(
        end, sure, line.words, line.page
    )
