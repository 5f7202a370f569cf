"""Spoken by every service that owns what others copy, and by every service that keeps such a copy."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.base import Event


class Head(BaseModel):
    """The version a thing has now."""

    model_config = ConfigDict(frozen=True)

    subject: UUID
    person: UUID
    version: int
    deleted: bool = False


class Digest(BaseModel):
    """How many things of a person there are, and the sum of their versions."""

    model_config = ConfigDict(frozen=True)

    person: UUID
    count: int
    versions: int


class VersionsSaid(Event):
    """Every minute: what was told lately, for whoever may have missed it. Or, asked for, all that `whole_of` has in the range
    (`after`, `upto`] of subjects; no `upto` is no end.
    """

    topic: ClassVar[str] = "copies.versions_said.v1"
    subject_field: ClassVar[str] = "said_id"
    said_id: UUID
    of: str
    """The topic of the state events."""
    heads: tuple[Head, ...]
    whole_of: UUID | None = None
    after: UUID | None = None
    upto: UUID | None = None


class DigestsSaid(Event):
    """Every night: of each person in the range (`after`, `upto`] who has any such thing; no `upto` is no end."""

    topic: ClassVar[str] = "copies.digests_said.v1"
    subject_field: ClassVar[str] = "said_id"
    said_id: UUID
    of: str
    digests: tuple[Digest, ...]
    after: UUID | None = None
    upto: UUID | None = None


class StatesAsked(Event):
    """A copy of this person's things is behind: say these again, or, without `subjects`, which there are."""

    topic: ClassVar[str] = "copies.states_asked.v1"
    subject_field: ClassVar[str] = "account_id"
    account_id: UUID
    of: str
    asked_by: str
    subjects: tuple[UUID, ...] | None = None


class SubjectsGone(Event):
    """The answer about what is not there: it was, as somebody has a copy, and ids do not come back. For ever true."""

    topic: ClassVar[str] = "copies.subjects_gone.v1"
    subject_field: ClassVar[str] = "account_id"
    account_id: UUID
    of: str
    subjects: tuple[UUID, ...]
