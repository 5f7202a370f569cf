"""How long a proof of who is there is good for what a borrowed telephone must not do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.auth.domain.devices import Asker

RECENT = timedelta(minutes=5)


class ProofKind(StrEnum):
    """With what somebody who is signed in proves to be there."""

    PASSWORD = "password"  # noqa: S105 - the name of a kind
    PASSKEY = "passkey"
    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Presence:
    """Who asks for something delicate, in which session, and the password if they gave it."""

    account_id: UUID
    session_id: UUID | None
    password: str | None
    asker: Asker


def is_recent(authenticated_at: datetime, now: datetime) -> bool:
    return now - authenticated_at <= RECENT
