"""JSON of other programs: read with exact numbers and within bounds."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from services.vehicles.domain.moving.found import LONGEST_CELL, MOST_ROWS, CannotTake
from shared.storable import plain

Tree: TypeAlias = Mapping[str, Any]
LONGEST_NUMBER: Final = 40
WIDEST: Final = 15
"""Digits before the point, and behind it, of a number that means something here."""


class Unreadable:
    """A number that is none we know: infinite, not a number, or absurdly wide. It stands where it was until somebody wants it."""

    def __init__(self, text: str) -> None:
        self.text = text[:LONGEST_NUMBER]

    def __str__(self) -> str:
        return self.text


def check_tree(text: str) -> int:
    """How many objects it holds. Raises CannotTake for what is no JSON, too deep or too much."""
    count = text.count("{")
    if count > MOST_ROWS:
        raise CannotTake("too_many_rows")
    tree = tree_of(text)
    if isinstance(tree, Mapping) and tree.get("encrypted") and isinstance(tree.get("data"), str):
        raise CannotTake("password_required")
    return count


def tree_of(text: str) -> Any:
    """Numbers as exact decimals, `Unreadable` for those that are out of bounds. Raises CannotTake."""
    try:
        try:
            return _loaded(text)
        except json.JSONDecodeError:
            if not is_lines(text):
                raise
        return [_loaded(line) for line in text.splitlines() if line.strip()]
    except RecursionError as error:
        raise CannotTake("json_too_deep") from error
    except ValueError as error:
        raise CannotTake("json_broken", getattr(error, "lineno", 0)) from error


def _loaded(text: str) -> Any:
    return json.loads(text, parse_float=number, parse_int=number, parse_constant=Unreadable)


def is_lines(text: str) -> bool:
    """Whether each line is an object by itself, which some programs write for a list."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > 1 and all(
        line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in lines
    )


def number(text: str) -> Decimal | Unreadable:
    if len(text) > LONGEST_NUMBER:
        return Unreadable(text)
    value = Decimal(text)
    if value and not -WIDEST <= value.adjusted() < WIDEST:
        return Unreadable(text)
    return value


def rows_in(tree: Any, name: str) -> Iterator[tuple[int, Tree]]:
    """The objects of a list, each with its number; whatever else stands there is none."""
    found = tree.get(name) if isinstance(tree, Mapping) else None
    for count, each in enumerate(found if isinstance(found, list) else (), 1):
        if isinstance(each, Mapping):
            yield count, each


def branch(tree: Any, name: str) -> Tree:
    found = tree.get(name) if isinstance(tree, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def text_in(tree: Tree, *names: str) -> str:
    """The first that is there, as text; a number as it is written, true and false as `true` and `false`."""
    for name in names:
        said = tree.get(name)
        if isinstance(said, bool):
            return "true" if said else "false"
        if isinstance(said, Decimal):
            return format(said, "f")
        if isinstance(said, str | Unreadable) and str(said).strip():
            return plain(str(said).strip()[:LONGEST_CELL])
    return ""


def looks_like_tree(text: str) -> bool:
    return text.lstrip()[:1] in {"{", "["}
