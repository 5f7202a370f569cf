from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.care.lines import LineKind, RecordLine, Warranty
from services.vehicles.storage.base import Authored, Base, Metres, Synced, money_of
from shared.db.base import Identified, Timestamped, Versioned
from shared.money import Money


class Priced:
    """What work cost, and the tax in it."""

    kind: Mapped[str] = mapped_column(default="service", server_default="service")
    cost_minor: Mapped[int | None] = mapped_column(BigInteger)
    tax_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    prices_include_tax: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Those of the lines."""

    @property
    def cost(self) -> Money | None:
        return money_of(self.cost_minor, self.currency)

    @property
    def tax(self) -> Money | None:
        return money_of(self.tax_minor, self.currency)


class MaintenanceRecord(Base, Identified, Timestamped, Versioned, Authored, Priced, Synced):
    __tablename__ = "maintenance_record"
    __table_args__ = (
        Index("ix_maintenance_record_vehicle_id_changed_in", "vehicle_id", "changed_in"),
        Index("ix_maintenance_record_owner_id_service_date", "owner_id", "service_date"),
        Index("ix_maintenance_record_services", "services", postgresql_using="gin"),
        Index(
            "ix_maintenance_record_trashed",
            "trashed_at",
            postgresql_where=text("trashed_at IS NOT NULL"),
        ),
        Index("ix_maintenance_record_vehicle_id_service_date", "vehicle_id", "service_date", "id"),
    )

    owner_id: Mapped[UUID]
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    service_date: Mapped[date]
    service_type: Mapped[str]
    services: Mapped[list[str]] = mapped_column(default=list)
    title: Mapped[str | None]
    description: Mapped[str | None]
    odometer_metres: Mapped[int | None] = mapped_column(Metres)
    reading_id: Mapped[UUID | None]
    garage: Mapped[str | None]
    garage_id: Mapped[UUID | None]
    """Of a directory."""
    invoice_number: Mapped[str | None]
    status: Mapped[str]
    cost_is_typed: Mapped[bool] = mapped_column(default=False, server_default=text("true"))
    """Else it is what the lines come to."""
    tax_is_typed: Mapped[bool] = mapped_column(default=False, server_default=text("true"))
    document_ids: Mapped[list[str]] = mapped_column(default=list)
    case_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(
            "diagnostic.id",
            name="fk_maintenance_record_case_id_diagnostic",
            ondelete="SET NULL",
            use_alter=True,
        ),
        index=True,
    )
    """What is wrong, that it is to mend; a case names its record too."""
    warranty_reminders: Mapped[list[dict[str, Any]]] = mapped_column(
        default=list, server_default=text("'[]'")
    )
    """For each line with a warranty that was reminded of: the line, the reminder, and when it was due."""
    trashed_at: Mapped[datetime | None]
    """Since when it is in the trash: nobody sees it but there, until it is taken out or purged."""


class MaintenancePlan(Base, Identified, Timestamped, Versioned, Authored, Synced):
    __tablename__ = "maintenance_plan"
    __table_args__ = (
        Index("ix_maintenance_plan_vehicle_id_changed_in", "vehicle_id", "changed_in"),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(
        ForeignKey("vehicle.id", ondelete="CASCADE"), index=True
    )
    service_type: Mapped[str]
    title: Mapped[str | None]
    mode: Mapped[str]
    every_metres: Mapped[int | None] = mapped_column(Metres)
    every_months: Mapped[int | None]
    every_minutes: Mapped[int | None] = mapped_column(BigInteger)
    lead_days: Mapped[int]
    lead_metres: Mapped[int] = mapped_column(Metres)
    lead_minutes: Mapped[int] = mapped_column(BigInteger, default=600, server_default="600")
    start_on: Mapped[date]
    start_metres: Mapped[int | None] = mapped_column(Metres)
    """As its owner said; where the meter stood by the ledger is `assumed_metres`."""
    start_minutes: Mapped[int | None] = mapped_column(BigInteger)
    start_is_assumed: Mapped[bool] = mapped_column(default=False)
    assumed_on: Mapped[date | None]
    """The day on which nobody said when it was done last: it counts from there while the car's papers know no better."""
    first_due_on: Mapped[date | None]
    first_due_metres: Mapped[int | None] = mapped_column(Metres)
    first_due_minutes: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str | None]
    """Where its intervals are from: a version of the ready list, another car, a file."""
    active: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=1)
    """Grows when its owner changes the rule: a new beginning may remind again."""

    # What follows is worked out by usecases/care/schedule.py and kept for lists and the reminder job.
    assumed_metres: Mapped[int | None] = mapped_column(Metres)
    assumed_minutes: Mapped[int | None] = mapped_column(BigInteger)
    last_record_id: Mapped[UUID | None]
    last_completion_id: Mapped[UUID | None]
    last_done_on: Mapped[date | None]
    last_done_metres: Mapped[int | None] = mapped_column(Metres)
    last_done_minutes: Mapped[int | None] = mapped_column(BigInteger)
    unmoved: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    """The thresholds that the last work left where they were, for want of a reading."""
    due_on: Mapped[date | None]
    due_metres: Mapped[int | None] = mapped_column(Metres)
    due_minutes: Mapped[int | None] = mapped_column(BigInteger)
    forecast_on: Mapped[date | None]
    forecast_from: Mapped[date | None]
    forecast_to: Mapped[date | None]
    remind_on: Mapped[date | None]
    paused_on: Mapped[date | None]
    closed_by: Mapped[UUID | None]
    """The record, completion or skip that moved it last."""
    reopened_by: Mapped[UUID | None]
    """What had moved it on and is gone: what falls due again is another occurrence than what was told before it."""
    occurrence: Mapped[str] = mapped_column(default="")


