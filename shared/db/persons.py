"""Who is known here, and who is erased: lock and tombstone in one row.

Whatever keeps something of a person holds them first. Holders share the row and do not wait for each other; an erasure has it
alone. What committed before the erasure is deleted by it, and what comes after finds the tombstone: there is no moment between.
A row lock and not an advisory one, because it holds under REPEATABLE READ too: a snapshot older than the erasure is an error
there (40001), not an old truth.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Executable, func, select
from sqlalchemy.dialects.postgresql import insert

from shared.db.base import persons

NAMES = ("owner_id", "account_id", "user_id")
"""What a person is called in events, payloads and tables; in an event or payload, the first of these that is there."""


class Hold(StrEnum):
    """How a listener or a job holds the person its event or payload names, before it runs."""

    LIVING = "living"
    """It does not run for somebody erased; nobody is erased while it runs."""
    ANYBODY = "anybody"
    """It runs for the erased too, and says why where it is declared."""
    ALONE = "alone"
    """Against every other holder: the erasure itself."""


class Speaks(Protocol):
    """A session or a connection."""

    async def execute(self, statement: Executable, /) -> Any: ...


def person_of(facts: Mapping[str, Any]) -> UUID | None:
    """The person an event's data or a job's payload is about."""
    for name in NAMES:
        if name in facts:
            try:
                return UUID(str(facts[name]))
            except ValueError:
                return None
    return None


async def hold_person(session: Speaks, person: UUID, *, wait: bool = True) -> bool:
    """Whether this person is not erased, true until the transaction ends.

    Without `wait` whoever is being erased right now counts as erased: for who holds rows of that person already, and would
    wait for an erasure that waits for these rows.
    """
    row = select(persons.c.erased_at).where(persons.c.person_id == person)
    shared = row.with_for_update(read=True, skip_locked=not wait)
    found = (await session.execute(shared)).first()
    if found is None and not wait and (await session.execute(row)).first() is not None:
        return False
    if found is None:
        new = insert(persons).values(person_id=person)
        await session.execute(new.on_conflict_do_nothing())
        found = (await session.execute(row.with_for_update(read=True))).one()
    return found.erased_at is None


async def hold_persons(session: Speaks, people: set[UUID]) -> dict[UUID, bool]:
    """`hold_person` for several. All who take several take them in the order of their ids, and so never wait in a circle."""
    if not people:
        return {}
    rows = select(persons.c.person_id, persons.c.erased_at).where(persons.c.person_id.in_(people))
    shared = rows.order_by(persons.c.person_id).with_for_update(read=True)
    held = {row.person_id: row.erased_at is None for row in await session.execute(shared)}
    if new := sorted(people - held.keys()):
        some = insert(persons).values([{"person_id": person} for person in new])
        await session.execute(some.on_conflict_do_nothing())
        for row in await session.execute(shared):
            held[row.person_id] = row.erased_at is None
    return held


async def hold_alone(session: Speaks, person: UUID) -> bool:
    """The same against every other holder. Take it first: who holds the person shared already may wait for a twin for ever."""
    await session.execute(insert(persons).values(person_id=person).on_conflict_do_nothing())
    row = select(persons.c.erased_at).where(persons.c.person_id == person).with_for_update()
    return (await session.execute(row)).one().erased_at is None


async def hold_owner(session: Speaks, owner_id: UUID) -> None:
    """One at a time counts, adds or changes this owner's things, over all replicas, until the transaction ends.

    Apart from `hold_person`, which many share: an advisory lock, for which nobody waits who does not ask for it. So never while
    another service or a vendor is asked.
    """
    key = func.hashtextextended(f"owner:{owner_id}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))


async def bury(session: Speaks, person: UUID, at: datetime) -> None:
    """From the commit on this person is erased, for ever. Waits for those who hold them."""
    stone = insert(persons).values(person_id=person, erased_at=at)
    first = func.coalesce(persons.c.erased_at, stone.excluded.erased_at)
    await session.execute(
        stone.on_conflict_do_update(index_elements=[persons.c.person_id], set_={"erased_at": first})
    )
