"""What a printed history does not know. A buyer learns it from the page and not from what is missing on it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from services.vehicles.domain.cars.odometer import ReadingStatus
from services.vehicles.domain.moving.book import Book, Entry, EntryKind

LONG: Final = timedelta(days=366)
"""Longer than from one yearly service to the next."""


def gaps_of(book: Book, read_on: Sequence[date], made_on: date) -> list[Mapping[str, Any]]:
    """Each as the word that says it (`GAP_…` of the words) and its days or numbers, earliest first.

    `read_on`: days of believed readings, of whichever meter.
    """
    happened = sorted(
        {entry.on for entry in book.entries if _is_past(entry, made_on)}.union(read_on)
    )
    if not happened:
        return []
    found: list[Mapping[str, Any]] = [*_before(book, happened[0])]
    silent = [(one, other) for one, other in pairwise(happened) if other - one > LONG]
    found += [_gap("GAP_SILENT", one, other) for one, other in silent]
    readings = sorted(set(read_on))
    found += [
        _gap("GAP_UNREAD", one, other)
        for one, other in pairwise(readings)
        if other - one > LONG and (one, other) not in silent
    ]
    found.sort(key=lambda gap: str(gap["first"]))
    if made_on - happened[-1] > LONG:
        found.append(_gap("GAP_SINCE", happened[-1], made_on))
    doubted = sum(1 for entry in book.entries if _is_doubted(entry))
    if doubted:
        found.append({"word": "GAP_DOUBTED", "count": doubted})
    return found


def _gap(word: str, first: date, last: date) -> dict[str, Any]:
    return {"word": word, "first": first.isoformat(), "last": last.isoformat()}


def _before(book: Book, first: date) -> list[dict[str, Any]]:
    said = book.car["first_registered_on"]
    born = date.fromisoformat(said) if said else None
    return [_gap("GAP_BEFORE", born, first)] if born and first - born > LONG else []


def _is_past(entry: Entry, made_on: date) -> bool:
    """What is planned or was called off did not happen; that a car was in use says nothing of what was done."""
    if entry.kind is EntryKind.LIFECYCLE or entry.on > made_on:
        return False
    return entry.kind is not EntryKind.MAINTENANCE or entry.facts["status"] == "COMPLETED"


def _is_doubted(entry: Entry) -> bool:
    return (
        entry.kind is EntryKind.READING and entry.facts.get("status") == ReadingStatus.QUARANTINED
    )
