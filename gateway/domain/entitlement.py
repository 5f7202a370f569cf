"""What billing says a person may use."""

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.features import Feature, Limit, Plan


@dataclass(frozen=True, slots=True)
class Entitlement:
    user_id: UUID
    version: int
    plan: Plan
    features: frozenset[Feature]
    limits: dict[Limit, int | None]
