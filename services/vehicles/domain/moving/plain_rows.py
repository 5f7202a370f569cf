"""Rows of a car as they are kept, told as people and other programs read them: whatever table somebody adds leaves with the others.

What is kept in minor units, metres, minutes and millilitres is told in amounts, kilometres, hours and litres, exact; what is worked
out or serves the machine stays here.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from services.vehicles.domain.cars.energies import QuantityUnit, from_smallest
from shared.money import Money

INTERNAL: Final = frozenset(
    {
        *("version", "changed_in", "shown_in", "looked", "look_on", "sequence", "revision"),
        *("odometer_offset", "odometer_since", "trashed_at", "group_id", "by_trip_metres"),
        *("assumed_on", "assumed_metres", "assumed_minutes", "occurrence", "key", "round", "told"),
    }
)
OF_A_UNIT: Final = frozenset({"quantity", "battery", "solar"})
"""Of a row with a `unit`: kept in its smallest."""
MINOR, METRES, MINUTES, MICRO, DIGEST = "_minor", "_metres", "_minutes", "_micro", "_digest"
MILLION: Final = Decimal(1_000_000)
THOUSAND: Final = Decimal(1000)
SIXTY: Final = Decimal(60)
TENTH: Final = Decimal("0.1")


def told(table: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Without those in the trash."""
    return [_told(table, row) for row in rows if row.get("trashed_at") is None]


def without_costs(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Told rows without amounts; what is nothing but an amount goes whole."""
    found = {}
    for name, rows in tables.items():
        if name not in NOTHING_BUT_COSTS:
            found[name] = [_without_money(row) for row in rows]
    return found


NOTHING_BUT_COSTS: Final = frozenset({"expense", "value_point", "budget"})
AMOUNTS: Final = frozenset({"unit_price", "currency", "tax_rate", "amount"})


def _without_money(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_money(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _without_money(each)
        for name, each in value.items()
        if name not in AMOUNTS and not name.endswith(("_amount", "_price", "_minor", "_currency"))
    }


def _told(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name in INTERNAL or name.endswith(DIGEST):
            continue
        if name == "metres" and row.get("meter") == "hours":
            found["h"] = _hours(value)
            continue
        said, plain = _member(table, name, value, row)
        found[said] = plain
    return found


def _member(table: str, name: str, value: Any, row: Mapping[str, Any]) -> tuple[str, Any]:
    if name == "lines":
        return name, _lines(value, row)
    if isinstance(value, bool) or not isinstance(value, int):
        return _renamed(name), value
    if table == "fill" and name == "level_after":
        return "level_after_percent", _short(Decimal(value) / 10)
    if name in OF_A_UNIT and row.get("unit") in set(QuantityUnit):
        return name, _short(from_smallest(value, QuantityUnit(row["unit"])))
    if name.endswith(MINOR):
        return _renamed(name), _amount(value, _currency_of(name, row))
    return _renamed(name), _measured(table, name, value, row)


def _measured(table: str, name: str, value: int, row: Mapping[str, Any]) -> Any:
    if name.endswith(MICRO):
        return _short(Decimal(value) / MILLION)
    if name.endswith(METRES) or name == "metres" or _is_distance(table, name, row):
        return _short(Decimal(value) / THOUSAND)
    if name.endswith(MINUTES) or name in {"minutes", "old_end", "new_start"}:
        return _hours(value)
    return value


def _hours(minutes: int) -> str:
    return _short((Decimal(minutes) / SIXTY).quantize(TENTH))


def _is_distance(table: str, name: str, row: Mapping[str, Any]) -> bool:
    """Of a cluster: its meter says what is counted."""
    is_cluster = table == "odometer_segment" and name in {"old_end", "new_start"}
    return is_cluster and row.get("meter") == "distance"


def _renamed(name: str) -> str:
    """Which unit it is in now."""
    if name == "amount_minor":
        return "amount"
    for ending, instead in ((MINOR, "_amount"), (METRES, "_km"), (MINUTES, "_h"), (MICRO, "")):
        if name.endswith(ending):
            return name.removesuffix(ending) + instead
    return {"metres": "km", "minutes": "h"}.get(name, name)


def _currency_of(name: str, row: Mapping[str, Any]) -> str:
    """`purchase_minor` has a currency of its own, most rows have one for all."""
    own = row.get(f"{name.removesuffix(MINOR)}_currency")
    return str(own or row.get("currency") or "EUR")


def _amount(minor: int, currency: str) -> str:
    return Money(minor, currency).text


def _short(number: Decimal) -> str:
    """Without noughts at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _lines(lines: Any, row: Mapping[str, Any]) -> Any:
    """Of a record: their amounts are in minor units of the record's currency."""
    if not isinstance(lines, list):
        return lines
    currency = str(row.get("currency") or "EUR")
    return [
        {
            name.removesuffix(MINOR): _amount(value, currency)
            if name.endswith(MINOR) and isinstance(value, int)
            else value
            for name, value in line.items()
        }
        for line in lines
    ]
