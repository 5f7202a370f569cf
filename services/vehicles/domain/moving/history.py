"""A car's history as a page for people: words in one language, days and amounts left for the printer to write as that language does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.moving import history_words as words
from services.vehicles.domain.moving.book import Book, Entry, EntryKind
from services.vehicles.domain.moving.charts import Point, bars, line
from services.vehicles.domain.things import ThingKind, name_of
from shared.contracts.base import Language
from shared.messages import Text
from shared.money import Money

TOLD: Final = frozenset(
    {EntryKind.MAINTENANCE, EntryKind.EXPENSE, EntryKind.CLUSTER, EntryKind.LIFECYCLE}
)
"""Fills and readings are told by figures and charts, not one by one."""
STATUSES: Final = {"SCHEDULED": words.PLANNED, "CANCELLED": words.CANCELLED}
LONGEST: Final = 1_000
"""Letters of a description that are printed."""
METRES_A_UNIT: Final = {"km": Decimal(1000), "mi": Decimal("1609.344")}
DECIMAL_MARKS: Final = {Language.FR: ",", Language.EN: ".", Language.ES: ","}
MOST_MONTHS: Final = 36
"""Told one by one; before them, years."""


@dataclass(frozen=True, slots=True)
class CostTable:
    """`rows`: per year the amounts of `categories`, in minor units."""

    currency: str
    categories: Sequence[str]
    rows: Sequence[tuple[int, Sequence[int]]]
    missing: Sequence[str] = ()
    """Currencies that could not be converted."""


@dataclass(frozen=True, slots=True)
class Consumed:
    energy: str
    unit: str
    overall: float | None
    months: Sequence[tuple[date, float | None]]


@dataclass(frozen=True, slots=True)
class Printed:
    """What a printed history is made of, beside the book."""

    costs: CostTable | None
    consumed: Sequence[Consumed]
    mileage: Sequence[tuple[date, int]]
    """Days, and metres travelled."""
    numbers: Mapping[UUID, int]
    """Which paper is which number."""
    fills: int
    readings: int


def history_facts(
    book: Book, of: Printed, *, language: Language, made_on: date, with_costs: bool
) -> dict[str, Any]:
    """What `templates/history.html` fills in; plain JSON."""
    unit = str(book.car["distance_unit"])
    told = [entry for entry in book.entries if entry.kind in TOLD]
    return {
        "made_on": made_on.isoformat(),
        "name": book.car["name"],
        "unit": unit,
        "car": car_rows(book, unit, language),
        "summary": _summary(book, of, language),
        "years": _years(book, told, of.numbers, language),
        "with_costs": with_costs,
        "costs": _costs(of.costs, language) if of.costs and with_costs else None,
        "consumed": [_consumed(each, language) for each in of.consumed],
        "mileage": _mileage(of.mileage, unit, language),
        "is_empty": not told and not of.mileage and not of.consumed,
    }


def car_rows(book: Book, unit: str, language: Language) -> list[dict[str, Any]]:
    car = book.car
    energies = [
        words.ENERGIES[each].into(language) for each in car["energies"] if each in words.ENERGIES
    ]
    rows: list[tuple[Text, str, Any]] = [
        (words.PLATE, "text", car["plate"]),
        (words.VIN, "text", car["vin"]),
        (words.YEAR, "text", str(car["year"]) if car["year"] else None),
        (words.FIRST, "day", car["first_registered_on"]),
        (words.RUNS_ON, "text", ", ".join(energies)),
        (words.COLOR, "text", car["color"]),
        (words.ODOMETER, "distance", in_unit(car["odometer_m"], unit)),
    ]
    return [
        {"label": label.into(language), "kind": kind, "value": value, "unit": unit}
        | ({"on": car["odometer_on"]} if kind == "distance" else {})
        for label, kind, value in rows
        if value
    ]


def in_unit(metres: int | None, unit: str) -> int | None:
    return None if metres is None else round(metres / METRES_A_UNIT[unit])


def _summary(book: Book, of: Printed, language: Language) -> list[dict[str, Any]]:
    visits = [entry for entry in book.entries if _is_visit(entry)]
    days = [entry.on for entry in book.entries]
    rows: list[tuple[Text, str, Any]] = [
        (words.VISITS, "count", len(visits)),
        (words.FILLS, "count", of.fills),
        (words.READINGS, "count", of.readings),
        (words.PAPERS, "count", len(book.document_ids)),
    ]
    found = [
        {"label": label.into(language), "kind": kind, "value": value} for label, kind, value in rows
    ]
    if days:
        span = {"first": min(days).isoformat(), "last": max(days).isoformat()}
        found.append({"label": words.SPAN.into(language), "kind": "span", "value": span})
    return found


def _is_visit(entry: Entry) -> bool:
    facts = entry.facts
    return (
        entry.kind is EntryKind.MAINTENANCE
        and facts["status"] == "COMPLETED"
        and facts["kind"] == "service"
    )


def _years(
    book: Book, told: Sequence[Entry], numbers: Mapping[UUID, int], language: Language
) -> list[dict[str, Any]]:
    """The latest first: what a buyer asks is what was done lately."""
    found: dict[int, list[dict[str, Any]]] = {}
    unit = str(book.car["distance_unit"])
    for entry in reversed(told):
        papers = [numbers[id_] for id_ in book.papers.get(str(entry.id), ()) if id_ in numbers]
        row = _row(entry, unit, language) | {"papers": papers}
        found.setdefault(entry.on.year, []).append(row)
    return [{"year": year, "rows": rows} for year, rows in found.items()]


def _row(entry: Entry, unit: str, language: Language) -> dict[str, Any]:
    facts = entry.facts
    what, details, marks = words_of(entry, language)
    return {
        "on": entry.on.isoformat(),
        "what": what,
        "details": details,
        "marks": marks,
        "where": facts.get("garage"),
        "distance": in_unit(facts.get("odometer_m"), unit),
        "money": facts.get("cost") or facts.get("amount"),
    }


def words_of(entry: Entry, language: Language) -> tuple[str, list[str], list[str]]:
    """What it was, what more there is to say, and what is special about it."""
    facts = entry.facts
    if entry.kind is EntryKind.MAINTENANCE:
        services = ", ".join(_service(each, language) for each in facts["services"])
        title = facts.get("title")
        details = [title] if title and title != services else []
        details += [
            each["description"] for each in facts.get("lines", ()) if each.get("description")
        ]
        details += [facts["description"][:LONGEST]] if facts.get("description") else []
        marks = [STATUSES[facts["status"]].into(language)] if facts["status"] in STATUSES else []
        marks += [words.REFUND.into(language)] if facts["kind"] == "refund" else []
        return services, details, marks
    if entry.kind is EntryKind.EXPENSE:
        return (
            _named(ThingKind.EXPENSE, facts["category"], language),
            [facts["title"]] if facts.get("title") else [],
            [],
        )
    if entry.kind is EntryKind.CLUSTER:
        return words.NEW_CLUSTER.into(language), [], []
    return _named(ThingKind.LIFECYCLE, facts["lifecycle"], language), [], []


def _service(word: str, language: Language) -> str:
    name = service_name(word)
    return name.into(language) if name else word.replace("_", " ")


def _named(kind: ThingKind, word: str, language: Language) -> str:
    name = name_of(kind, word)
    return name.into(language) if name else word


def title_of(entry: Entry, language: Language) -> str:
    """In a few words."""
    if entry.kind is EntryKind.FILL:
        energy = words.ENERGIES.get(entry.facts["energy"])
        return energy.into(language).capitalize() if energy else str(entry.facts["energy"])
    return words_of(entry, language)[0]


def _costs(costs: CostTable, language: Language) -> dict[str, Any]:
    def money(minor: int) -> dict[str, str]:
        return {"amount": Money(minor, costs.currency).text, "currency": costs.currency}

    sums = [sum(row[place] for _, row in costs.rows) for place in range(len(costs.categories))]
    return {
        "text": words.COSTS_IN.into(language, currency=costs.currency),
        "categories": [_named(ThingKind.EXPENSE, each, language) for each in costs.categories],
        "rows": [
            {"year": year, "cells": [money(each) for each in row], "total": money(sum(row))}
            for year, row in costs.rows
        ],
        "sums": [money(each) for each in sums],
        "total": money(sum(sums)),
        "missing": words.NOT_CONVERTED.into(language, currencies=", ".join(costs.missing))
        if costs.missing
        else None,
    }


def _consumed(consumed: Consumed, language: Language) -> dict[str, Any]:
    shown = consumed.months[-MOST_MONTHS:]
    unit = (
        words.UNITS[consumed.unit].into(language) if consumed.unit in words.UNITS else consumed.unit
    )
    labels = [f"{first:%m/%y}" for first, _ in shown]
    what = f"{words.ENERGIES[consumed.energy].into(language)}, {unit}"
    chart = bars(labels, [value for _, value in shown], decimal=DECIMAL_MARKS[language])
    return {
        "energy": words.ENERGIES[consumed.energy].into(language),
        "unit": unit,
        "overall": consumed.overall,
        "months": [
            {"month": first.isoformat(), "value": value}
            for first, value in shown
            if value is not None
        ],
        "chart": chart or None,
        "alt": _alt(what, [first for first, _ in shown], language),
    }


def _mileage(
    mileage: Sequence[tuple[date, int]], unit: str, language: Language
) -> dict[str, Any] | None:
    if not mileage:
        return None
    points = [Point(day, float(metres / METRES_A_UNIT[unit])) for day, metres in mileage]
    ends: dict[int, int] = {}
    for day, metres in mileage:
        ends[day.year] = max(round(metres / METRES_A_UNIT[unit]), ends.get(day.year, 0))
    return {
        "chart": line(points, decimal=DECIMAL_MARKS[language]) or None,
        "alt": _alt(
            f"{words.MILEAGE.into(language)}, {unit}", [day for day, _ in mileage], language
        ),
        "years": [{"year": year, "distance": ends[year]} for year in sorted(ends, reverse=True)],
    }


def _alt(what: str, days: Iterable[date], language: Language) -> str:
    known = sorted(days)
    if not known:
        return what
    return words.CHART_OF.into(
        language, what=what, first=f"{known[0]:%m/%Y}", last=f"{known[-1]:%m/%Y}"
    )
