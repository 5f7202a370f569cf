"""What vehicles says of what comes from elsewhere and leaves with its owner."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.base import Event

MOST_RECEIPTS = 200
"""In one file; nobody sells a car with more."""


class ImportProgressed(Event):
    """How far an import has come, for those who watch; it may be lost without harm. `stage` is its state, the last one at 100."""

    topic: ClassVar[str] = "vehicles.import_progressed.v1"
    subject_field: ClassVar[str] = "import_id"
    import_id: UUID
    owner_id: UUID
    stage: str
    percent: int = Field(ge=0, le=100)


class CarExportProgressed(Event):
    """How far a file that somebody takes with them has come, for those who watch; it may be lost without harm."""

    topic: ClassVar[str] = "vehicles.car_export_progressed.v1"
    subject_field: ClassVar[str] = "export_id"
    export_id: UUID
    account_id: UUID
    """Who asked for it."""
    vehicle_id: UUID | None
    """None: of all their cars."""
    format: str
    """csv, json, pdf, passport or trips."""
    state: str
    """queued, collecting, making, ready or failed."""
    percent: int = Field(ge=0, le=100)


class ReceiptsWanted(Event):
    """Somebody makes a file of a car in which its receipts are to be; whoever keeps them answers each with `ReceiptPart`s.

    Asks on behalf of `account_id`: what that person may not see, and what is filed under another car, is answered as if it were
    not there. After `until` nobody waits any more.
    """

    topic: ClassVar[str] = "vehicles.receipts_wanted.v1"
    subject_field: ClassVar[str] = "export_id"
    export_id: UUID
    account_id: UUID
    vehicle_id: UUID
    document_ids: tuple[UUID, ...] = Field(max_length=MOST_RECEIPTS)
    until: AwareDatetime
