"""One-time codes: six digits, ten minutes, five tries.

Tries are counted twice: on the code, and on who tries at which address, so that neither a new code nor a new sign-in buys more of
them. Whoever registered from a network tries with an allowance of its own: strangers elsewhere cannot spend it. All strangers to an
address share one. Mails are counted the same way, so that nobody's mails keep another's from leaving.
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


SHORT_TRY_BUDGETS = (
    Budget("code-tries-10m", TRIES_PER_CODE, timedelta(minutes=10)),
    Budget("code-tries-1h", 10, timedelta(hours=1)),
)
TRY_BUDGETS = (*SHORT_TRY_BUDGETS, Budget("code-tries-1d", 20, timedelta(days=1)))
COMPARED = Budget("code-compared-1d", 20, timedelta(days=1))
"""A try at several living codes is as many guesses: a second registration multiplies no chance."""


@dataclass(frozen=True, slots=True)
class MailLimit:
    """What one network may have mailed to an address, and how many networks may have any mailed."""

    of_network: Budget
    networks: Budget | None = None


_NETWORKS_1H = Budget("mailing-networks-1h", 12, timedelta(hours=1))
_NETWORKS_1D = Budget("mailing-networks-1d", 24, timedelta(days=1))
"""What a mailbox must bear, and how often its codes may be guessed, at most; no network has another's mails for it to use up."""
_SPACING = MailLimit(Budget("code-sends-1m", 1, timedelta(minutes=1)))
REGISTRATIONS = (
    MailLimit(Budget("registrations-1h", 5, timedelta(hours=1)), _NETWORKS_1H),
    MailLimit(Budget("registrations-1d", 10, timedelta(days=1)), _NETWORKS_1D),
)
AGAIN = (_SPACING, MailLimit(Budget("code-again-1h", 4, timedelta(hours=1)), _NETWORKS_1H))
"""The code of a registration once more: apart from new ones, whose own mails it cannot use up."""
TO_STRANGERS = (_SPACING, MailLimit(Budget("code-sends-1h", 5, timedelta(hours=1)), _NETWORKS_1H))
"""To an address that somebody signed in says is theirs."""
TO_OWNERS = (_SPACING, MailLimit(Budget("code-sends-1h", 5, timedelta(hours=1))))
"""Asked for with the account's password or in its session."""
AS_FOR_SOMEBODY = Budget("as-for-somebody", 1, timedelta(minutes=1))
"""Written where an address with an account would have something written; it limits nothing."""
REGISTRATION_LIFETIME = timedelta(days=1)
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
