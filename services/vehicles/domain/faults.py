"""What is wrong with a car, as other wings tell of it: who mends it reads no more of its case."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fault:
    case_id: UUID
    title: str
    description: str | None
    dtc_codes: list[str]
    severity: str
