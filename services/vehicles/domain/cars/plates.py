"""Number plates are compared without the marks people and scanners add or lose."""

import re

from rapidfuzz.distance import Levenshtein

MAX_LENGTH = 12
_MISREAD = str.maketrans("OQIZSB", "001258")


def normalise_plate(text: str) -> str:
    """Letters and digits only, upper case: `ab-123 cd` is `AB123CD`."""
    return re.sub(r"[\W_]", "", text).upper()


def is_well_formed(plate: str) -> bool:
    return bool(plate) and len(plate) <= MAX_LENGTH


def looks_alike(one: str, other: str) -> bool:
    """Whether a scanner may have read one for the other: the same but for O/0, I/1 …, or one character off."""
    if one.translate(_MISREAD) == other.translate(_MISREAD):
        return True
    return min(len(one), len(other)) > 4 and Levenshtein.distance(one, other) <= 1  # noqa: PLR2004 - shorter plates differ by one
