"""What vehicles says of what is wrong with a car."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts.base import Event, Language


class CarFacts(BaseModel):
    """What an engine has to know of a car: no plate, no name, no number."""

    model_config = ConfigDict(frozen=True)

    make: str
    model: str
    year: int | None = None
    fuel_type: str | None = None
    transmission: str | None = None
    first_registration: date | None = None


class DiagnosisAsked(Event):
    """Somebody asks the assistant to look at a case; answered once for each `request_id`."""

    topic: ClassVar[str] = "vehicles.diagnosis_asked.v1"
    subject_field: ClassVar[str] = "diagnostic_id"
    diagnostic_id: UUID
    vehicle_id: UUID
    owner_id: UUID
    """Who asks: the car's owner, or somebody they share it with."""
    symptoms: str
    dtc_codes: tuple[str, ...]
    odometer_m: int | None
    language: Language
    """The asker's: that of the answer."""
    asked_at: AwareDatetime
    request_id: UUID | None = None
    car: CarFacts | None = None


class DiagnosisProgressed(Event):
    """How far the answer to a case has come, for whoever asked and watches; it may be lost without harm."""

    topic: ClassVar[str] = "vehicles.diagnosis_progressed.v1"
    subject_field: ClassVar[str] = "diagnostic_id"
    diagnostic_id: UUID
    owner_id: UUID
    """Who asked."""
    request_id: UUID
    stage: str
    """asked, answered"""
    percent: int = Field(ge=0, le=100)


class CaseNews(StrEnum):
    REPORTED = "reported"
    """A driver reports a defect that cannot wait."""
    ANSWERED = "answered"
    """By the assistant."""
    REPLIED = "replied"
    """By a mechanic."""


class CaseNotice(Event):
    """Something happened to a case that this person wants to know."""

    topic: ClassVar[str] = "vehicles.case_notice.v1"
    subject_field: ClassVar[str] = "notice_id"
    notice_id: UUID
    account_id: UUID
    """Who is told."""
    kind: CaseNews
    diagnostic_id: UUID
    vehicle_id: UUID
    vehicle_name: str
    title: str
    severity: str
    """info, low, medium, high, critical"""
    other_name: str | None
    """Who reported or wrote it, as far as their address is proven."""
    occurred_at: AwareDatetime
