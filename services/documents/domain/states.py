"""The life of a document: uploaded, queued, reading, then read, unreadable or failed; a locked one waits for its password."""

from enum import StrEnum

from shared.contracts.documents import DocumentType


class Status(StrEnum):
    UPLOADED = "uploaded"
    QUEUED = "queued"
    READING = "reading"
    READ = "read"
    PASSWORD_REQUIRED = "password_required"  # noqa: S105 -- a state, not a secret
    UNREADABLE = "unreadable"


class TypeSource(StrEnum):
    DECLARED = "declared"
    READ = "read"
    OWNER = "owner"


OWNER = "owner"
"""Source of a field that its owner corrected."""


def is_busy(status: str) -> bool:
    return status in {Status.QUEUED, Status.READING}


_CAR = ("plate", "vin")
_DRIVEN = (*_CAR, "mileage", "mileage_unit")
_NEXT = ("next_due_date", "next_due_mileage")
FIELDS: dict[DocumentType, tuple[str, ...]] = {
    DocumentType.INVOICE: (
        *("vendor", "invoice_number", "date", "due_date", "total", "total_net", "tax"),
        *("amount_due", "currency", "subtype", *_DRIVEN, *_NEXT),
    ),
    DocumentType.MAINTENANCE: ("vendor", "date", "total", "currency", *_DRIVEN, *_NEXT),
    DocumentType.REGISTRATION: (
        *(*_CAR, "first_registration_date", "issue_date", "next_inspection_date", "brand", "model"),
        *("holder", "fuel", "power_kw", "fiscal_power", "co2", "seats", "formula_number"),
    ),
    DocumentType.INSURANCE: (
        *(*_CAR, "policy_number", "insurer", "holder", "valid_from", "expiry_date", "brand"),
    ),
    DocumentType.INSPECTION: (
        *(*_DRIVEN, "date", "expiry_date", "first_registration_date", "result", "report_number"),
        *("center", "brand"),
    ),
    DocumentType.OTHER: ("vendor", "date", "expiry_date", "total", "currency", *_DRIVEN),
}
