"""Spoken by documents."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts.base import Event, Sensitive, StateEvent


class DocumentType(StrEnum):
    INVOICE = "invoice"
    INSURANCE = "insurance"
    REGISTRATION = "registration"
    INSPECTION = "inspection"
    MAINTENANCE = "maintenance"
    OTHER = "other"


class ReadStatus(StrEnum):
    OK = "ok"
    PASSWORD_REQUIRED = "password_required"  # noqa: S105 - the name of a state
    UNREADABLE = "unreadable"


class ReadField(BaseModel):
    """One value found on the paper. Dates ISO 8601, amounts decimal strings with a dot, mileage digits only in the unit printed."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: str
    confidence: float = Field(ge=0, le=1)
    source: str = "page"
    """page, text, xml, code or owner (a correction)."""


class ReadLine(BaseModel):
    """One line of an invoice; amounts are decimal strings in the invoice's currency."""

    model_config = ConfigDict(frozen=True)

    description: str
    quantity: str | None = None
    unit_price: str | None = None
    amount: str | None = None


class DocumentChanged(StateEvent):
    """A document as its owner keeps it, read or not. `deleted` is the last version there will be."""

    topic: ClassVar[str] = "documents.document_changed.v1"
    subject_field: ClassVar[str] = "document_id"
    document_id: UUID
    owner_id: UUID
    vehicle_id: UUID | None
    document_type: DocumentType
    deleted: bool = False


class DocumentProgressed(Event):
    """How far reading a document has come, for those who watch; it may be lost without harm."""

    topic: ClassVar[str] = "documents.document_progressed.v1"
    subject_field: ClassVar[str] = "document_id"
    document_id: UUID
    owner_id: UUID
    stage: str
    percent: int = Field(ge=0, le=100)


class DocumentRead(Event):
    """A document was read (or could not be). Fields by name: vendor, invoice_number, date, plate, vin, mileage, mileage_unit,
    total, total_net, tax, currency, subtype (`credit_note`: money that comes back), and those of the other document types.
    """

    topic: ClassVar[str] = "documents.document_read.v1"
    subject_field: ClassVar[str] = "document_id"
    document_id: UUID
    owner_id: UUID
    vehicle_id: UUID | None
    """The car its owner named at upload, if any."""
    file_name: str
    status: ReadStatus
    document_type: DocumentType
    type_confidence: float = Field(ge=0, le=1)
    language: str | None
    fields: tuple[ReadField, ...]
    lines: tuple[ReadLine, ...]
    read_at: AwareDatetime
    revision: int = Field(default=1, ge=1)
    """Grows with each reading or correction of the same document."""


class DocumentExpiring(Event):
    """A document runs out soon: told once for each of 30, 7 and 1 days before."""

    topic: ClassVar[str] = "documents.document_expiring.v1"
    subject_field: ClassVar[str] = "document_id"
    document_id: UUID
    owner_id: UUID
    document_type: DocumentType
    file_name: str
    expires_on: date
    days_left: int


class ExportPacked(Event):
    """All parts of a person's data are in one file, which documents keeps until `expires_at`."""

    topic: ClassVar[str] = "documents.export_packed.v1"
    subject_field: ClassVar[str] = "export_id"
    export_id: UUID
    account_id: UUID
    size_bytes: int
    sha256: str
    packed_at: AwareDatetime
    expires_at: AwareDatetime


class ReceiptProblem(StrEnum):
    """Why a receipt is not sent."""

    NOT_FOUND = "not_found"
    """Deleted, of another car, or not that person's to see: nobody is told which."""
    LOCKED = "locked"
    """It asks for a password."""
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    """Also when it is made smaller."""
    NO_PICTURE = "no_picture"
    """Nothing of it can be shown on a page."""


class ReceiptPart(Event):
    """A piece of a receipt that `ReceiptsWanted` asked for, at most 256 kB of it; or, in one that is alone, why there is none.

    What travels is made to be printed: a JPEG or a PDF, no larger than paper needs, without what the original says of its maker.
    `sha256` is that of all pieces together. Wiped from the outbox once sent.
    """

    topic: ClassVar[str] = "documents.receipt_part.v1"
    subject_field: ClassVar[str] = "export_id"
    carries_secret: ClassVar[bool] = True
    export_id: UUID
    account_id: UUID
    document_id: UUID
    number: int = Field(ge=0)
    parts: int = Field(ge=1)
    """How many there are of this receipt."""
    file_name: str
    media_type: str
    sha256: str
    content: Sensitive
    """base64."""
    problem: ReceiptProblem | None = None
