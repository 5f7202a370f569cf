"""Which complaints of our list a person's words express, in any of the three languages."""

import re
from dataclasses import dataclass

from services.ai.domain import knowledge
from services.ai.domain.car import Car
from services.ai.domain.knowledge import Finding
from services.ai.domain.wording import Heard, fold, language_of, meets

CODE = re.compile(r"\b([PCBU][0-3][0-9A-F]{3})(?:[-:][0-9A-F]{2})?\b", re.IGNORECASE)
SHORTEST_NAME = 4
GENERIC = frozenset({"mil_steady", "red_warning", "burning_smell", "abs_light"})
"""Complaints that only say "a lamp is on" or "it smells": a trouble code or a precise complaint says more."""


@dataclass(frozen=True, slots=True)
class Complaint:
    finding: Finding
    strength: float  # 0..1: a pattern of more words is surer


def codes_in(text: str) -> list[str]:
    return list(dict.fromkeys(match.group(1).upper() for match in CODE.finditer(text)))


def recognise(text: str, *, language: str, car: Car) -> list[Complaint]:
    """The strongest first; when nothing is understood, a second look forgives small slips of spelling."""
    spoken = language_of(text, language)
    for languages, forgiving in (
        (spoken, False),
        (knowledge_languages(spoken), False),
        (knowledge_languages(spoken), True),
    ):
        heard = Heard.of(text, forgiving=forgiving)
        found = _hear(heard, languages, car)
        if found:
            return found
    return []


def knowledge_languages(first: tuple[str, ...]) -> tuple[str, ...]:
    return (*first, *(name for name in ("fr", "en", "es") if name not in first))


def _hear(heard: Heard, languages: tuple[str, ...], car: Car) -> list[Complaint]:
    found: dict[str, Complaint] = {}
    for finding in knowledge.symptoms():
        if not fits(finding, car):
            continue
        words = max(
            (
                meets(heard, pattern)
                for language in languages
                for pattern in (finding.patterns or {}).get(language, ())
            ),
            default=0,
        )
        if words:
            found[finding.id] = Complaint(finding, min(1.0, 0.4 + 0.2 * words))
    kept = [
        one for one in found.values() if not any(other in found for other in one.finding.unless)
    ]
    return sorted(kept, key=lambda one: -one.strength)


def fits(finding: Finding, car: Car) -> bool:
    return finding.fuels is None or car.fuel is None or car.fuel.value in finding.fuels


def named_components(text: str, language: str) -> list[str]:
    """Parts the person names themselves ("I think the alternator is dying")."""
    folded = f" {fold(text)} "
    return [
        component.id
        for component in knowledge.components().values()
        for label in (component.label[language], component.label["en"])
        if any(
            f" {fold(part)}" in folded
            for part in re.split(r"[/,(]", label)
            if len(fold(part)) > SHORTEST_NAME
        )
    ]
