"""From what somebody subscribed to what they may use now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.billing.domain.subscription import Status
from shared.contracts.features import Feature, Limit, Plan

NO_SUBSCRIPTION = "none"


@dataclass(frozen=True, slots=True)
class Held:
    """One subscription, as far as access is concerned."""

    plan: Plan
    status: Status
    grace_until: datetime | None


@dataclass(frozen=True, slots=True)
class Effective:
    plan: Plan
    status: str
    until: datetime | None = None
    """When this ends by itself if nothing else happens: the end of the grace."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a plan opens, as the catalogue's rows say today."""

    features: frozenset[Feature]
    limits: Mapping[Limit, int | None]


def effective(held: Held, now: datetime) -> Effective:
    """What one subscription opens at this moment."""
    match held.status:
        case Status.ACTIVE | Status.TRIALING:
            return Effective(held.plan, held.status)
        case Status.PAST_DUE if held.grace_until is not None and now < held.grace_until:
            return Effective(held.plan, held.status, held.grace_until)
        case _:
            return Effective(Plan.FREE, held.status)


def best(subscriptions: Iterable[Held], now: datetime) -> Effective:
    """The highest of all; FREE for somebody who has none."""
    found = Effective(Plan.FREE, NO_SUBSCRIPTION)
    for held in subscriptions:
        candidate = effective(held, now)
        if candidate.plan.outranks(found.plan) or found.status == NO_SUBSCRIPTION:
            found = candidate
    return found
