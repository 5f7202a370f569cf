"""When a paper of a car ends: an insurance, a roadworthiness test, whatever else says until when it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.vehicles.domain.care.draft import SURE, Found
from services.vehicles.domain.care.reminders import ReminderKind
from shared.contracts.documents import DocumentType

KINDS: Final[Mapping[DocumentType, tuple[ReminderKind, str]]] = {
    DocumentType.INSURANCE: (ReminderKind.INSURANCE, "expiry_date"),
    DocumentType.INSPECTION: (ReminderKind.INSPECTION, "expiry_date"),
    DocumentType.REGISTRATION: (ReminderKind.INSPECTION, "next_inspection_date"),
    DocumentType.OTHER: (ReminderKind.DOCUMENT, "expiry_date"),
}
"""What a paper's end is, and the field that says it."""


@dataclass(frozen=True, slots=True)
class PaperEnd:
    kind: ReminderKind
    on: date


def end_of(type_: DocumentType, fields: Mapping[str, Found]) -> PaperEnd | None:
    """None for what has no end, and for an end that was not read surely: a wrong day would say that somebody may still drive."""
    kind, name = KINDS.get(type_, (None, ""))
    found = fields.get(name)
    if kind is None or found is None or found.confidence < SURE:
        return None
    try:
        return PaperEnd(kind, date.fromisoformat(found.value))
    except ValueError:
        return None
