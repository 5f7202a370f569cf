"""A passport as people read it on a page: the same words as the printed history, the latest first, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.vehicles.domain.moving.book import Book, Entry, EntryKind
from services.vehicles.domain.moving.history import car_rows, title_of, words_of
from services.vehicles.domain.moving.history_figures import in_unit
from shared.contracts.base import Language

PER_PAGE: Final = 50
HOURS: Final = "hours"


@dataclass(frozen=True, slots=True)
class ShownRow:
    on: date
    kind: EntryKind
    title: str
    details: Sequence[str]
    marks: Sequence[str]
    where: str | None
    distance: int | None
    """In the car's own unit."""
    quantity: str | None
    quantity_unit: str | None
    money: Mapping[str, str] | None
    papers: int
    guest: str | None


@dataclass(frozen=True, slots=True)
class ShownHistory:
    name: str
    unit: str
    car: Sequence[Mapping[str, Any]]
    """label, kind (text, day, distance), value, unit, on."""
    rows: Sequence[ShownRow]
    count: int


def shown_history(passport: Mapping[str, Any], *, language: Language, page: int) -> ShownHistory:
    """`page` counts from one. The passport is one we have issued: what it says of itself was verified before."""
    car, told = passport["head"]["car"], passport["entries"]
    unit = str(car["distance_unit"])
    latest = [*reversed(told)][(page - 1) * PER_PAGE : page * PER_PAGE]
    return ShownHistory(
        name=str(car["name"]),
        unit=unit,
        car=car_rows(Book(car, (), {}), unit, language),
        rows=[_row(each, unit, language) for each in latest],
        count=len(told),
    )


def _row(plain: Mapping[str, Any], unit: str, language: Language) -> ShownRow:
    facts = plain["facts"]
    kind = EntryKind(plain["kind"])
    entry = Entry(kind, UUID(plain["id"]), date.fromisoformat(plain["on"]), facts)
    is_told = kind not in {EntryKind.READING, EntryKind.FILL}
    _, details, marks = words_of(entry, language) if is_told else ("", [], [])
    is_reading = kind is EntryKind.READING and facts.get("meter") != HOURS
    return ShownRow(
        on=entry.on,
        kind=kind,
        title="" if kind is EntryKind.READING else title_of(entry, language),
        details=details,
        marks=marks,
        where=facts.get("garage") or facts.get("station"),
        distance=in_unit(facts.get("value") if is_reading else facts.get("odometer_m"), unit),
        quantity=facts.get("quantity"),
        quantity_unit=facts.get("unit") if kind is EntryKind.FILL else None,
        money=facts.get("cost") or facts.get("amount") or facts.get("total"),
        papers=len(plain.get("papers", ())),
        guest=facts.get("guest"),
    )
