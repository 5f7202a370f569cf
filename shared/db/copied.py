"""What one service copies of another's, declared: the rows an owner speaks of, and those of whoever listens."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    cast,
    exists,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.base import StateEvent
from shared.contracts.copies import Head
from shared.db.base import outbox, persons
from shared.db.persons import NAMES

TOLD_LATELY = timedelta(seconds=130)
"""Two rounds and a bit: what is said once may be lost like what it speaks of."""
Lose = Callable[[Any, UUID, UUID, int], Awaitable[None]]


@dataclass(frozen=True)
class Table:
    """The rows of which `event` speaks, at their owner's or copied."""

    event: type[StateEvent]
    model: Any
    subject: str = "id"
    person: str = "owner_id"
    version: str = "version"
    living: Callable[[], ColumnElement[bool]] = true
    """Without tombstones."""

    @property
    def topic(self) -> str:
        return self.event.topic

    def column(self, name: str) -> Any:
        return self.model.__table__.c[getattr(self, name)]

    def digests(self, after: UUID | None, upto: UUID | None) -> Select[Any]:
        person, version = self.column("person"), self.column("version")
        chosen = select(
            person.label("person"),
            func.count().label("things"),
            func.sum(version).label("versions"),
        )
        ranged = chosen.where(self.living(), *within(person, after, upto))
        return ranged.group_by(person).order_by(person)

    def heads(self, *conditions: ColumnElement[bool]) -> Select[Any]:
        subject = self.column("subject").label("subject")
        return select(
            subject,
            self.column("person").label("person"),
            self.column("version").label("version"),
            self.living().label("is_living"),
        ).where(*conditions)


@dataclass(frozen=True)
class Origin(Table):
    """What this service owns and others copy. Each version a row has is told in an event of that version."""

    say: Callable[[Any, Sequence[UUID]], Awaitable[None]] | None = None
    """Emits the state of those subjects that are there, as it is now; changes nothing."""
    may_return: bool = False
    """What is not living, may live again, with a higher version: it is said as deleted, and never as gone for ever."""


@dataclass(frozen=True)
class Copy(Table):
    """What this service copies; its listener for `event` keeps the highest version."""

    lose: Lose | None = None
    """(work, person, subject, version): what that listener does for a thing that is deleted. None: an erasure alone does that, and auth
    alarms when one is late."""


def within(column: Any, after: UUID | None, upto: UUID | None) -> list[ColumnElement[bool]]:
    """The range (`after`, `upto`], open where there is none."""
    found: list[ColumnElement[bool]] = []
    if after is not None:
        found.append(column > after)
    if upto is not None:
        found.append(column <= upto)
    return found


async def told_lately(session: AsyncSession, origin: Origin) -> list[Head]:
    """The highest version of each thing that went to the bus; nothing of the erased."""
    facts = outbox.c.body["data"]
    person_field = next(name for name in NAMES if name in origin.event.model_fields)
    person = cast(facts[person_field].astext, Uuid)
    is_erased = exists().where(persons.c.person_id == person, persons.c.erased_at.is_not(None))
    told = (
        select(
            outbox.c.subject,
            outbox.c.version,
            person.label("person"),
            facts["deleted"].astext.label("deleted"),
        )
        .ext(distinct_on(outbox.c.subject))
        .where(
            outbox.c.topic == origin.topic,
            outbox.c.version.is_not(None),
            ~is_erased,
            outbox.c.published_at > func.clock_timestamp() - TOLD_LATELY,
        )
        .order_by(outbox.c.subject, outbox.c.version.desc())
    )
    return [
        Head(
            subject=row.subject,
            person=row.person,
            version=row.version,
            deleted=row.deleted == "true",
        )
        for row in await session.execute(told)
        if row.person is not None
    ]


async def versions_here(
    session: AsyncSession, copy: Copy, wanted: Sequence[tuple[UUID, UUID]]
) -> dict[UUID, Any]:
    """What we have of these (subject, person)."""
    if not wanted:
        return {}
    pair = tuple_(copy.column("subject"), copy.column("person"))
    rows = await session.execute(copy.heads(pair.in_(wanted)))
    return {row.subject: row for row in rows}
