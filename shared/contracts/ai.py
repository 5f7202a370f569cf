"""Spoken by ai."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.base import Event


class DiagnosisAnswered(Event):
    """The assistant's answer to DiagnosisAsked."""

    topic: ClassVar[str] = "ai.diagnosis_answered.v1"
    subject_field: ClassVar[str] = "diagnostic_id"
    diagnostic_id: UUID
    vehicle_id: UUID
    owner_id: UUID
    """Who asked."""
    urgency: str
    summary: str
    confidence: float = Field(ge=0, le=1)
    answered_at: AwareDatetime
    request_id: UUID | None = None
    """As it was asked."""
