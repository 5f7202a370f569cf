"""Number and dates of a paper, and who issued it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from services.documents.domain.dates import find_dates
from services.documents.domain.labels import Hit, Sheet
from services.documents.domain.page import Line, Segment, Word
from services.documents.domain.text import fold, plain, squeeze
from services.documents.domain.values import Candidate, Match, agreed, labelled, parse_words

_NUMBER = re.compile(r"#?(?=[A-Za-z0-9/_.\-]*\d)[A-Za-z0-9][A-Za-z0-9/_.\-]{1,24}")
_PREFIX = re.compile(r"\b([A-Z]{1,4})\s+(\d{3,12})\b")
_ORDINAL_WORDS = {"DU", "LE", "LA", "AU", "DE", "NO", "N", "NR", "ON", "DATE", "TVA", "VAT", "TEL", "EUR", "SAS", "SARL", "PAGE"}
_POSTCODE = re.compile(r"\b(\d{5}|\d{4} [A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b")
_STREET = re.compile(
    r"\b(rue|avenue|av|boulevard|bd|chemin|impasse|place|route|allee|quai|cours|square|zone|zac|zi|za|bp|cedex|calle|avda|avenida|c|plaza|poligono|pol|ctra|street|st|road|rd|lane|drive|ave|suite|strasse|str|weg|jalan|jln|lot|unit|floor|tel|telephone|phone|fax|email|e mail|www|http|https|siret|siren|rcs|tva|vat|cif|nif|gst|iban|bic|capital|ape|naf)\b"
)
_LEGAL = re.compile(
    r"\b(s\.?a\.?r\.?l|s\.?a\.?s\.?u?|e\.?u\.?r\.?l|s\.?n\.?c|s\.?c\.?o\.?p|s\.?l\.?u?|s\.?a|gmbh|ag|ltd|limited|inc|llc|plc|b\.?v|n\.?v|sdn\.? bhd|s\.?r\.?l|s\.?p\.?a|co)\b\.?",
    re.IGNORECASE,
)
_TRADE = re.compile(
    r"\b(garage|garages|carrosserie|mecanique|auto|autos|automobile|automobiles|motors?|atelier|pneus?|pneumatiques?|centre auto|concession|station|taller|talleres|automocion|neumaticos|workshop|tyres?|tires|service|services|servicios|shop|store|trading|petrol|petroleum|petro|oil|fuel|gas|carburants|energies|boutique|maison|restaurant|cafe|hotel|supermarche|market|marche|stationery|supply|supplies|enterprise|syarikat|perniagaan|restoran|company|solutions|hosting|plumbing|controle technique|total|esso|shell|repsol|cepsa|bp|avia|leclerc|carrefour|intermarche|norauto|feu vert|midas|speedy|euromaster)\b"
)
_PERSON = re.compile(r"^(m|mr|mrs|ms|mme|mlle|monsieur|madame|mademoiselle|sr|sra|don|dona|herr|frau|dr|attn)\b")
_TITLE = re.compile(
    r"\b(facture|invoice|factura|rechnung|factuur|devis|avoir|ticket|receipt|recu|recibo|page|duplicata|original|copie|copy|client|cliente|customer|date|fecha|total|certificat|attestation|merci|thank|gracias|bienvenue|welcome|numero|number|description|designation|vehicule|vehicle|vehiculo|tva|vat|iva|bill to|ship to|summary|cash|tel|fax)\b"
)
_DOMAIN = re.compile(r"(?:https?://|www\.|@)([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.[a-z]{2,6}\b")
_FOOT = re.compile(
    r"^(.{3,60}?)\s+(?:[-–—•|,]\s+)?(?:S\.?A\.?R\.?L|S\.?A\.?S\.?U?|S\.?A|E\.?U\.?R\.?L|S\.?L|GmbH|Ltd)\b.*\b(?:capital|RCS|SIRET|SIREN|Registro|R\.C\.S)",
    re.IGNORECASE,
)


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
    found = []
    for one in labelled(sheet, sheet.of("invoice_number"), first_number, rows=2):
        found.append(one.scaled(_clearness(one, sheet)))
    return agreed([one for one in found if one.confidence > 0.3])  # noqa: PLR2004 -- less is a guess


def _clearness(one: Candidate[str], sheet: Sheet) -> float:
    hit = one.hit
    if hit is None:
        return 0.5
    label = fold(" ".join(w.text for w in hit.line.words[hit.start : hit.end]))
    beside = one.words[0] in hit.line.words
    spelled = bool(re.search(r"\b(n|no|nr|num|numero|number|id|ref|reference)\b|nummer|nr$", label))
    between = " ".join(w.text for w in sheet.right(hit)[:1]) if beside else ""
    marked = spelled or bool(re.match(r"^(n[°ºo.]?|#|nr|no)", between.lower())) or ":" in label
    if label in {"numero", "number", "ticket n", "ticket no", "doc no"}:
        return 0.6
    if marked:
        return 1.0 if beside else 0.97
    if hit.line.words[hit.end - 1].text.endswith(":"):
        return 0.97
    return 0.9 if beside and len(hit.line.words) <= 6 else 0.55  # noqa: PLR2004 -- a title line, not a sentence


def dates(text: str, *, month_first: bool = False) -> Iterator[Match[date]]:
    for found in find_dates(text, month_first=month_first):
        yield Match(found.day, 0.97 if found.certain else 0.94, found.start, found.end)


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
    specific = [one for one in found if one.hit and one.hit.rank < 20 and len(_label(one.hit).split()) > 1]  # noqa: PLR2004 -- the clear labels
    if specific:
        return agreed(specific)
    if number is not None and number.hit is not None:
        found += [o.scaled(0.96) for o in parse_words(number.hit.line.words, parse, number.page)]
    if found:
        return agreed(found)
    return _free_date(sheet, parse)


def _label(hit: Hit | None) -> str:
    return fold(" ".join(w.text for w in hit.line.words[hit.start : hit.end])) if hit else ""


def _free_date(sheet: Sheet, parse: object) -> Candidate[date] | None:
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
            for one in parse_words(line.words, parse, page.number):  # type: ignore[arg-type]  # a parser of texts
                timed = re.search(r"\b\d{1,2}\s?[:hH]\s?\d{2}\b", line.text)
                found.append(one.scaled(0.93 if timed else 0.85))
    if not found:
        return None
    first = found[0]
    return agreed([first, *(one for one in found[1:] if one.value == first.value)]) if len(
        {one.value for one in found}
    ) == 1 else max(found, key=lambda c: c.confidence)


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
        pieces = line.segments if len(line.segments) > 1 else (line.segments[0],)
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
    confidence = min(0.97, 0.55 + 0.05 * min(best[0], 5) + 0.05 * min(max(lead, 0), 3) + 0.05 * same)
    doubt = min(word.confidence for word in best[2])
    return Candidate(best[1], confidence * (0.6 + 0.4 * min(1, doubt / 0.9)), best[2], page.number)


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
        if hit.kind in {"workshop", "model", "make", "until", "tax", "holder", "center", "net"} and hit.score == 1.0:
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
    if _PERSON.match(folded) or "@" in name or "www" in folded:
        return False
    if _POSTCODE.search(plain(name).upper()) or (_STREET.search(folded) and not _LEGAL.search(name)):
        return False
    return not (_TITLE.search(folded) and not _LEGAL.search(name)) and not find_dates(name)


def _name_score(name: str, at: int, words: tuple[Word, ...], usual: float) -> float:
    folded = fold(name)
    score = 0.0
    if _LEGAL.search(name):
        score += 1.6
    if _TRADE.search(folded):
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
            places.append((box.left - 5, box.top - 1, box.left + 25 * box.height, box.top + 8 * box.height))
    return places


def _inside(segment: Segment, place: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = place
    return left <= segment.box.left <= right and top <= segment.box.middle <= bottom


def _followed_by_address(lines: tuple[Line, ...], at: int, segment: Segment) -> bool:
    for line in lines[at + 1 : at + 4]:
        near = [s for s in line.segments if abs(s.box.left - segment.box.left) < 4 * segment.box.height]
        text = " ".join(s.text for s in near)
        if _POSTCODE.search(text.upper()) or _STREET.search(fold(text)):
            return True
    return False


def with_confidence(candidate: Candidate[str], factor: float) -> Candidate[str]:
    return replace(candidate, confidence=candidate.confidence * factor)
