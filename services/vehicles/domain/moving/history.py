"""A car's history as a page for people: words in one language, days and amounts left for the printer to write as that language does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.moving import history_words as words
from services.vehicles.domain.moving.book import Book, Entry, EntryKind
from services.vehicles.domain.moving.history_figures import (
    MINUTES_AN_HOUR,
    Consumed,
    CostTable,
    consumption_facts,
    cost_facts,
    in_unit,
    meter_facts,
)
from services.vehicles.domain.moving.history_gaps import gaps_of
from services.vehicles.domain.things import ThingKind, name_of
from shared.contracts.base import Language
from shared.messages import Text

TOLD: Final = frozenset(
    {EntryKind.MAINTENANCE, EntryKind.EXPENSE, EntryKind.CLUSTER, EntryKind.LIFECYCLE}
)
"""Fills and readings are told by figures and charts, not one by one."""
STATUSES: Final = {"SCHEDULED": words.PLANNED, "CANCELLED": words.CANCELLED}
TOLD_AS_NONE: Final = (words.VISITS, words.PAPERS)
"""That there are none is something a buyer wants to know."""
LONGEST: Final = 1_000
"""Letters of a description that are printed."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a printed history is made of, beside the book."""

    costs: CostTable | None
    consumed: Sequence[Consumed]
    mileage: Sequence[tuple[date, int]]
    """Days, and metres travelled."""
    hours: Sequence[tuple[date, int]]
    """Days, and minutes run, of what has a meter of hours."""
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
    consumed = [consumption_facts(each, language) for each in of.consumed]
    meters = [meter_facts(of.mileage, unit, language), meter_facts(of.hours, "h", language)]
    years = _years(book, told, of.numbers, language)
    rows = [row for year in years for row in year["rows"]]
    is_empty = not (told or of.mileage or of.hours or of.consumed or of.fills)
    return {
        "made_on": made_on.isoformat(),
        "name": book.car["name"],
        "unit": unit,
        "car": car_rows(book, unit, language),
        "summary": [] if is_empty else _summary(book, of, language),
        "gaps": gaps_of(book, [day for day, _ in (*of.mileage, *of.hours)], made_on),
        "years": years,
        "with_costs": with_costs,
        "has_distances": any(row["distance"] is not None for row in rows),
        "has_amounts": with_costs and any(row["money"] for row in rows),
        "has_papers": any(row["papers"] for row in rows),
        "costs": cost_facts(of.costs, language) if of.costs and with_costs else None,
        "consumed": [each for each in consumed if each],
        "meters": [each for each in meters if each],
        "is_empty": is_empty,
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
        (words.RUNS_ON, "text", _capitalized(", ".join(energies))),
        (words.COLOR, "text", car["color"]),
        (words.ODOMETER, "distance", in_unit(car["odometer_m"], unit)),
        (words.HOURS, "hours", car["hours_min"] and round(car["hours_min"] / MINUTES_AN_HOUR)),
    ]
    return [
        {"label": label.into(language), "kind": kind, "value": value, "unit": unit}
        | ({"on": car["odometer_on"]} if kind == "distance" else {})
        for label, kind, value in rows
        if value
    ]


def _capitalized(text: str) -> str:
    """Its first letter only: AdBlue stays AdBlue."""
    return text[:1].upper() + text[1:]


def _summary(book: Book, of: Printed, language: Language) -> list[dict[str, Any]]:
    visits = [entry for entry in book.entries if _is_visit(entry)]
    days = [entry.on for entry in book.entries]
    rows: list[tuple[Text, str, Any]] = [
        (words.VISITS, "count", len(visits)),
        (words.FILLS, "count", of.fills),
        (words.READINGS, "count", of.readings),
        (words.PAPERS, "count", len(book.document_ids)),
        (words.PROVEN, "count", sum(1 for entry in visits if book.papers.get(str(entry.id)))),
    ]
    found = [
        {"label": label.into(language), "kind": kind, "value": value}
        for label, kind, value in rows
        if value or label in TOLD_AS_NONE
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
        return _capitalized(energy.into(language)) if energy else str(entry.facts["energy"])
    return words_of(entry, language)[0]
