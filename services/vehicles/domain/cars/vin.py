"""Vehicle identification numbers, offline (ISO 3779 and 3780).

European makers need not use the check digit (position 9) nor the model year (position 10): both are told as hints, and a number
whose check digit does not add up is kept.
"""

import csv
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

LENGTH = 17
SMALL_MAKERS = "9"
"""Third character of a world manufacturer identifier that makers of fewer than a thousand cars a year share: the 12th to the 14th
character of the number tell which of them it is (ISO 3780).
"""

_VALID = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_SHORT = re.compile(r"[A-Z0-9](?:-?[A-Z0-9]){4,15}")
_YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_LETTERS = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)

_WRITES_MODEL_YEAR = frozenset(
    {
        "Audi",
        "Jaguar",
        "Land Rover",
        "Opel",
        "Porsche",
        "Saab",
        "SEAT",
        "Volkswagen",
        "Volvo",
        "Škoda",
    }
)
"""European makers that do put the model year in position 10."""
_NORTH_AMERICA = "12345"


class VinWarning(StrEnum):
    CHECK_DIGIT = "check_digit"
    UNKNOWN_MAKER = "unknown_maker"
    SHORT = "short_chassis_number"


class Certainty(StrEnum):
    LIKELY = "likely"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Maker:
    wmi: str
    make: str
    country: str


@dataclass(frozen=True, slots=True)
class DecodedVin:
    vin: str
    wmi: str
    make: str | None
    country: str | None
    model_years: tuple[int, ...]
    """Newest first; the code in position 10 comes round every 30 years."""
    model_year_certainty: Certainty | None
    check_digit_valid: bool
    warnings: tuple[VinWarning, ...]


def normalise_vin(text: str) -> str:
    """A VIN without what people write between its parts; of a shorter number the dashes stay, which part model and serial."""
    number = re.sub(r"[\s._]", "", text).upper()
    whole = compact(number)
    return whole if len(whole) == LENGTH else number.strip("-")


def compact(number: str) -> str:
    """As numbers are compared."""
    return number.replace("-", "")


def is_well_formed(number: str) -> bool:
    """Seventeen characters without I, O and Q; or a shorter chassis number, as cars had before 1981 and as Japanese cars, tractors and
    trailers have today.
    """
    return bool(_VALID.fullmatch(number) or _SHORT.fullmatch(number))


def maker_of(vin: str) -> Maker | None:
    known = vin[:3] + vin[11:14] if vin[2] == SMALL_MAKERS else vin[:3]
    return makers().get(known)


def check_digit(vin: str) -> str:
    """What position 9 is where the rule applies (49 CFR 565.15; GB 16735)."""
    values = (int(char) if char.isdigit() else _LETTERS[char] for char in vin)
    rest = sum(value * weight for value, weight in zip(values, _WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004 - the remainder that has no digit


def warnings(vin: str) -> tuple[VinWarning, ...]:
    if len(vin) != LENGTH:
        return (VinWarning.SHORT,)
    found = []
    if check_digit(vin) != vin[8]:
        found.append(VinWarning.CHECK_DIGIT)
    if maker_of(vin) is None:
        found.append(VinWarning.UNKNOWN_MAKER)
    return tuple(found)


def decode_vin(vin: str, *, this_year: int) -> DecodedVin:
    """`vin` is normalised and well formed, 17 characters."""
    maker = maker_of(vin)
    adds_up = check_digit(vin) == vin[8]
    years = _model_years(vin[9], this_year)
    make = plain_make(maker.make) if maker else None
    says_year = vin[0] in _NORTH_AMERICA or make in _WRITES_MODEL_YEAR
    certainty = None if not years else Certainty.LIKELY if says_year else Certainty.UNSURE
    return DecodedVin(
        vin=vin,
        wmi=vin[:3],
        make=make,
        country=maker.country if maker else None,
        model_years=years,
        model_year_certainty=certainty,
        check_digit_valid=adds_up,
        warnings=warnings(vin),
    )


def _model_years(code: str, this_year: int) -> tuple[int, ...]:
    if code not in _YEAR_CODES:
        return ()
    first = 1980 + _YEAR_CODES.index(code)
    return tuple(sorted((year for year in range(first, this_year + 2, 30)), reverse=True))


def plain_make(name: str) -> str:
    """`Mercedes-Benz (van)` and `Audi (Hungary)` are Mercedes-Benz and Audi."""
    return name.partition(" (")[0]


@cache
def makers() -> dict[str, Maker]:
    """World manufacturer identifiers seen in Europe, those of small makers with their three further characters; origin in
    data/README.md.
    """
    text = (resources.files("services.vehicles.domain") / "data" / "wmi_eu.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["wmi"]: Maker(row["wmi"], row["make"], row["plant_or_registration_country"])
        for row in rows
    }
