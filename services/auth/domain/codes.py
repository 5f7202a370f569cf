"""One-time codes: six digits, ten minutes, five tries.

Tries are counted twice: on the code, and on the address, so that neither a new code nor a new sign-in buys more of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.security.secrets import keyed_digest, numeric_code

DIGITS = 6
LIFETIME = timedelta(minutes=10)
TRIES_PER_CODE = 5


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `allowed` in each `window`; the window begins with the first use and nothing renews it."""

    name: str
    allowed: int
    window: timedelta


TRY_BUDGETS = (
    Budget("code-tries-10m", TRIES_PER_CODE, timedelta(minutes=10)),
    Budget("code-tries-1h", 10, timedelta(hours=1)),
    Budget("code-tries-1d", 20, timedelta(days=1)),
)
SEND_BUDGETS = (
    Budget("code-sends-1m", 1, timedelta(minutes=1)),
    Budget("code-sends-1h", 5, timedelta(hours=1)),
)
RESET_BUDGETS = (
    Budget("reset-sends-1m", 1, timedelta(minutes=1)),
    Budget("reset-sends-1h", 5, timedelta(hours=1)),
)
NOTICE_BUDGETS = (Budget("taken-notices-1h", 1, timedelta(hours=1)),)
"""How often the owner of an address hears that somebody tried to register it."""


def new_code() -> str:
    return numeric_code(DIGITS)


def digest(pepper: bytes, code_id: UUID, code: str) -> bytes:
    return keyed_digest(pepper, "code", str(code_id), code)


def is_live(*, expires_at: datetime, used_at: datetime | None, tries: int, now: datetime) -> bool:
    """`tries` counts the one being judged."""
    return used_at is None and now < expires_at and tries <= TRIES_PER_CODE
