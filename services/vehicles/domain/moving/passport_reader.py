"""A passport of another installation, as an importer reads it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.moving.book import EntryKind
from services.vehicles.domain.moving.found import (
    Bad,
    FoundCar,
    FoundExpense,
    FoundFill,
    FoundLine,
    FoundLineKind,
    FoundReading,
    FoundRecord,
    Item,
    LeftOut,
    Part,
    Place,
    Settled,
)
from services.vehicles.domain.moving.passport import FORMAT, verdict_on

METRES: Final = {DistanceUnit.KM: Decimal(1000), DistanceUnit.MI: Decimal("1609.344")}
SIXTY: Final = Decimal(60)
EXACTLY: Final = Decimal("0.0001")
"""Of a mile, and of an hour: rounded again it is the same metre and minute."""
KINDS: Final = {
    "part": FoundLineKind.PART,
    "labour": FoundLineKind.LABOUR,
}


class PassportReader:
    """Everything is said exactly: nothing is asked. A passport somebody has changed is read all the same, and says so."""

    name = "autotrack_passport"

    def recognises(self, parts: Sequence[Part]) -> bool:
        return any(f'"{FORMAT}"' in part.text[:200_000] and _document(part) for part in parts)

    def settle(self, parts: Sequence[Part], answers: Mapping[str, str]) -> Settled:  # noqa: ARG002 - nothing is asked
        passport = next(filter(None, map(_document, parts)))
        verdict = verdict_on(passport)
        facts = {
            "issuer": verdict.issuer or "",
            "issued_at": verdict.issued_at or "",
            "key_id": verdict.key_id or "",
            "signature": "valid" if verdict.is_whole else "broken",
            "distance_unit": str(_car(passport).get("distance_unit", "km")),
        }
        return Settled(self.name, facts)

    def read(self, parts: Sequence[Part], settled: Settled) -> Iterator[Item]:  # noqa: ARG002 - nothing is asked
        passport = next(filter(None, map(_document, parts)))
        unit = DistanceUnit(_car(passport).get("distance_unit", "km"))
        yield _found_car(_car(passport), unit)
        for row, entry in enumerate(passport.get("entries", ()), start=1):
            place = Place(1, "entries", row)
            try:
                yield _item(entry, place, unit)
            except (KeyError, ValueError, TypeError, ArithmeticError, AttributeError):
                yield Bad(place, "entry", "cells_wrong", json.dumps(entry)[:200])


def _document(part: Part) -> dict[str, Any] | None:
    if not part.text.lstrip("\ufeff \r\n\t").startswith("{"):
        return None
    try:
        found = json.loads(part.text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None
    head = found.get("head")
    is_one = isinstance(head, dict) and head.get("format") == FORMAT
    return found if is_one and isinstance(found.get("entries"), list) else None


def _car(passport: Mapping[str, Any]) -> Mapping[str, Any]:
    car = passport["head"].get("car")
    return car if isinstance(car, dict) else {}


def _found_car(car: Mapping[str, Any], unit: DistanceUnit) -> FoundCar:
    return FoundCar(
        place=Place(1, "car"),
        name=str(car.get("name") or "AutoTrack"),
        make=car.get("make"),
        model=car.get("model"),
        year=car.get("year"),
        plate=car.get("plate"),
        vin=car.get("vin"),
        energies=[Energy(each) for each in car.get("energies", ()) if each in set(Energy)],
        distance_unit=unit,
        by_hours=car.get("meter") == "hours",
    )


def _item(entry: Mapping[str, Any], place: Place, unit: DistanceUnit) -> Item:
    facts = entry["facts"]
    common: dict[str, Any] = {
        "place": place,
        "source_id": str(entry["id"]),
        "day": date.fromisoformat(entry["on"]),
        "odometer": _distance(facts.get("odometer_m"), unit),
        "extra": _papers(entry),
    }
    kind = entry["kind"]
    if kind == EntryKind.FILL:
        return _fill(facts, common)
    if kind == EntryKind.MAINTENANCE and facts["status"] == "CANCELLED":
        return LeftOut(what="cancelled", **common)
    if kind == EntryKind.MAINTENANCE:
        return _record(facts, common)
    if kind == EntryKind.EXPENSE:
        return _expense(facts, common)
    if kind == EntryKind.READING:
        return _reading(facts, common, unit)
    return LeftOut(what=str(kind), **common)


def _papers(entry: Mapping[str, Any]) -> dict[str, str]:
    """Its receipts, by name and hash: whoever has the bundle finds each under its hash, and nobody else can pass another one off."""
    papers = entry.get("papers")
    told = [
        f"{paper['name']} (SHA-256 {paper['sha256']})"
        if paper.get("sha256")
        else str(paper["name"])
        for paper in (papers if isinstance(papers, list) else ())
        if isinstance(paper, dict) and paper.get("name")
    ]
    return {"papers": "; ".join(told)} if told else {}


def _distance(metres: int | None, unit: DistanceUnit) -> Decimal | None:
    if metres is None:
        return None
    return _short(Decimal(metres) / METRES[unit])


def _hours(minutes: int | None) -> Decimal | None:
    return None if minutes is None else _short(Decimal(minutes) / SIXTY)


def _short(number: Decimal) -> Decimal:
    near = number.quantize(EXACTLY)
    whole = near.to_integral_value()
    return whole if near == whole else near.normalize()


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _at(facts: Mapping[str, Any]) -> time | None:
    return time.fromisoformat(facts["at"]) if "at" in facts else None


def _money(facts: Mapping[str, Any], name: str) -> dict[str, Any]:
    money = facts.get(name)
    if money is None:
        return {"total": None, "currency": facts.get("currency")}
    return {"total": Decimal(money["amount"]), "currency": str(money["currency"])}


def _fill(facts: Mapping[str, Any], common: dict[str, Any]) -> FoundFill:
    level = facts.get("level_after")
    return FoundFill(
        **common,
        **_money(facts, "total"),
        at=_at(facts),
        quantity=Decimal(facts["quantity"]),
        unit=QuantityUnit(facts["unit"]),
        energy=Energy(facts["energy"]),
        unit_price=_number(facts.get("unit_price")),
        is_full=bool(facts.get("full", True)),
        missed_before=bool(facts.get("missed_before", False)),
        engine_hours=_hours(facts.get("hours_min")),
        level_after=None if level is None else Decimal(level) / 10,
        station=facts.get("station"),
    )


def _amount(line: Mapping[str, Any]) -> Decimal | None:
    """What a line counts for: its total, else so many of so much."""
    total, price = _number(line.get("total")), _number(line.get("unit_price"))
    if total is not None or price is None:
        return total
    return price * Decimal(line.get("quantity") or 1)


def _record(facts: Mapping[str, Any], common: dict[str, Any]) -> FoundRecord:
    services = [str(each) for each in facts["services"]]
    lines = [
        FoundLine(
            str(line["description"]),
            KINDS.get(str(line.get("kind")), FoundLineKind.OTHER),
            _amount(line),
        )
        for line in facts.get("lines", ())
        if line.get("description")
    ]
    number = {"invoice_number": facts["invoice_number"]} if "invoice_number" in facts else {}
    return FoundRecord(
        **common | {"extra": number | common["extra"]},
        **_money(facts, "cost"),
        title=str(facts.get("title") or ""),
        services=services,
        lines=lines,
        note=facts.get("description"),
        garage=facts.get("garage"),
        category=services[0],
        is_done=facts["status"] == "COMPLETED",
    )


def _expense(facts: Mapping[str, Any], common: dict[str, Any]) -> FoundExpense:
    ends_on = facts.get("ends_on")
    return FoundExpense(
        **common,
        **_money(facts, "amount"),
        title=str(facts.get("title") or facts["category"]),
        category=str(facts["category"]),
        ends_on=date.fromisoformat(ends_on) if ends_on else None,
    )


def _reading(facts: Mapping[str, Any], common: dict[str, Any], unit: DistanceUnit) -> Item:
    if facts["meter"] == "hours":
        return FoundReading(**common, at=_at(facts), engine_hours=_hours(facts["value"]))
    return FoundReading(**common | {"odometer": _distance(facts["value"], unit)}, at=_at(facts))
