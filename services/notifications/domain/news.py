"""Something to tell one person: what an event means to them, before anybody asks how it reaches them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifications.domain.kinds import Channel, Kind
from shared.contracts.base import Language


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address that the event itself names: it may not be, or no longer be, the account's."""

    address: str
    language: Language


@dataclass(frozen=True, slots=True)
class News:
    kind: Kind
    owner_id: UUID
    key: str
    """Names the occurrence: the same key is told once, however often and by whichever event it comes."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the templates say, as JSON values; never a secret."""
    about: Mapping[str, str] = field(default_factory=dict)
    """Ids of the things it is about: vehicle_id, document_id, draft_id."""
    channels: frozenset[Channel] = frozenset(Channel)
    """By which it may be told at all, whatever the person's own wishes allow."""
    to: Recipient | None = None
    secret: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
