"""Where something that follows a car stands: what a rehearsed change is compared by."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.messages import Text


@dataclass(frozen=True, slots=True)
class Standing:
    id: UUID
    title: str | Text
    due_on: date | None
    due_metres: int | None
    """Travelled."""
    forecast_on: date | None
