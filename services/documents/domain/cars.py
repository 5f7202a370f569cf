"""What any paper may say about a car: plate, VIN, distance driven, make."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import resources

from rapidfuzz import fuzz, process

from services.documents.domain.identifiers import find_plates, find_vins
from services.documents.domain.labels import Sheet
from services.documents.domain.page import Word
from services.documents.domain.text import fold, plain
from services.documents.domain.values import (
    Candidate,
    FieldValue,
    Match,
    Parser,
    agreed,
    labelled,
    parse_words,
)

_DISTANCE = re.compile(
    r"(?<![\w/.,-])(\d{1,3}(?:[ .,\u00a0\u202f']\d{3})+|\d{1,7})(?![\d/%])(?:[.,]0)?\s*(km|kms|kilometres|kilometros|miles?|mi)?\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?<![\w/.,-])(\d{1,3}(?:[ .,\u00a0\u202f']\d{3})+|\d{2,7})\s*(km|kms|kilometres|kilometros|miles)\b(?!\s*/\s*h)",
    re.IGNORECASE,
)
_ELSEWHEN = re.compile(
    r"\b(prochaine?|next|proxim[oa]|historique|history|historial|derniere?|previous|last|anterior|jusqu|tous les"
    r"|every|cada|garantie|warranty|autonomie|km/h|intervalle|interval)\b"
)
_MOST = 1_500_000
_NEARLY_MAKE = 85


def plate(sheet: Sheet) -> Candidate[str] | None:
    beside = labelled(sheet, sheet.of("plate"), lambda text: _plates(text, labelled=True), rows=2)
    free = _everywhere(sheet, lambda text: _plates(text, labelled=False))
    return agreed([*beside, *(one.scaled(0.96) for one in free)])


def _plates(text: str, *, labelled: bool) -> Iterator[Match[str]]:
    for found in find_plates(text, labelled=labelled):
        yield Match(found.value, found.confidence, found.start, found.start + len(found.value))


def vin(sheet: Sheet) -> Candidate[str] | None:
    beside = labelled(sheet, sheet.of("vin"), _vins, rows=2)
    free = [one.scaled(0.97) for one in _everywhere(sheet, _vins)]
    return agreed([*beside, *free])


def _vins(text: str) -> Iterator[Match[str]]:
    for found in find_vins(text):
        yield Match(found.value, found.confidence, found.start, found.start + len(found.value))


def _everywhere(sheet: Sheet, parse: Parser[str]) -> list[Candidate[str]]:
    found: list[Candidate[str]] = []
    for line in sheet.lines:
        found += parse_words(line.words, parse, line.page)
    return found


def mileage(sheet: Sheet) -> tuple[Candidate[int], str] | None:
    """The distance driven and its unit (km or mi), as printed."""
    hits = [
        hit
        for hit in sheet.of("mileage")
        if not _ELSEWHEN.search(fold(" ".join(w.text for w in hit.line.words[: hit.end])))
    ]
    named = [
        hit
        for hit in hits
        if hit.line.words[hit.start].text.lower().strip(":.") not in {"km", "kms"}
    ]
    beside = labelled(sheet, named, _distances, rows=2)
    united = []
    for line in sheet.lines:
        for one in parse_words(line.words, _with_unit, line.page):
            before = line.words[: line.words.index(one.words[0])]
            if not _ELSEWHEN.search(fold(" ".join(w.text for w in before))):
                united.append(one.scaled(0.9))
    bare = [hit for hit in hits if hit not in named]
    short = [one.scaled(0.85) for one in labelled(sheet, bare, _distances, rows=1)]
    best = agreed([*beside, *united] or short)
    if best is None:
        return None
    near = fold(" ".join(w.text for w in best.words + _after(sheet, best)))
    label = fold(" ".join(w.text for w in best.hit.line.words)) if best.hit else ""
    miles = bool(re.search(r"\b(miles?|mi)\b", f"{near} {label}")) and not re.search(
        r"\bkms?\b", near
    )
    return best, "mi" if miles else "km"


def _after(sheet: Sheet, one: Candidate[int]) -> tuple[Word, ...]:
    for line in sheet.lines:
        if line.page == one.page and one.words[-1] in line.words:
            at = line.words.index(one.words[-1])
            return line.words[at + 1 : at + 2]
    return ()


def _distances(text: str) -> Iterator[Match[int]]:
    for match in _DISTANCE.finditer(text):
        value = int(re.sub(r"\D", "", match[1]))
        digits = len(re.sub(r"\D", "", match[1]))
        if value <= _MOST and (digits > 1 or match[2]):
            yield Match(value, 0.98 if match[2] or digits > 2 else 0.7, match.start(), match.end())  # noqa: PLR2004 -- a car has driven hundreds of km


def _with_unit(text: str) -> Iterator[Match[int]]:
    for match in _UNIT.finditer(text):
        value = int(re.sub(r"\D", "", match[1]))
        if value <= _MOST:
            yield Match(value, 0.95, match.start(), match.end())


@cache
def _makes() -> dict[str, str]:
    text = (
        resources.files("services.documents.domain").joinpath("data/makes.json").read_text("utf-8")
    )
    names: list[str] = json.loads(text)
    return {fold(name): name for name in names}


def make_in(text: str, *, fuzzy: bool) -> str | None:
    """The car maker named first in this text."""
    words = fold(plain(text)).split()
    for at in range(len(words)):
        for size in (2, 1):
            phrase = " ".join(words[at : at + size])
            if phrase in _makes():
                return _makes()[phrase]
    if fuzzy:
        for word in words:
            if len(word) >= 5:  # noqa: PLR2004 -- shorter makers must match exactly
                best = process.extractOne(
                    word, _makes().keys(), scorer=fuzz.ratio, score_cutoff=_NEARLY_MAKE
                )
                if best:
                    return _makes()[best[0]]
    return None


def brand(sheet: Sheet, *kinds: str) -> Candidate[str] | None:
    """The make, beside its label, else the first maker named anywhere."""
    fuzzy = any(page.source != "text" for page in sheet.pages)

    def parse(text: str) -> Iterator[Match[str]]:
        name = make_in(text, fuzzy=fuzzy)
        if name:
            yield Match(name, 0.96, 0, len(text))

    beside = labelled(sheet, sheet.of(*kinds), parse, rows=2)
    if beside:
        return agreed(beside)
    counts: list[Candidate[str]] = []
    for line in sheet.lines:
        name = make_in(line.text, fuzzy=False)
        if name:
            counts.append(Candidate(name, 0.6, line.words, line.page))
    return agreed(counts)


def car_fields(sheet: Sheet) -> dict[str, FieldValue]:
    """Plate, VIN and mileage with its unit, as far as they stand on the paper."""
    found: dict[str, FieldValue] = {}
    one = plate(sheet)
    if one:
        found["plate"] = one.field("plate", one.value)
    one = vin(sheet)
    if one:
        found["vin"] = one.field("vin", one.value)
    distance = mileage(sheet)
    if distance:
        best, unit = distance
        found["mileage"] = best.field("mileage", str(best.value))
        found["mileage_unit"] = replace(best.field("mileage_unit", unit), raw="")
    return found
