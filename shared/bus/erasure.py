"""Erasing a person from one service: the same three steps everywhere, and nobody can add a row after them."""

from uuid import UUID

from shared.bus.traces import forget_traces
from shared.db.unit_of_work import UnitOfWork


async def erase_person(work: UnitOfWork, person: UUID) -> None:
    """The tombstone first: it waits for whoever holds the person, and what they wrote is deleted with the rest."""
    await work.bury(person)
    await work.belongings.erase(work.session, person)
    await forget_traces(work.session, person)
