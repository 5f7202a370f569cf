"""What people say of cars and what could be read as a number plate: makes, models, engines, trims, units and the short words of
three languages (domain/data/car_words.json, our own work; makes, models and WMIs follow the catalogue of the vehicles service).
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

FIRST_YEAR, LAST_YEAR = 1950, 2040
MOST_CC = 3999
YEAR_DIGITS = 4
SHORTEST_WORD = 3  # letters: a shorter part of a name ("Ka" apart) names nothing by itself
CODED = re.compile(
    r"[1-8][1-6]\d(?:d|i|e|xd|xi|td|tds|ti|ci|cd|is|ix|a|m)"  # BMW 320d, 118i
    r"|[abceglmrsvx]\d{2,3}[de]?"  # Mercedes A180, Audi A4, Volvo V60
    r"|[efgwrsxtp]\d{2,3}|[pbcu][0-3][0-9a-f]{3}"  # E90, W211, R16, fault codes
    r"|\d{1,2}w\d{2}|\d{1,3}[a-z]|z?r\d{2}|r\d{2}c?"  # 5W30, 16V, 91V, R16
    r"|mk\d|ph\d|(?:bvm|bva|bvr|dsg|eat|edc|dct|cvt)\d|(?:ea|om|dw|dv|eb|ew|tu|ep)\d{1,3}[a-z]{0,2}\d?"
    r"|[abjkmnxyz]\d{1,2}[a-z]{1,3}\d?[a-z]{0,2}|\d{1,3}(?:km|ch|cv|hp|kw|nm|cc|mm|cm|bar|bars|psi|min|mn|h|l|v|a|w)"
)


@dataclass(frozen=True, slots=True)
class Words:
    """Folded: lower case, no accents, letters and digits only."""

    makes: frozenset[str]
    names: frozenset[str]  # makes and models, whole and in their parts
    numbers: frozenset[str]  # models that are numbers: 308, 2008
    engines: frozenset[str]
    terms: frozenset[str]
    units: frozenset[str]
    plain: frozenset[str]
    labels: frozenset[str]  # what stands before a number of its own: code, page, bank
    wmi: frozenset[str]


def flat(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalnum())


def _parts(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        yield flat(name)
        pieces = [flat(part) for part in re.split(r"[\s/&.-]+", name)]
        yield from (part for part in pieces if len(part) >= SHORTEST_WORD)


@lru_cache
def words() -> Words:
    data = json.loads((files("services.ai.domain") / "data" / "car_words.json").read_text("utf-8"))
    names = frozenset(_parts([*data["makes"], *data["models"]]))
    return Words(
        makes=frozenset(_parts(data["makes"])),
        names=frozenset(name for name in names if not name.isdecimal() and len(name) > 1),
        numbers=frozenset(
            name for name in names if name.isdecimal() and len(name) >= SHORTEST_WORD
        ),
        engines=frozenset(data["engines"].split()),
        terms=frozenset(data["terms"].split()),
        units=frozenset(data["units"].split()),
        plain=frozenset(flat(word) for said in data["words"].values() for word in said.split()),
        labels=frozenset(data["labels"].split()),
        wmi=frozenset(data["wmi"]),
    )


def is_year(digits: str) -> bool:
    return (
        digits.isdecimal() and len(digits) == YEAR_DIGITS and FIRST_YEAR <= int(digits) <= LAST_YEAR
    )


def names_a_car(token: str, digits: Iterable[str] = ()) -> bool:
    """A make, a model, an engine, a trim, a unit or a code; a make only beside numbers that a car can bear: 2015 BMW, not 4821 BMW."""
    known, folded = words(), flat(token)
    if folded in known.units or folded in known.engines:
        return all(int(one) <= MOST_CC or folded in known.units for one in digits)
    if folded in known.names or folded in known.terms:
        return all(len(one) < YEAR_DIGITS or is_year(one) or one in known.numbers for one in digits)
    return bool(CODED.fullmatch(folded))


def is_word(token: str) -> bool:
    return flat(token) in words().plain
