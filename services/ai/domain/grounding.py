"""A model may narrate, not invent: every distance, duration, price, quantity in its prose must stand in the facts it was given,
as the same number of the same unit. `12 €` does not follow from `12 months`; `1 year` does.

A number without a unit counts things (`the 2 front wheels`) and is not judged below a thousand; from there on, unless it is a
year or the name of a model, it must stand in the facts too, whatever its unit there. A number of the facts without a unit never
vouches for one that has a unit.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from services.ai.domain.carwords import is_year, words

CITATION = re.compile(r"\[((?:F\d+)|(?:K:[a-z]+:[A-Za-z0-9_]+))\]")
SENTENCE_END = re.compile(r"(?<=[.!?…\n])\s+|\n+")
MONTHS = 12  # of a year
CLAIM = 1000  # from here on a number without a unit is no count of things
UNITS = {
    "km/h": r"km\s?/\s?h|kmh|kph",
    "km": r"kms?|kilom\w+|kil[oó]metros?",
    "mph": r"mph",
    "mi": r"mi|miles?|millas?",
    "month": r"mois|months?|mes(?:es)?|mths?",
    "year": r"ans?|ann[ée]es?|years?|yrs?|y|años?",
    "week": r"semaines?|weeks?|wks?|semanas?",
    "day": r"jours?|days?|d[ií]as?",
    "hour": r"h|heures?|hours?|hrs?|horas?",
    "minute": r"min|mins|minutes?|minutos?",
    "eur": r"€|eur|euros?",
    "usd": r"\$|usd|dollars?|d[oó]lares",
    "gbp": r"£|gbp|pounds?",
    "chf": r"chf|francs?",
    "l": r"l|litres?|liters?|litros?",
    "bar": r"bars?|bares",
    "psi": r"psi",
    "kpa": r"kpa",
    "nm": r"n\.?m",
    "%": r"%|pour\s?cent|per\s?cent|por\s?ciento",
    "°c": r"°\s?c?|º\s?c?|degr[eé]s|degrees|grados",
    "mm": r"mm|millim[eè]tres?|millimet(?:er|re)s?|mil[ií]metros?",
}
BLANK = r"[ \u00a0\u202f]"
THOUSANDS = "|".join(rf"(?:{separator}\d{{3}})+" for separator in (BLANK, r"\.", ",", "['’]"))
NUMBER = rf"\d{{1,3}}(?:{THOUSANDS})(?:[.,]\d{{1,2}})?(?!\d)|\d+(?:[.,]\d+)?"
GROUPED = re.compile(rf"(\d{{1,3}}(?:([.,'’]|{BLANK})\d{{3}})(?:\2\d{{3}})*)(?:([.,])(\d{{1,2}}))?")
MONEY = r"€|eur|usd|gbp|chf|\$|£"
UNIT = "|".join(f"(?:{pattern})" for pattern in UNITS.values())
TO = r"\s*(?:à|a|to|and|et|y|ou|or|o|u|-|–|—|~|/)\s*"
BEFORE = r"(?<!\w)(?<!\d[.,])"
FIGURE = re.compile(
    rf"(?P<money>{MONEY})\s*(?P<first>{NUMBER})(?:{TO}(?:{MONEY})?\s*(?P<second>{NUMBER}))?(?![\w])"
    rf"|{BEFORE}(?P<low>{NUMBER}){TO}(?P<high>{NUMBER})\s*(?P<kilo>k(?=\s?(?:km|€|eur|mi)))?[\s\u00a0\u202f-]{{0,2}}(?P<unit>{UNIT})(?!['’\w])"
    rf"|{BEFORE}(?P<one>{NUMBER})\s*(?P<thousand>k(?=\s?(?:km|€|eur|mi)))?[\s\u00a0\u202f-]{{0,2}}(?P<of>{UNIT})(?!['’\w])",
    re.IGNORECASE,
)
KEYED = re.compile(r'"\w*?_(eur|km|months)"\s*:\s*(\d+(?:\.\d+)?)')  # how our tools write
BARE = re.compile(rf"(?<![\w.,/:-])(?:{NUMBER})(?![\w/:-])")
NAMES = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in UNITS.items())


@dataclass(frozen=True, slots=True)
class Figure:
    """`unit` is None for a number that stands alone. Years are told in months."""

    value: Decimal
    unit: str | None


def sentences(text: str) -> list[str]:
    return [part for part in SENTENCE_END.split(text) if part and part.strip()]


def plain(number: str) -> Decimal:
    """15 000, 15.000, 15,000 and 15'000 are one number, and 1 234,50, 1,234.50 and 1.234,50; 1.5 stays 1.5."""
    grouped = GROUPED.fullmatch(number)
    if grouped:
        whole, rest = re.sub(r"\D", "", grouped.group(1)), grouped.group(4) or "0"
        return Decimal(f"{whole}.{rest}").normalize()
    return Decimal(number.replace(",", ".")).normalize()


def figures(text: str) -> list[Figure]:
    """What a text says with a unit; of a range, both ends."""
    found = [_in_months(plain(one[2]), one[1].removesuffix("s")) for one in KEYED.finditer(text)]
    for match in FIGURE.finditer(text):
        said = match.group("money") or match.group("unit") or match.group("of")
        times = 1000 if match.group("kilo") or match.group("thousand") else 1
        numbers = (match.group(name) for name in ("first", "second", "low", "high", "one"))
        found += [_in_months(plain(one) * times, _name(said)) for one in numbers if one]
    return found


def _name(unit: str) -> str:
    return next(name for name, pattern in NAMES if pattern.fullmatch(unit))


def _in_months(value: Decimal, unit: str) -> Figure:
    if unit == "year":
        return Figure((value * MONTHS).normalize(), "month")
    return Figure(value.normalize(), unit)


def _alone(text: str) -> Iterator[Figure]:
    for match in BARE.finditer(FIGURE.sub(" ; ", text)):
        yield Figure(plain(match.group()), None)


def known_numbers(facts: Iterable[str]) -> set[Figure]:
    """Each figure with its unit, and its number alone."""
    known: set[Figure] = set()
    for fact in facts:
        told = figures(fact)
        known |= {*told, *_alone(fact), *(Figure(one.value, None) for one in told)}
    return known


def is_grounded(sentence: str, known: set[Figure]) -> bool:
    if not known.issuperset(figures(sentence)):
        return False
    return all(one in known or not _is_claim(one.value) for one in _alone(sentence))


def _is_claim(value: Decimal) -> bool:
    whole = f"{value:f}"
    return value >= CLAIM and not is_year(whole) and whole not in words().numbers


def cited(text: str) -> list[str]:
    return list(dict.fromkeys(match.group(1) for match in CITATION.finditer(text)))


def without_citations(text: str) -> str:
    return re.sub(r"\s*" + CITATION.pattern, "", text)