class PlanEntry(Base, Identified, Timestamped, Authored, Synced):
    """What its owner says about a plan beside the records: done, left out, paused, or done by a record that does not say so."""

    __tablename__ = "plan_entry"
    __table_args__ = (
        Index("ix_plan_entry_vehicle_id_begins_on", "vehicle_id", "begins_on"),
        Index("ix_plan_entry_plan_id_begins_on", "plan_id", "begins_on"),
        Index("ix_plan_entry_vehicle_id_changed_in", "vehicle_id", "changed_in"),
        UniqueConstraint("plan_id", "record_id"),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("maintenance_plan.id", ondelete="CASCADE"))
    kind: Mapped[str]
    begins_on: Mapped[date]
    """The day it was done or left out; the first day of a pause."""
    ends_on: Mapped[date | None]
    """Of a pause: the first day that counts again."""
    metres: Mapped[int | None] = mapped_column(Metres)
    minutes: Mapped[int | None] = mapped_column(BigInteger)
    reading_id: Mapped[UUID | None]
    """What it told the odometer: the plan follows it only where the ledger believes it."""
    hours_reading_id: Mapped[UUID | None]
    record_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("maintenance_record.id", ondelete="CASCADE"), index=True
    )
    note: Mapped[str | None]
    due_on: Mapped[date | None]
    """Of the beat that was left out."""
    due_metres: Mapped[int | None] = mapped_column(Metres)
    due_minutes: Mapped[int | None] = mapped_column(BigInteger)


class MaintenanceDraft(Base, Identified, Timestamped, Versioned, Priced):
    __tablename__ = "maintenance_draft"
    __table_args__ = (UniqueConstraint("owner_id", "document_id"), UniqueConstraint("booking_id"))

    owner_id: Mapped[UUID]
    document_id: Mapped[UUID | None]
    """None where a garage proposes it, after a booking."""
    booking_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    """What was wrong: confirmed, the record names this case, as far as it is still there."""
    garage_id: Mapped[UUID | None]
    """Of the directory."""
    document_revision: Mapped[int]
    file_name: Mapped[str | None]
    status: Mapped[str]
    vehicle_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("vehicle.id", ondelete="SET NULL"), index=True
    )
    service_date: Mapped[date | None]
    services: Mapped[list[str]] = mapped_column(default=list)
    title: Mapped[str | None]
    description: Mapped[str | None]
    distance: Mapped[int | None] = mapped_column(BigInteger)
    """As printed; `distance_unit` is empty when the paper does not say, then it is the car's own."""
    distance_unit: Mapped[str | None]
    garage: Mapped[str | None]
    invoice_number: Mapped[str | None]
    unsure: Mapped[list[str]] = mapped_column(default=list)
    warnings: Mapped[list[str]] = mapped_column(default=list)
    edited: Mapped[list[str]] = mapped_column(default=list)
    """Fields its owner has set: a later reading of the paper leaves them alone."""
    record_id: Mapped[UUID | None]


class CalendarToken(Base):
    __tablename__ = "calendar_token"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    language: Mapped[str]
    created_at: Mapped[datetime]


class KnownDocument(Base):
    """A document, read or not: whose it is, so that a record may point at it; deleted, so that none may any more."""

    __tablename__ = "known_document"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    document_type: Mapped[str]
    revision: Mapped[int]
    """The latest reading heard of: an older one, arriving late, changes nothing. 0: none yet."""
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    """As its owner keeps it, by the documents service's count."""
    deleted: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


def line_to_row(line: RecordLine) -> dict[str, Any]:
    """A line as it is kept: exact decimal text, minor units, the record's currency. Its reminder is `reminder_of` the row."""
    warranty = line.warranty
    return {
        "kind": line.kind.value,
        "description": line.description,
        "quantity": f"{line.quantity:f}" if line.quantity is not None else None,
        "unit_price_minor": line.unit_price.amount_minor if line.unit_price else None,
        "total_minor": line.total.amount_minor if line.total else None,
        "tax_rate": f"{line.tax_rate:f}" if line.tax_rate is not None else None,
        "warranty": {"months": warranty.months, "km": warranty.km, "mi": warranty.mi}
        if warranty
        else None,
    }


def line_from_row(row: dict[str, Any], currency: str | None) -> RecordLine:
    return RecordLine(
        kind=LineKind(row["kind"]),
        description=row["description"],
        quantity=Decimal(row["quantity"]) if row["quantity"] is not None else None,
        unit_price=money_of(row["unit_price_minor"], currency),
        total=money_of(row["total_minor"], currency),
        tax_rate=Decimal(row["tax_rate"]) if row["tax_rate"] is not None else None,
        warranty=Warranty(**row["warranty"]) if row.get("warranty") else None,
    )
