"""What kind of paper this is. Papers that must never become an expense or a vehicle are looked for first, and weigh most
where they stand as a title; no single word in a footer decides.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from rapidfuzz import fuzz

from services.documents.domain.labels import Sheet
from services.documents.domain.page import Line, Segment
from services.documents.domain.text import fold
from shared.contracts.documents import DocumentType

_TITLE_LINES = 14
_TITLE_WORDS = 9
_ENOUGH = 2.0
_OUTRIGHT = 5
_FUZZY_FROM = 8
_NEARLY = 86


@dataclass(frozen=True, slots=True)
class Classified:
    document_type: DocumentType
    confidence: float
    refused: bool = False
    """A paper of a kind that must never become an expense or a vehicle was recognised, not merely nothing found."""


@cache
def _table() -> dict[str, dict[str, dict[str, float]]]:
    text = (
        resources.files("services.documents.domain").joinpath("data/kinds.json").read_text("utf-8")
    )
    table: dict[str, dict[str, dict[str, float]]] = json.loads(text)
    return {
        kind: {where: {fold(k): v for k, v in words.items()} for where, words in places.items()}
        for kind, places in table.items()
    }


def classify(sheet: Sheet, *, has_einvoice: bool = False) -> Classified:
    if has_einvoice:
        return Classified(DocumentType.INVOICE, 0.99)
    titles = _titles(sheet)
    body = f" {sheet.folded} "
    fuzzy = any(page.source != "text" for page in sheet.pages)
    if _is_refused_outright(titles):
        return Classified(DocumentType.OTHER, 0.95, refused=True)
    scores = {kind: _score(places, titles, body, fuzzy=fuzzy) for kind, places in _table().items()}
    if _has_mrz(sheet):
        scores["registration"] += 5
    if _adds_up(sheet):
        scores["invoice"] += 1.0
    return _decide(scores)


_CREDIT_NOTES = (
    *("avoir n", "avoir du", "facture d avoir", "facture avoir", "note d avoir", "note de credit"),
    *("credit note", "credit memo", "credit invoice"),
    *("nota de credito", "nota de abono", "factura de abono"),
    *("gutschrift", "stornorechnung", "nota di credito", "creditnota"),
)
"""How a title begins; a line further down may speak of one that was taken off."""


def is_credit_note(sheet: Sheet) -> bool:
    """Whether an invoice tells of money that comes back, although its amounts carry no sign."""
    return any(
        title == "avoir" or f"{title} ".startswith(tuple(f"{words} " for words in _CREDIT_NOTES))
        for title in _titles(sheet)
    )


def _is_refused_outright(titles: list[str]) -> bool:
    """A title that says so in as many words: `facture proforma` holds `facture`, and is none."""
    heavy = [
        phrase for phrase, weight in _table()["refused"]["title"].items() if weight >= _OUTRIGHT
    ]
    return any(_titled(phrase, titles, fuzzy=False) for phrase in heavy)


def _decide(scores: dict[str, float]) -> Classified:
    refused = scores.pop("refused")
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    (kind, best), (_, second) = ranked[0], ranked[1]
    if refused >= _ENOUGH and refused >= best:
        return Classified(DocumentType.OTHER, _confidence(refused, best), refused=True)
    if best < _ENOUGH:
        return Classified(DocumentType.OTHER, 0.9 if best < 1 else 0.6)
    return Classified(DocumentType(kind), _confidence(best, max(second, refused)))


def _confidence(best: float, second: float) -> float:
    lead = (best - second) / best
    return round(min(0.99, 0.6 + 0.3 * lead + 0.02 * min(best, 5)), 3)


def _titles(sheet: Sheet) -> list[str]:
    """Short pieces of the first page's upper lines, and pieces in large letters anywhere on it."""
    if not sheet.pages:
        return []
    lines = sheet.pages[0].lines
    sizes = sorted(word.size for line in lines for word in line.words)
    large = 1.35 * sizes[len(sizes) // 2] if sizes else 0
    found = []
    for at, line in enumerate(lines):
        found += [
            fold(segment.text)
            for segment in _pieces(line)
            if len(segment.words) <= _TITLE_WORDS
            and (at < _TITLE_LINES or min(w.size for w in segment.words) >= large)
        ]
    return [title for title in found if title]


def _pieces(line: Line) -> list[Segment]:
    """Its segments, and the line as a whole: titles are often letterspaced."""
    whole = [Segment(line.words, line.page)] if len(line.segments) > 1 else []
    return [*line.segments, *whole]


def _score(
    places: dict[str, dict[str, float]], titles: list[str], body: str, *, fuzzy: bool
) -> float:
    title_scores = [
        weight
        for phrase, weight in places.get("title", {}).items()
        if _titled(phrase, titles, fuzzy=fuzzy)
    ]
    body_scores = [
        weight
        for phrase, weight in places.get("body", {}).items()
        if _stands(phrase, body, fuzzy=fuzzy)
    ]
    return max(title_scores, default=0.0) + sum(title_scores) * 0.1 + sum(body_scores)


def _titled(phrase: str, titles: list[str], *, fuzzy: bool) -> bool:
    return any(
        f" {phrase} " in f" {title} " or (fuzzy and _nearly_titled(phrase, title))
        for title in titles
    )


def _nearly_titled(phrase: str, title: str) -> bool:
    if len(phrase) < _FUZZY_FROM or not len(phrase) - 2 <= len(title) <= len(phrase) * 1.6:
        return False
    return fuzz.partial_ratio(phrase, title) >= _NEARLY


def _stands(phrase: str, body: str, *, fuzzy: bool) -> bool:
    if f" {phrase} " in body:
        return True
    return (
        fuzzy
        and len(phrase) >= 2 * _FUZZY_FROM
        and fuzz.partial_ratio(phrase, body, score_cutoff=90) >= 90  # noqa: PLR2004 -- longer phrases, fewer mistakes
    )


def _has_mrz(sheet: Sheet) -> bool:
    solid = re.sub(r"[^A-Z0-9<\n]", "", sheet.text.upper())
    return bool(re.search(r"^C[A-Z]FRA[A-Z0-9<]{20,}", solid, re.MULTILINE))


def _adds_up(sheet: Sheet) -> bool:
    kinds = {hit.kind for hit in sheet.hits}
    return "total" in kinds and bool({"tax", "net", "subtotal"} & kinds)
