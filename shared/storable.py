"""What both JSON and PostgreSQL can hold. A value from outside that is not, is refused where it comes in: it could neither be kept,
nor sent on, nor even be named in a refusal.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

DEEPEST = 64
"""Levels of lists and objects within each other; the strictest reader behind us (orjson, writing) ends at 254."""
SMALLEST, LARGEST = -(2**63), 2**63 - 1
_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first thing found that cannot be held, and where: object keys and list positions, from the top."""

    reason: str
    where: tuple[str | int, ...] = ()


def flaw_in(value: Any, *, depth: int = 0) -> Flaw | None:
    """Looks through what JSON was decoded to: NUL, half a character, a number that no column holds, nesting without end."""
    if isinstance(value, dict | list):
        if depth == DEEPEST:
            return Flaw("depth")
        named = value.items() if isinstance(value, dict) else enumerate(value)
        return _within(named, depth + 1)
    if isinstance(value, str):
        return Flaw("text") if _UNSTORABLE.search(value) else None
    fits = not isinstance(value, int | float) or SMALLEST <= value <= LARGEST or _is_real(value)
    return None if fits else Flaw("number")


def _is_real(number: float) -> bool:
    return isinstance(number, float) and math.isfinite(number)


def _within(named: Iterable[tuple[Any, Any]], depth: int) -> Flaw | None:
    for name, item in named:
        if isinstance(name, str) and _UNSTORABLE.search(name):
            return Flaw("text")
        if (found := flaw_in(item, depth=depth)) is not None:
            return Flaw(found.reason, (name, *found.where))
    return None


def one_line(text: str) -> str:
    """The text on one line, without what JSON holds and a line must not: controls, separators of lines, turns of direction."""
    return " ".join(_NOT_IN_A_LINE.sub(" ", text).split())


def plain(text: str) -> str:
    """The text without what cannot be held, for a note about it."""
    return _UNSTORABLE.sub("\ufffd", text)
