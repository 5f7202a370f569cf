"""The tables of reminders."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.care.reminders import ReminderState, Standing
from services.vehicles.storage.base import Authored, Base, Metres, Synced
from shared.db.base import Identified, Timestamped, Versioned


class Reminder(Base, Identified, Timestamped, Versioned, Authored, Synced):
    """What somebody wants to be reminded of once; how it stands is told by its occurrence."""

    __tablename__ = "reminder"
    __table_args__ = (
        Index("ix_reminder_vehicle_id_changed_in", "vehicle_id", "changed_in"),
        Index(
            "uq_reminder_vehicle_id_rule",
            "vehicle_id",
            "rule",
            unique=True,
            postgresql_where=text("rule IS NOT NULL"),
        ),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(
        ForeignKey("vehicle.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str]
    note: Mapped[str | None]
    source: Mapped[str] = mapped_column(server_default="own")
    kind: Mapped[str] = mapped_column(server_default="other")
    document_id: Mapped[UUID | None]
    """The paper whose end it tells."""
    rule: Mapped[str | None]
    """The obligation it tells of, which a rule pack makes; `insurance:15` so many days before."""
    due_on: Mapped[date | None]
    due_metres: Mapped[int | None] = mapped_column(Metres)
    due_minutes: Mapped[int | None] = mapped_column(BigInteger)
    lead_days: Mapped[int]
    lead_metres: Mapped[int] = mapped_column(Metres)
    lead_minutes: Mapped[int] = mapped_column(BigInteger, server_default="600")
    revision: Mapped[int] = mapped_column(default=1)
    forecast_on: Mapped[date | None]
    remind_on: Mapped[date | None]
    occurrence: Mapped[str] = mapped_column(default="")


class Occurrence(Base, Identified, Synced):
    """One time that a plan or a reminder falls due, and what became of it: one row for each cycle of a plan."""

    __tablename__ = "occurrence"
    __table_args__ = (
        Index("ix_occurrence_vehicle_id_changed_in", "vehicle_id", "changed_in"),
        UniqueConstraint("what_id", "key"),
        Index(
            "ix_occurrence_active",
            "what_id",
            unique=True,
            postgresql_where=text("status = 'ACTIVE'"),
        ),
        Index("ix_occurrence_look_on", "look_on", postgresql_where=text("look_on IS NOT NULL")),
        Index("ix_occurrence_owner_id_forecast_on", "owner_id", "forecast_on"),
        Index("ix_occurrence_vehicle_id_forecast_on", "vehicle_id", "forecast_on"),
    )

    owner_id: Mapped[UUID]
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    what_id: Mapped[UUID]
    """The plan or the reminder."""
    source: Mapped[str]
    kind: Mapped[str]
    key: Mapped[str]
    """What, the revision of its rule, and what closed it last."""
    revision: Mapped[int]
    round: Mapped[int] = mapped_column(default=0)
    """Grows when what was done turns out not to be: it may be told again."""
    title: Mapped[str | None]
    """As its owner called it; None: by its service."""
    service_type: Mapped[str | None]
    note: Mapped[str | None]
    document_id: Mapped[UUID | None]
    due_on: Mapped[date | None]
    due_metres: Mapped[int | None] = mapped_column(Metres)
    due_minutes: Mapped[int | None] = mapped_column(BigInteger)
    lead_days: Mapped[int]
    lead_metres: Mapped[int] = mapped_column(Metres)
    lead_minutes: Mapped[int] = mapped_column(BigInteger, server_default="600")
    forecast_on: Mapped[date | None]
    earliest: Mapped[date | None]
    latest: Mapped[date | None]
    remind_on: Mapped[date | None]
    passed_on: Mapped[date | None]
    """The day an accepted reading passed the distance, or the hours."""
    status: Mapped[str]
    closed_at: Mapped[datetime | None]
    snoozed_until: Mapped[date | None]
    snoozed_metres: Mapped[int | None] = mapped_column(Metres)
    """The odometer at which it comes back."""
    overdue_since: Mapped[date | None]
    looked: Mapped[str] = mapped_column(default="planned")
    """The latest state people have been told of, or need not be."""
    look_on: Mapped[date | None]
    sequence: Mapped[int] = mapped_column(default=0)
    """Of its calendar entry (RFC 5545, 3.8.7.4): grows whenever the entry says something else."""
    entry_digest: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]
    """When its calendar entry last changed."""

    @property
    def told_key(self) -> str:
        """By which what was told is remembered."""
        return f"{self.key}#{self.round}" if self.round else self.key

    @property
    def standing(self) -> Standing:
        return Standing(
            remind_on=self.remind_on,
            due_on=self.due_on,
            passed_on=self.passed_on,
            snoozed_until=self.snoozed_until,
            snoozed_by_distance=self.snoozed_metres is not None,
            overdue_since=self.overdue_since,
            kind=self.kind,
        )

    @property
    def looked_state(self) -> ReminderState:
        return ReminderState(self.looked)


class ReminderNotice(Base):
    """What somebody was told of an occurrence, by which channel: the key is what makes it once, for ever."""

    __tablename__ = "reminder_notice"
    __table_args__ = (
        Index("ix_reminder_notice_vehicle_id_occurrence", "vehicle_id", "occurrence"),
    )

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    occurrence: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    told_at: Mapped[datetime]


class ReminderPreference(Base):
    """What a member of a car wants to hear of it; without a row, what their role hears by default."""

    __tablename__ = "reminder_preference"

    vehicle_id: Mapped[UUID] = mapped_column(
        ForeignKey("vehicle.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    kinds: Mapped[list[str]]
    channels: Mapped[list[str]]
    escalations: Mapped[bool]
    readings: Mapped[bool]
    calendar: Mapped[bool]
    updated_at: Mapped[datetime]


class ReadingRequest(Base):
    """When somebody should be asked for a reading of a car's odometer, because a forecast hangs on it."""

    __tablename__ = "reading_request"
    __table_args__ = (Index("ix_reading_request_ask_on", "ask_on"),)

    vehicle_id: Mapped[UUID] = mapped_column(
        ForeignKey("vehicle.id", ondelete="CASCADE"), primary_key=True
    )
    owner_id: Mapped[UUID] = mapped_column(index=True)
    ask_on: Mapped[date | None]
    asked_on: Mapped[date | None]
    is_open: Mapped[bool]
    """Nobody has answered it yet."""

    @property
    def key(self) -> str:
        """By which what was asked is remembered."""
        return f"reading:{self.vehicle_id}:{self.asked_on}"
