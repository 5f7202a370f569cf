"""What a job costs, from our table only: parts, labour and VAT for a mass-market car in France, scaled by country and class."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.ai.domain import knowledge
from services.ai.domain.car import Car
from services.ai.domain.wording import fold

PREMIUM_MAKES = frozenset(
    {
        "audi",
        "bmw",
        "mercedes benz",
        "mercedes",
        "lexus",
        "volvo",
        "land rover",
        "jaguar",
        "tesla",
        "ds",
        "alfa romeo",
    }
)
LUXURY_MAKES = frozenset(
    {"porsche", "maserati", "ferrari", "bentley", "aston martin", "lamborghini"}
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Whole euros."""

    low: int
    typical: int
    high: int
    jobs: tuple[str, ...]
    sources: tuple[str, ...]


def segment_of(car: Car) -> str:
    make = fold(car.make)
    if make in LUXURY_MAKES:
        return "sport_luxury"
    return "premium" if make in PREMIUM_MAKES else "compact"


def cost_of(jobs: Sequence[str], car: Car, country: str | None) -> Cost:
    known = [knowledge.jobs()[job] for job in jobs]
    scale = knowledge.cost_multipliers()
    factor = scale["segment"][segment_of(car)] * scale["country"].get(
        (country or "FR").upper(), 1.0
    )
    return Cost(
        round(min(job.low for job in known) * factor),
        round(known[0].typical * factor),
        round(max(job.high for job in known) * factor),
        tuple(jobs),
        tuple(dict.fromkeys(source for job in known for source in job.basis)),
    )
