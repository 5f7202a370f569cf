"""Plates and VINs: their grammar, and the letters recognisers confuse.

A European VIN need not satisfy the check digit in position 9; it is evidence, never a reason to refuse.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from services.documents.domain.text import plain, squeeze

_VALUES = {char: digit for digit, char in enumerate("0123456789")}
_VALUES |= dict(zip("ABCDEFGH", range(1, 9), strict=True))
_VALUES |= dict(zip("JKLMN", range(1, 6), strict=True))
_VALUES |= {"P": 7, "R": 9} | dict(zip("STUVWXYZ", range(2, 10), strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VIN_LENGTH = 17
_VIN_TOKEN = re.compile(r"(?<![A-Z0-9])[A-Z0-9]{17}(?![A-Z0-9])")
_TO_DIGIT = str.maketrans("OQDISZBGTA", "0001528674")
_TO_LETTER = str.maketrans("01258641", "DJZSBGAJ")
_SIV_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
_SIV = re.compile(
    r"(?<![A-Z0-9])([A-Z0-9]{2})\s?[-–—_.·= ]\s?([A-Z0-9]{3})\s?[-–—_.·= ]\s?([A-Z0-9]{2})(?![A-Z0-9])"
)
_SIV_SOLID = re.compile(
    rf"(?<![A-Z0-9])([{_SIV_LETTERS}]{{2}})(\d{{3}})([{_SIV_LETTERS}]{{2}})(?![A-Z0-9])"
)
_FNI = re.compile(r"(?<![A-Z0-9])(\d{2,4})[ -]([A-Z]{2,3})[ -](\d{2}|2[AB])(?![A-Z0-9])")
_SPANISH = re.compile(r"(?<![A-Z0-9])(\d{4})[ -]?([BCDFGHJKLMNPRSTVWXYZ]{3})(?![A-Z0-9])")
_BRITISH = re.compile(r"(?<![A-Z0-9])([A-Z]{2}\d{2})\s?([A-Z]{3})(?![A-Z0-9])")
_GERMAN = re.compile(r"(?<![A-Z0-9])([A-ZÄÖÜ]{1,3})[- ]([A-Z]{1,2})[ ]?(\d{1,4}[EH]?)(?![A-Z0-9])")
_SURE, _REPAIRED, _LABEL_ONLY = 0.97, 0.75, 0.6


@dataclass(frozen=True, slots=True)
class Found:
    value: str
    confidence: float
    """Of the form alone: how much it looks like what it should be."""
    start: int = 0


@cache
def _makers() -> frozenset[str]:
    """World manufacturer identifiers seen on European roads."""
    text = (
        resources.files("services.documents.domain").joinpath("data/makers.json").read_text("utf-8")
    )
    listed: list[str] = json.loads(text)
    return frozenset(listed)


def vin_check_digit_holds(vin: str) -> bool:
    rest = sum(_VALUES.get(c, 0) * w for c, w in zip(vin, _WEIGHTS, strict=True)) % 11
    return vin[8] == ("X" if rest == 10 else str(rest))  # noqa: PLR2004 -- ISO 3779 writes ten as X


def clean_vin(text: str) -> str | None:
    """Seventeen characters with the three letters no VIN has put right, or None."""
    code = squeeze(text).replace("O", "0").replace("Q", "0").replace("I", "1")
    if len(code) != VIN_LENGTH:
        return None
    digits = sum(c.isdigit() for c in code)
    if digits < 4 or digits > 15 or not any(c.isalpha() for c in code[:3] + code[3:9]):  # noqa: PLR2004 -- every maker's VIN has letters, and a serial number
        return None
    head, tail = code[:13], code[13:]
    fixed = tail.translate(_TO_DIGIT)
    return head + (fixed if fixed.isdigit() else tail)


def maker_of(vin: str) -> str | None:
    """World manufacturer identifier, letters a recogniser confuses put right where only one known maker fits."""
    head = vin[:3]
    if head in _makers():
        return head
    near = {m for m in _makers() if sum(a != b for a, b in zip(m, head, strict=True)) == 1}
    alike = {m for m in near if any((a, b) in _ALIKE for a, b in zip(m, head, strict=True))}
    return alike.pop() if len(alike) == 1 else None


_ALIKE = frozenset(
    (one, other)
    for pair in "UV VY 0D 1T 1L 5S 8B 2Z 6G EF HN MN VW WM KX".split()  # noqa: SIM905 -- reads as a list of pairs
    for one, other in ((pair[0], pair[1]), (pair[1], pair[0]))
)


def judge_vin(text: str) -> Found | None:
    code = clean_vin(text)
    if code is None:
        return None
    maker = maker_of(code)
    if maker and maker != code[:3]:
        return Found(maker + code[3:], _REPAIRED)
    confidence = 0.8 if maker else 0.5
    if vin_check_digit_holds(code):
        confidence = 0.99 if maker else 0.9
    elif maker and code[-4:].isdigit():
        confidence = 0.92
    return Found(code, confidence)


def find_vins(text: str) -> Iterator[Found]:
    """VINs of a line, also where blanks fell into them."""
    upper = plain(text).upper()
    for match in _VIN_TOKEN.finditer(upper):
        found = judge_vin(match[0])
        if found:
            yield Found(found.value, found.confidence, match.start())
    words = list(re.finditer(r"[A-Z0-9]+", upper))
    for at, first in enumerate(words):
        solid = first[0]
        for other in words[at + 1 : at + 5]:
            if other.start() - words[words.index(other) - 1].end() > 1:
                break
            solid += other[0]
            if len(solid) == VIN_LENGTH and len(solid) > len(first[0]):
                found = judge_vin(solid)
                if found and maker_of(found.value):
                    yield Found(found.value, found.confidence - 0.2, first.start())


def siv(letters: str, digits: str, end: str) -> Found | None:
    """A French plate since 2009 from its three groups: `AB-123-CD`, without I, O, U."""
    first, last = letters.translate(_TO_LETTER), end.translate(_TO_LETTER)
    number = digits.translate(_TO_DIGIT)
    if not number.isdigit() or number == "000":
        return None
    if any(c not in _SIV_LETTERS for c in first + last) or "SS" in (first, last) or first == "WW":
        return None
    changed = sum(
        a != b for a, b in zip(letters + digits + end, first + number + last, strict=True)
    )
    if changed > 1:
        return None
    return Found(f"{first}-{number}-{last}", _REPAIRED if changed else _SURE)


def find_plates(text: str, *, labelled: bool = False) -> Iterator[Found]:
    """Plates of a line; the looser national forms only where a label announces a plate."""
    upper = plain(text).upper()
    for match in _SIV.finditer(upper):
        found = siv(match[1], match[2], match[3])
        separated = "-" in match[0] or "–" in match[0] or labelled
        if found and (separated or found.confidence == _SURE):
            yield Found(found.value, found.confidence - (0 if separated else 0.2), match.start())
    for match in _SIV_SOLID.finditer(upper):
        yield Found(f"{match[1]}-{match[2]}-{match[3]}", _SURE - 0.05, match.start())
    if labelled:
        yield from _labelled(upper)


def _labelled(upper: str) -> Iterator[Found]:
    for match in _BRITISH.finditer(upper):
        yield Found(f"{match[1]} {match[2]}", _SURE, match.start())
    for match in _SPANISH.finditer(upper):
        yield Found(f"{match[1]} {match[2]}", _SURE, match.start())
    for match in _FNI.finditer(upper):
        yield Found(f"{match[1]} {match[2]} {match[3]}", _SURE - 0.07, match.start())
    for match in _GERMAN.finditer(upper):
        yield Found(match[0], _LABEL_ONLY, match.start())
