"""Which services a garage's lines name, in French, English or Spanish.

Matching rules of the reference data: lower case, no accents, no elisions, no stop words; `=alias` is a whole word, `a+b` wants both,
`/` means or. The longest alias wins the words it covers ("vidange boîte auto" is no oil change); a last, fuzzy try catches what a
scanner misread.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from rapidfuzz import fuzz

from services.vehicles.domain.care.services import bundles, canonical, service_types

CLOSE_ENOUGH: Final = 88.0
SHORTEST_FUZZY: Final = 8
"""Shorter aliases are too easily found by accident."""

_ELISION = re.compile(r"\b[ldqsnmj]['’´`]\s*")
_STOP_WORDS = re.compile(
    r"\b(?:de|du|des|d|le|la|les|l|a|au|aux|et|en|un|une|the|of|and|to|for|el|los|las|del|y|con|por)\b"
)
_UNTICKED = re.compile(r"(?:\[\s*\]|☐|□)[^\[☐□☑☒✓✔]*")
_TICKED = re.compile(r"\[\s*[xX✓✔]\s*\]|☑|☒|✓|✔")
_REAR = re.compile(r"\b(?:arriere|ar|rear|trasero?s?|traseras?)\b")
_FRONT = re.compile(r"\b(?:avant|av|front|delanter[oa]s?)\b")
_MORE_ALIASES: Final = {
    "oil_change": (
        "filtro aceite",
        "oil filter",
        "engine oil and filter",
        "aceite 5w",
        "huile 5w",
        "huile 0w",
    ),
    "tyres_wear": ("=pneu", "=tyre", "=tire", "neumatico"),
    "wipers": ("=balai",),
    "technical_inspection": ("controle technique periodique", "mot test"),
}
"""As garages print them, beside the reference list's."""
_TOO_VAGUE: Final = frozenset({"service", "revision ve"})
_ONLY_ELECTRIC: Final = frozenset({"ev_standard"})
_ONLY_FRONT: Final = frozenset({"brake_pads_front_wear", "brake_discs_wear"})
_NOT_DONE = re.compile(
    r"\b(?:prochaine?s?|prevoir|a faire|conseille[es]?|recommande[es]?|next|advised|recommended|due at|proxim[oa]s?|recomendad[oa]s?)\b"
)


@dataclass(frozen=True, slots=True)
class Recognised:
    service: str
    line: int
    score: float


@dataclass(frozen=True, slots=True)
class _Match:
    services: tuple[str, ...]
    start: int
    end: int
    score: float

    @property
    def length(self) -> int:
        return self.end - self.start


def plain(text: str) -> str:
    """As aliases are written."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    bare = _STOP_WORDS.sub(" ", _ELISION.sub(" ", bare))
    return " ".join(re.sub(r"[^\w/+%.-]+", " ", bare).split())


def recognise(lines: Sequence[str], *, fuel: str | None = None) -> list[Recognised]:
    """Each service once, with the line that says it best, in the order of the lines."""
    best: dict[str, Recognised] = {}
    for number, line in enumerate(lines):
        for service, score in _in_line(line, fuel):
            known = best.get(service)
            if known is None or score > known.score:
                best[service] = Recognised(service, known.line if known else number, score)
    return sorted(best.values(), key=lambda found: (found.line, -found.score, found.service))


def _in_line(line: str, fuel: str | None) -> Iterator[tuple[str, float]]:
    kept = _TICKED.sub(" ; ", _UNTICKED.sub(" ", line))
    for part in kept.split(";"):
        text = plain(part)
        if not text or _NOT_DONE.search(text):
            continue
        matches = _longest(_exact(text)) or _fuzzy(text)
        for match in matches:
            for service in match.services:
                if resolved := _resolve(service, text, fuel):
                    yield resolved, match.score


def _resolve(service: str, text: str, fuel: str | None) -> str | None:
    """Settle what depends on the car, and leave out the rear axle's brakes: the list knows the front ones only."""
    name, _, condition = service.partition("_if_")
    if (condition == "diesel" and fuel != "diesel") or (
        condition == "petrol" and fuel != "gasoline"
    ):
        return None
    if name in _ONLY_FRONT and _REAR.search(text) and not _FRONT.search(text):
        return None
    if service_types()[name].suits(fuel=fuel, transmission=None):
        return canonical(name)
    regenerative = f"{name}_regen"
    return regenerative if regenerative in service_types() else None


def _exact(text: str) -> list[_Match]:
    found = []
    for services, alias in _aliases():
        if span := _span(alias, text):
            found.append(_Match(services, *span, score=1.0))
    return found


def _span(alias: str, text: str) -> tuple[int, int] | None:
    """Where the alias stands; the parts of an `a+b` alias may stand apart."""
    spans = []
    for word in alias.split("+"):
        pattern = rf"\b{re.escape(word[1:])}\b" if word.startswith("=") else rf"\b{re.escape(word)}"
        hit = re.search(pattern, text)
        if hit is None:
            return None
        spans.append(hit.span())
    return min(start for start, _ in spans), max(end for _, end in spans)


def _longest(matches: Iterable[_Match]) -> list[_Match]:
    """Drop a match whose words lie inside a longer one's."""
    ranked = sorted(matches, key=lambda match: -match.length)
    kept: list[_Match] = []
    for match in ranked:
        inside = any(
            k.start <= match.start and match.end <= k.end and k.length > match.length for k in kept
        )
        if not inside:
            kept.append(match)
    return kept


def _fuzzy(text: str) -> list[_Match]:
    best: _Match | None = None
    for services, alias in _aliases():
        if (
            "+" in alias
            or alias.startswith("=")
            or len(alias) < SHORTEST_FUZZY
            or len(text) < len(alias)
        ):
            continue
        hit = fuzz.partial_ratio_alignment(alias, text, score_cutoff=CLOSE_ENOUGH)
        if hit is not None and (best is None or hit.score > best.score * 100):
            best = _Match(services, hit.dest_start, hit.dest_end, hit.score / 100)
    return [best] if best else []


@cache
def _aliases() -> tuple[tuple[tuple[str, ...], str], ...]:
    """(services, alias) with the alias in the plain form texts are compared in."""
    rows: list[tuple[tuple[str, ...], str]] = []
    for service in service_types().values():
        aliases = (*service.aliases, *_MORE_ALIASES.get(service.id, ()))
        rows += [((service.id,), _plain_alias(alias)) for alias in aliases]
    for bundle in bundles():
        if bundle.name not in _ONLY_ELECTRIC:
            rows += [(bundle.resets, _plain_alias(alias)) for alias in bundle.aliases]
    return tuple(row for row in rows if row[1] not in _TOO_VAGUE)


def _plain_alias(alias: str) -> str:
    whole = "=" if alias.startswith("=") else ""
    return whole + "+".join(plain(word) for word in alias.removeprefix("=").split("+"))
