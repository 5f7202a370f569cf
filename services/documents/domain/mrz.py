"""The two machine-readable lines of a French registration certificate, and what their check digits can repair.

Line one: `CRFRA` plate(7) digit VIN(17) digit first registration(6, yymmdd) digit genre(6); line two: body(4) make(14)
model(13) formula number(11) digit, and a digit over line one from column 6 with the formula part. ICAO 9303: 7-3-1.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from services.documents.domain.identifiers import maker_of
from services.documents.domain.text import plain

_LINE_ONE = 38  # after this column only the genre follows
_CONFUSED = {
    "O": "0DQ", "0": "ODQ8", "D": "0O", "Q": "0O", "I": "1L", "1": "ILT7", "L": "1I", "T": "1", "Z": "2", "2": "Z9",
    "S": "5", "5": "S9", "B": "8", "8": "B0", "G": "6", "6": "G5", "U": "V0", "V": "UY", "Y": "V", "H": "NW", "N": "H",
    "W": "VH", "9": "025", "3": "8", "C": "G0", "7": "1", "4": "A", "A": "4", "M": "N", "E": "F", "F": "E", "K": "X", "X": "K",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mrz:
    """What the lines say; a value is here only if its own check digit holds, as read or, when named in `repaired`, with one
    letter changed: one digit in ten fits by chance, so a repair alone proves nothing.
    """

    plate: str | None
    vin: str | None
    first_registration: date | None
    formula: str | None
    make: str | None
    model: str | None
    repaired: frozenset[str] = frozenset()


def check_digit(text: str) -> str:
    total = 0
    for place, char in enumerate(text):
        value = int(char) if char.isdigit() else 0 if char == "<" else ord(char) - 55
        total += value * (7, 3, 1)[place % 3]
    return str(total % 10)


def read_mrz(lines: Iterable[str], century_of: date) -> Mrz | None:
    """From the lines of a page in order, or None without such a zone."""
    solid = [re.sub(r"[^A-Z0-9<]", "", _angles(plain(line).upper())) for line in lines]
    one = next((at for at, line in enumerate(solid) if _looks_like_one(line)), None)
    two = next(
        (line for line in reversed(solid) if re.match(r"^.{0,3}<", line) and "<<" in line), None
    )
    if one is None and two is None:
        return None
    nothing: _First = (None, None, None, frozenset())
    plate, vin, day, repaired = _first(solid[one], century_of) if one is not None else nothing
    second = _second(two) if two else (None, None, None)
    return Mrz(plate, vin, day, *second, repaired=repaired)


def _angles(text: str) -> str:
    return text.replace("«", "<<").replace("‹", "<").replace("&LT;", "<")


def _looks_like_one(line: str) -> bool:
    return (
        len(line) >= _LINE_ONE
        and bool(re.match(r"^[CGE(]?[RA-Z]F?R?[AN]?", line))
        and (
            line.startswith(
                ("CRFRA", "CRERA", "CREFRA", "GRFRA", "ERFRA", "CAFRA", "CRFAA", "RFRA")
            )
            or "CRFRA" in line[:8]
        )
    )


_First = tuple[str | None, str | None, date | None, frozenset[str]]


def _first(line: str, century_of: date) -> _First:
    start = line.find("RA") + 2
    body = line[start:]
    plate, fixed_plate = _checked(body[0:7], body[7:8], shape="AA000AA")
    vin, fixed_vin = _checked(body[8:25], body[25:26], shape="V" * 17)
    day, fixed_day = _checked(body[26:32], body[32:33], shape="000000")
    shown = f"{plate[:2]}-{plate[2:5]}-{plate[5:]}" if plate else None
    fixed = {"plate": fixed_plate, "vin": fixed_vin, "first_registration_date": fixed_day}
    repaired = frozenset(name for name, was_fixed in fixed.items() if was_fixed)
    return shown, vin, _day(day, century_of), repaired


def _second(line: str) -> tuple[str | None, str | None, str | None]:
    text = line[: line.rfind("<") + 1]
    tail = line[line.rfind("<") + 1 :]
    match = re.match(r"^[A-Z<]*?(\d{4}[A-Z0-9]{2}\d{5})(\d)", tail) or re.search(
        r"([12][09]\d{2}[A-Z]{2}\d{5})(\d)\d?$", line
    )
    formula = match[1] if match and check_digit(match[1]) == match[2] else None
    parts = [part for part in re.split("<{2,}", text) if part]
    make = parts[1].replace("<", " ").strip() if len(parts) > 1 else None
    rest = parts[2].replace("<", " ").strip() if len(parts) > 2 else None  # noqa: PLR2004 -- body, make, model
    return formula, make, rest


def _checked(text: str, digit: str, *, shape: str) -> tuple[str | None, bool]:
    """The text if its digit holds, else the one nearest reading that makes it hold; and whether it was repaired."""
    if len(text) != len(shape):
        return None, False
    fitted = "".join(_fit(char, kind) for char, kind in zip(text, shape, strict=True))
    digit = _fit(digit, "0") if digit else ""
    if digit.isdigit() and _fits(fitted, shape) and check_digit(fitted) == digit:
        return fitted, False
    near = {one for one in _variants(fitted, shape) if check_digit(one) == digit}
    if len(near) > 1 and shape.startswith("VV") and maker_of(fitted) != fitted[:3]:
        near = {one for one in near if maker_of(one) == one[:3]}
    return (near.pop(), True) if len(near) == 1 else (None, False)


def _variants(text: str, shape: str) -> Iterator[str]:
    for place, char in enumerate(text):
        for other in _CONFUSED.get(char, ""):
            one = text[:place] + other + text[place + 1 :]
            if _fits(one, shape):
                yield one


def _fit(char: str, kind: str) -> str:
    options = (char, *_CONFUSED.get(char, ""))
    return next((one for one, _ in product(options, "_") if _fits(one, kind)), char)


def _fits(text: str, shape: str) -> bool:
    allowed = {"A": str.isalpha, "0": str.isdigit}
    return all(
        (char not in "IOQ<" and char.isalnum()) if kind == "V" else allowed[kind](char)
        for char, kind in zip(text, shape, strict=True)
    )


def _day(text: str | None, century_of: date) -> date | None:
    if text is None:
        return None
    year = 2000 + int(text[:2])
    if year > century_of.year:
        year -= 100
    try:
        return date(year, int(text[2:4]), int(text[4:]))
    except ValueError:
        return None
