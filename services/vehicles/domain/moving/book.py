"""A car's history as it leaves: what a passport signs and a printed history tells, one entry after the other, oldest first.

Everything is plain JSON without fractions: amounts and quantities are exact decimal text, distances whole metres, meters of hours whole
minutes, days ISO 8601. Private notes, who made what, and ids of persons are in none of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID


class EntryKind(StrEnum):
    READING = "reading"
    FILL = "fill"
    MAINTENANCE = "maintenance"
    EXPENSE = "expense"
    CLUSTER = "cluster"
    """A new instrument cluster."""
    LIFECYCLE = "lifecycle"


@dataclass(frozen=True, slots=True)
class Entry:
    kind: EntryKind
    id: UUID
    on: date
    facts: Mapping[str, Any]

    def plain(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "id": str(self.id),
            "on": self.on.isoformat(),
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Paper:
    """What belongs to an entry. `sha256`: of its bytes, where they came along."""

    document_id: UUID
    file_name: str | None = None
    media_type: str | None = None
    sha256: str | None = None
    content: bytes | None = field(default=None, repr=False)

    def plain(self) -> dict[str, Any]:
        """`file`: what it is called in the bundle."""
        return {
            "document": str(self.document_id),
            "name": self.file_name,
            "media_type": self.media_type,
            "sha256": self.sha256,
        }


@dataclass(frozen=True, slots=True)
class Book:
    car: Mapping[str, Any]
    """name, make, model, year, plate, vin, color, energies, distance_unit, first_registered_on, country, odometer_m, odometer_on …"""
    entries: Sequence[Entry]
    papers: Mapping[str, Sequence[UUID]]
    """The documents of an entry, by its id."""

    @property
    def document_ids(self) -> list[UUID]:
        """Each once, in the order of the history."""
        found = (id_ for entry in self.entries for id_ in self.papers.get(str(entry.id), ()))
        return list(dict.fromkeys(found))


ORDER: Final = {kind: place for place, kind in enumerate(EntryKind)}


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """By day; of one day always the same."""
    return sorted(entries, key=lambda entry: (entry.on, ORDER[entry.kind], str(entry.id)))
