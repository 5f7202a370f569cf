"""Sentences for people, in the three languages AutoTrack speaks; a missing one is a type error."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from shared.contracts.base import Language


@dataclass(frozen=True, slots=True)
class Text:
    fr: str
    en: str
    es: str

    def into(self, language: Language, **facts: Any) -> str:
        """The sentence with its {placeholders} filled; a fact that is missing leaves its placeholder visible."""
        text: str = getattr(self, language.value)
        return text.format_map(_Facts(facts)) if "{" in text else text


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def choose_language(accept_language: str | None, preferred: Language | None = None) -> Language:
    """The best of ours for an Accept-Language header (RFC 9110, 12.5.4); then what the person prefers, then French."""
    fallback = preferred or Language.FR
    if not accept_language:
        return fallback
    best, best_weight = fallback, 0.0
    for tag, weight in _ranked(accept_language[:200].split(",")):
        if weight > best_weight and tag in Language.__members__.values():
            best, best_weight = Language(tag), weight
    return best


def _ranked(parts: Iterable[str]) -> Iterable[tuple[str, float]]:
    for part in parts:
        tag, _, quality = part.strip().partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        yield tag.strip().lower().partition("-")[0], weight


def texts_in(words: ModuleType, language: Language) -> dict[str, str]:
    """All texts of a module, by name, for a template."""
    return {
        name: getattr(text, language.value)
        for name, text in vars(words).items()
        if isinstance(text, Text)
    }
