# ruff: noqa: E501 - word lists and sentences are read as lines
"""A model may narrate, not invent: every distance, duration and price in its prose must stand in the facts it was given."""

import re
from collections.abc import Iterable

FIGURE = re.compile(
    r"(?<![\w.])(\d{1,3}(?:[   .,]\d{3})+|\d+(?:[.,]\d+)?)\s*(km|kilom\w+|mois|months?|mes(?:es)?|ans?|years?|años?|jours?|days?|d[ií]as|€|eur\w*|euros?|litres?|liters?|litros|bars?|psi|nm|°c|%|h(?:eures?|ours?|oras)?)(?!\w)|(?:€|eur)\s*(\d+(?:[.,]\d+)?)",
    re.IGNORECASE,
)
CITATION = re.compile(r"\[((?:F\d+)|(?:K:[a-z]+:[A-Za-z0-9_]+))\]")
SENTENCE_END = re.compile(r"(?<=[.!?…\n])\s+|\n+")
NUMBER = re.compile(r"\d{1,3}(?:[   .,]\d{3})+|\d+(?:[.,]\d+)?")


def sentences(text: str) -> list[str]:
    return [part for part in SENTENCE_END.split(text) if part and part.strip()]


def plain(number: str) -> str:
    """15 000, 15.000 and 15,000 are one number; 1.5 stays 1.5."""
    if re.fullmatch(r"\d{1,3}(?:[   .,]\d{3})+", number):
        return re.sub(r"\D", "", number)
    return number.replace(",", ".").removesuffix(".0")


def known_numbers(facts: Iterable[str]) -> set[str]:
    return {plain(match.group()) for fact in facts for match in NUMBER.finditer(fact)}


def is_grounded(sentence: str, known: set[str]) -> bool:
    return all(
        plain(match.group(1) or match.group(3)) in known for match in FIGURE.finditer(sentence)
    )


def cited(text: str) -> list[str]:
    return list(dict.fromkeys(match.group(1) for match in CITATION.finditer(text)))


def without_citations(text: str) -> str:
    return re.sub(r"\s*" + CITATION.pattern, "", text)
