"""The life of a signing key: `next` is published before it signs, `active` signs, `retired` still verifies.

Verifiers keep the published set for five minutes; a key signs at the earliest after twice that, so no verifier meets an unknown one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.auth.domain.tokens import ACCESS_LIFETIME, SKEW

JWKS_MAX_AGE = timedelta(minutes=5)
VISIBLE_BEFORE_USE = 2 * JWKS_MAX_AGE
ACTIVE_FOR = timedelta(days=90)
VERIFIABLE_AFTER = ACCESS_LIFETIME + SKEW


class KeyState(StrEnum):
    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Age:
    """When the key came into its present state."""

    state: KeyState
    since: datetime


def may_take_over(upcoming: Age, now: datetime) -> bool:
    return upcoming.state is KeyState.NEXT and now - upcoming.since >= VISIBLE_BEFORE_USE


def is_due(active: Age, now: datetime) -> bool:
    return now - active.since >= ACTIVE_FOR
