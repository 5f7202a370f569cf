"""Who issued a paper: every piece of text near its top and in its footer may be the name; evidence decides."""

import json
import re
from functools import cache
from importlib import resources
from itertools import pairwise

from services.documents.domain.dates import find_dates
from services.documents.domain.labels import Sheet
from services.documents.domain.page import Line, Segment, Word
from services.documents.domain.text import fold, plain, squeeze
from services.documents.domain.values import Candidate

_POSTCODE = re.compile(r"\b(\d{5}|\d{4} [A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b")
_LEGAL = re.compile(
    r"\b(s\.?a\.?r\.?l|s\.?a\.?s\.?u?|e\.?u\.?r\.?l|s\.?n\.?c|s\.?c\.?o\.?p|s\.?l\.?u?|s\.?a"
    r"|gmbh|ag|ltd|limited|inc|llc|plc|b\.?v|n\.?v|sdn\.? bhd|s\.?r\.?l|s\.?p\.?a|co)\b\.?",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"(?:https?://|www\.|@)([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.[a-z]{2,6}\b")
_FOOT = re.compile(
    r"^(.{3,60}?)\s+(?:[-–—•|,]\s+)?(?:S\.?A\.?R\.?L|S\.?A\.?S\.?U?|S\.?A|E\.?U\.?R\.?L|S\.?L|GmbH|Ltd)\b.*\b(?:capital|RCS|SIRET|SIREN|Registro|R\.C\.S)",
    re.IGNORECASE,
)


@cache
def _words(kind: str) -> re.Pattern[str]:
    """Words that make or break a name: `address`, `trade`, `person`, `not_a_name`."""
    text = (
        resources.files("services.documents.domain")
        .joinpath("data/vendors.json")
        .read_text("utf-8")
    )
    table: dict[str, list[str]] = json.loads(text)
    return re.compile(r"\b(" + "|".join(table[kind]) + r")\b")


