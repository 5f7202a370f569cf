"""Who made what in shared cars, over all tables that say so (`Authored` in base.py): nobody's feature may forget one."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Table, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.storage.base import Base

PRIVATE = ("note", "phone")
"""What somebody writes down for themselves, and where they are called; it goes with them, while what they did stays."""


def tables() -> Sequence[Table]:
    """Those of a car's things that name their author."""
    found = [
        table
        for table in Base.metadata.sorted_tables
        if {"made_by", "vehicle_id"} <= set(table.columns.keys())
    ]
    return sorted(found, key=lambda table: table.name)


class Authorship:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def forget(self, person: UUID, *, vehicle_id: UUID, pseudonym: UUID) -> None:
        """What they made in a car stays and is a nameless person's from now on; their private notes go. The caller holds the car."""
        for table in tables():
            theirs = (table.c["vehicle_id"] == vehicle_id, table.c["made_by"] == person)
            said: dict[str, UUID | None] = {"made_by": pseudonym}
            said |= dict.fromkeys(_private(table))
            await self.session.execute(update(table).where(*theirs).values(said))

    async def forget_notes(self, vehicle_id: UUID) -> None:
        """Whoever's: for a car that goes to somebody none of them knows."""
        for table in tables():
            if private := _private(table):
                mine = table.c["vehicle_id"] == vehicle_id
                blank = dict.fromkeys(private)
                await self.session.execute(update(table).where(mine).values(blank))


def _private(table: Table) -> list[str]:
    return [name for name in PRIVATE if name in table.c]
