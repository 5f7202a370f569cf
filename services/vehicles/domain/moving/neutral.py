"""What was found in a file as JSON that a table can keep, and back; nothing of the file itself."""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.found import (
    Found,
    FoundCar,
    FoundExpense,
    FoundFill,
    FoundLine,
    FoundLineKind,
    FoundNote,
    FoundPlan,
    FoundReading,
    FoundRecord,
    LeftOut,
    Place,
)

LONGEST: Final = 10_000
"""Of a text we keep."""
KINDS: Final[Mapping[str, type[Found]]] = {
    "car": FoundCar,
    "fill": FoundFill,
    "record": FoundRecord,
    "expense": FoundExpense,
    "reading": FoundReading,
    "plan": FoundPlan,
    "note": FoundNote,
    "left_out": LeftOut,
}
_NAMES: Final = {kind: name for name, kind in KINDS.items()}
_UNKEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What PostgreSQL keeps in no text, or a person never typed."""
_NUMBERS: Final = (
    *("odometer", "purchase_price", "quantity", "unit_price", "total", "distance_on_other"),
    *("engine_hours", "level_before", "level_after", "every_distance", "every_hours", "next_at"),
)
_DAYS: Final = ("day", "purchased_on", "ends_on", "next_on")


def kind_of(item: Found) -> str:
    return _NAMES[type(item)]


def clean(text: str, longest: int = LONGEST) -> str:
    """A leading `'` before `= + - @` is a spreadsheet's guard, not the person's."""
    kept = _UNKEPT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if kept[:1] == "'" and kept[1:2] in {"=", "+", "-", "@"}:
        kept = kept[1:]
    return kept[:longest].rstrip()


def to_row(item: Found) -> dict[str, Any]:
    """Only what it says; its place and kind stand beside it."""
    said: dict[str, Any] = {}
    for each in _fields_of(kind_of(item)):
        value = getattr(item, each.name)
        if value is None or value == _default_of(each):
            continue
        said[each.name] = _plain(value)
    return said


def from_row(kind: str, row: Mapping[str, Any], place: Place) -> Found:
    said: dict[str, Any] = dict.fromkeys(_needed(kind))
    said |= {name: _READERS.get(name, _same)(value) for name, value in row.items()}
    return KINDS[kind](place=place, **said)


@cache
def _fields_of(kind: str) -> tuple[Field[Any], ...]:
    return tuple(each for each in fields(KINDS[kind]) if each.name != "place")


@cache
def _needed(kind: str) -> tuple[str, ...]:
    """What must be said of it, and may be None."""
    return tuple(
        each.name
        for each in _fields_of(kind)
        if each.default is MISSING and each.default_factory is MISSING
    )


def _default_of(each: Field[Any]) -> Any:
    if each.default_factory is not MISSING:
        return each.default_factory()
    return None if each.default is MISSING else each.default


def _plain(value: Any) -> Any:
    found = value
    if isinstance(value, StrEnum):
        found = value.value
    elif isinstance(value, str):
        found = clean(value)
    elif isinstance(value, Decimal):
        found = str(value)
    elif isinstance(value, date | time):
        found = value.isoformat()
    elif isinstance(value, FoundLine):
        found = [clean(value.title, 200), value.kind.value, _amount(value.amount)]
    elif isinstance(value, Mapping):
        found = {clean(str(name), 200): clean(str(each), 500) for name, each in value.items()}
    elif isinstance(value, list | tuple):
        found = [_plain(each) for each in value]
    return found


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _same(value: Any) -> Any:
    return value


def _lines(value: Any) -> list[FoundLine]:
    return [
        FoundLine(title, FoundLineKind(kind), None if amount is None else Decimal(amount))
        for title, kind, amount in value
    ]


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(_NUMBERS, Decimal),
    **dict.fromkeys(_DAYS, date.fromisoformat),
    "at": time.fromisoformat,
    "unit": QuantityUnit,
    "energy": Energy,
    "distance_unit": DistanceUnit,
    "energies": lambda value: [Energy(each) for each in value],
    "lines": _lines,
}