def vendor(sheet: Sheet) -> Candidate[str] | None:
    """Who issued the paper: scored by place, size, trade words, legal form, and what repeats it (web address, footer)."""
    if not sheet.pages:
        return None
    page = sheet.pages[0]
    sizes = sorted(word.size for word in page.words)
    usual = sizes[len(sizes) // 2] if sizes else 1.0
    domains = {squeeze(m[1].split(".")[-1]) for m in _DOMAIN.finditer(sheet.text.lower())}
    clients = _client_places(sheet)
    scored: list[tuple[float, str, tuple[Word, ...]]] = []
    for at, line in enumerate(page.lines):
        pieces = [*line.segments, *_spaced_out(line)]
        for segment in pieces:
            words = _name_words(segment, sheet, line, at)
            name = _tidy(" ".join(word.text for word in words))
            if not words or not _may_be_name(name):
                continue
            score = _name_score(name, at, words, usual) + _support(name, sheet, domains)
            if any(_inside(segment, place) for place in clients):
                score -= 4
            if _followed_by_address(page.lines, at, segment):
                score += 1.0
            scored.append((score, name, words))
    scored += [(5.0, _tidy(m[1]), line.words) for line in page.lines if (m := _foot(line.text))]
    if not scored:
        return None
    best = max(scored, key=lambda one: one[0])
    same = sum(1 for one in scored if squeeze(one[1]) == squeeze(best[1])) > 1
    rivals = [s for s, name, _ in scored if squeeze(name) != squeeze(best[1])]
    lead = best[0] - max(rivals, default=0.0)
    if best[0] < 1.5:  # noqa: PLR2004 -- nothing speaks for it
        return None
    confidence = min(
        0.97, 0.55 + 0.05 * min(best[0], 5) + 0.05 * min(max(lead, 0), 3) + 0.05 * same
    )
    doubt = min(word.confidence for word in best[2])
    return Candidate(best[1], confidence * (0.6 + 0.4 * min(1, doubt / 0.9)), best[2], page.number)


def _spaced_out(line: Line) -> list[Segment]:
    """A whole line as one name: `S A M   T R A D I N G` was cut at its wide gaps."""
    if len(line.segments) == 1 or len(line.words) > 8:  # noqa: PLR2004 -- more words are columns
        return []
    if any(len(segment.words) > 1 for segment in line.segments):
        return []
    gaps = [b.box.left - a.box.right for a, b in pairwise(line.words)]
    even = max(gaps) <= 2.5 * max(1.0, min(gaps)) and max(gaps) < 3 * line.box.height
    return [Segment(line.words, line.page)] if even else []


def _foot(text: str) -> re.Match[str] | None:
    match = _FOOT.match(text)
    return match if match and _may_be_name(_tidy(match[1])) else None


def _name_words(segment: Segment, sheet: Sheet, line: Line, at: int) -> tuple[Word, ...]:
    """The segment without the label in front of it, nothing where a label of another kind rules it."""
    start = line.words.index(segment.words[0])
    stop = start + len(segment.words)
    for hit in sheet.hits:
        if hit.line.page != line.page or hit.index != at or hit.end <= start or hit.start >= stop:
            continue
        if hit.kind in {"seller", "workshop"} and hit.end < stop:
            continue
        if hit.start > start + 1:
            return line.words[start : hit.start]
        if (
            hit.kind in {"workshop", "model", "make", "until", "tax", "holder", "center", "net"}
            and hit.score == 1.0
        ):
            continue
        return ()
    return segment.words


def _tidy(name: str) -> str:
    name = re.split(r"\s[-–—|•]\s|,\s(?=\d|[A-Z][a-z]+ \d)|\s{2,}|\s\d{5}\b", name)[0]
    return name.strip(" .:;|-–—*#'\"“”‘’»«_=~")


def _may_be_name(name: str) -> bool:
    folded = fold(name)
    letters = sum(c.isalpha() for c in name)
    if letters < 3 or len(name) > 60 or letters < 0.6 * len(name.replace(" ", "")):  # noqa: PLR2004 -- a name has letters and an end
        return False
    if _words("person").match(folded) or "@" in name or "www" in folded:
        return False
    if _POSTCODE.search(plain(name).upper()) or (
        _words("address").search(folded) and not _LEGAL.search(name)
    ):
        return False
    return not (_words("not_a_name").search(folded) and not _LEGAL.search(name)) and not find_dates(
        name
    )


def _name_score(name: str, at: int, words: tuple[Word, ...], usual: float) -> float:
    folded = fold(name)
    score = 0.0
    if _LEGAL.search(name):
        score += 1.6
    if _words("trade").search(folded):
        score += 1.4
    size = sum(w.size for w in words) / len(words) / max(usual, 0.1)
    score += 1.6 * min(1.5, max(0.0, size - 1.1))
    score += max(0.0, 2.0 - 0.25 * at)
    if any(c.isdigit() for c in name):
        score -= 1.0
    if len(words) > 7:  # noqa: PLR2004 -- a sentence
        score -= 2.0
    if len(squeeze(name)) < 4:  # noqa: PLR2004 -- noise or an abbreviation
        score -= 0.8
    return score


def _support(name: str, sheet: Sheet, domains: set[str]) -> float:
    solid = squeeze(_LEGAL.sub(" ", name))
    if len(solid) < 4:  # noqa: PLR2004 -- too short to mean anything elsewhere
        return 0.0
    score = 0.0
    if any(solid in d or (len(d) > 4 and d in solid) for d in domains):  # noqa: PLR2004
        score += 1.5
    times = squeeze(sheet.text).count(solid)
    return score + min(1.0, 0.5 * (times - 1))


def _client_places(sheet: Sheet) -> list[tuple[float, float, float, float]]:
    places = []
    for hit in sheet.of("client"):
        if hit.line.page == sheet.pages[0].number:
            box = hit.box
            places.append(
                (box.left - 5, box.top - 1, box.left + 25 * box.height, box.top + 8 * box.height)
            )
    return places


def _inside(segment: Segment, place: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = place
    return left <= segment.box.left <= right and top <= segment.box.middle <= bottom


def _followed_by_address(lines: tuple[Line, ...], at: int, segment: Segment) -> bool:
    for line in lines[at + 1 : at + 4]:
        near = [
            s for s in line.segments if abs(s.box.left - segment.box.left) < 4 * segment.box.height
        ]
        text = " ".join(s.text for s in near)
        if _POSTCODE.search(text.upper()) or _words("address").search(fold(text)):
            return True
    return False
