"""What auth says of a personal API key that is good."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.base import Language
from shared.contracts.scopes import Scope

GOOD_FOR_SECONDS = 4.0
"""How long auth's word counts; so a key of a locked account ends here within five seconds, whatever the events do."""
REFUSED_FOR_SECONDS = 10.0
"""A key that was refused is not asked about again for so long: none comes into being by being tried."""
TRUSTED_SECONDS = 60.0
"""How long the last word counts while auth is silent."""


@dataclass(frozen=True, slots=True)
class KnownKey:
    key_id: UUID
    user_id: UUID
    scopes: frozenset[Scope]
    roles: frozenset[str]
    language: Language
    zone: str | None
    expires_at: datetime
