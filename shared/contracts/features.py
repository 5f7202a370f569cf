"""What a plan opens and how much of it: spoken by billing, obeyed by the gateway and by each service."""

from enum import StrEnum


class Plan(StrEnum):
    # in their order: each opens what those before it open, and more
    FREE = "FREE"
    STANDARD = "STANDARD"
    PREMIUM = "PREMIUM"

    @property
    def rank(self) -> int:
        return list(Plan).index(self)

    def outranks(self, other: "Plan") -> bool:
        return self.rank > other.rank


class Feature(StrEnum):
    DOCUMENTS_OCR = "documents.ocr"
    AI_CHAT = "ai.chat"
    AI_SUGGESTIONS = "ai.suggestions"
    AI_QUESTIONS = "ai.questions"
    AI_DIAGNOSIS = "ai.diagnosis"
    AI_DEPTH = "ai.depth"
    SUPPORT_PRIORITY = "support.priority"


class Limit(StrEnum):
    """Countable things a plan limits; no value in the map means unlimited."""

    VEHICLES = "vehicles"
    DOCUMENTS = "documents"
    STORAGE_MB = "storage_mb"
    AI_TOKENS_MONTH = "ai_tokens_month"


_STANDARD = frozenset(
    {Feature.DOCUMENTS_OCR, Feature.AI_CHAT, Feature.AI_SUGGESTIONS, Feature.AI_QUESTIONS}
)

OPENS: dict[Plan, frozenset[Feature]] = {
    Plan.FREE: frozenset(),
    Plan.STANDARD: _STANDARD,
    Plan.PREMIUM: frozenset(Feature),
}
"""The seed of billing's catalogue (api.md, section 3); an administrator may change the rows, so nobody grants by this table."""

ALLOWS: dict[Plan, dict[Limit, int | None]] = {
    Plan.FREE: {
        Limit.VEHICLES: 3,
        Limit.DOCUMENTS: 50,
        Limit.STORAGE_MB: 200,
        Limit.AI_TOKENS_MONTH: 0,
    },
    Plan.STANDARD: {
        Limit.VEHICLES: 10,
        Limit.DOCUMENTS: 200,
        Limit.STORAGE_MB: 1024,
        Limit.AI_TOKENS_MONTH: 100_000,
    },
    Plan.PREMIUM: {
        Limit.VEHICLES: None,
        Limit.DOCUMENTS: 1000,
        Limit.STORAGE_MB: 10_240,
        Limit.AI_TOKENS_MONTH: 600_000,
    },
}


def cheapest_plan_with(feature: Feature) -> Plan:
    """The plan to name in a refusal."""
    return next(plan for plan in Plan if feature in OPENS[plan])
