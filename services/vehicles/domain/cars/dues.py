"""What falls due for a car, and when: what a rehearsed change is compared by."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.messages import Text


@dataclass(frozen=True, slots=True)
class FallsDue:
    id: UUID
    title: str | Text
    due_on: date | None
    due_metres: int | None
    """Travelled."""
    due_minutes: int | None
    forecast_on: date | None
