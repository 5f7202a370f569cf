"""Spoken by vehicles, of garages."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, EmailStr

from shared.contracts.base import Event, Language, Sensitive


class GarageClaimed(Event):
    """Somebody says that a garage is theirs: whoever reads its published address gets a code, good until `expires_at`."""

    topic: ClassVar[str] = "vehicles.garage_claimed.v1"
    subject_field: ClassVar[str] = "claim_id"
    carries_secret: ClassVar[bool] = True
    claim_id: UUID
    account_id: UUID
    """Who claims it."""
    email: EmailStr
    """The garage's."""
    code: Sensitive
    language: Language
    garage_name: str
    claimant_name: str | None
    expires_at: AwareDatetime


class GarageStaffInvited(Event):
    """Somebody is asked to work at a garage; the token works once, for whoever proves that `email` is theirs."""

    topic: ClassVar[str] = "vehicles.garage_staff_invited.v1"
    subject_field: ClassVar[str] = "invitation_id"
    carries_secret: ClassVar[bool] = True
    invitation_id: UUID
    account_id: UUID
    """Who asks."""
    email: EmailStr
    token: Sensitive
    language: Language
    garage_name: str
    inviter_name: str | None
    expires_at: AwareDatetime


class GarageNewsKind(StrEnum):
    """What happened at a garage, to one person."""

    CLAIM_ACCEPTED = "claim_accepted"
    CLAIM_REFUSED = "claim_refused"
    GARAGE_LOST = "garage_lost"
    """An administrator has given it to somebody else, or to nobody."""
    GARAGE_RECEIVED = "garage_received"
    STAFF_JOINED = "staff_joined"
    STAFF_REMOVED = "staff_removed"
    REVIEW_WRITTEN = "review_written"
    REVIEW_ANSWERED = "review_answered"
    REVIEW_HIDDEN = "review_hidden"


class GarageNotice(Event):
    """Something happened at a garage that this person has or had a part in."""

    topic: ClassVar[str] = "vehicles.garage_notice.v1"
    subject_field: ClassVar[str] = "notice_id"
    notice_id: UUID
    account_id: UUID
    kind: GarageNewsKind
    garage_id: UUID
    garage_name: str
    words: str | None
    """The reason that was given, or how many stars."""
    occurred_at: AwareDatetime
