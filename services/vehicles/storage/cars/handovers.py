"""All rows of one car, whatever they are: a table somebody adds is frozen and handed over with the others."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.storage.base import Base
from services.vehicles.storage.cars.models import Handover, Invitation, PastVehicle, Vehicle
from shared.db.repository import Repository

LINKS = frozenset({"guest_link", "passport_link"})
"""Of the wing `moving`, which this one does not know."""
STAYS = LINKS | {Handover.__tablename__, Invitation.__tablename__, PastVehicle.__tablename__}
"""What a giver has agreed with others; it ends, and is no part of the car."""
HIDDEN = frozenset({"owner_id", "made_by", "plate_key", "shared_with", "vehicle_id"})
"""Who did what is for those who shared the car; the rest is worked out, or the same for each row."""
MONEY = "_minor"


def tables() -> Sequence[Table]:
    """Of what belongs to a car and to its owner with it."""
    found = [
        table
        for table in Base.metadata.sorted_tables
        if {"owner_id", "vehicle_id"} <= set(table.columns.keys()) and table.name not in STAYS
    ]
    return sorted(found, key=lambda table: table.name)


class CarRows:
    """The caller holds the car, and has flushed."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def frozen(self, vehicle_id: UUID) -> dict[str, Any]:
        """Everything of the car as it is, by table; distances in metres, money in minor units, as they are kept."""
        found: dict[str, Any] = {}
        for table in (Vehicle.metadata.tables["vehicle"], *tables()):
            key = table.c["id" if table.name == "vehicle" else "vehicle_id"]
            shown = [column for column in table.c if column.name not in HIDDEN]
            rows = await self.session.execute(
                select(*shown).where(key == vehicle_id).order_by(*table.primary_key.columns)
            )
            found[str(table.name)] = [
                {str(name): value for name, value in row.items()} for row in rows.mappings()
            ]
        plain: dict[str, Any] = orjson.loads(orjson.dumps(found, default=str))
        return plain

    async def forget_costs(self, vehicle_id: UUID) -> None:
        """Amounts go; what is nothing but an amount goes whole."""
        for table in tables():
            money = [column for column in table.c if column.name.endswith(MONEY)]
            mine = table.c["vehicle_id"] == vehicle_id
            if any(not column.nullable for column in money):
                await self.session.execute(delete(table).where(mine))
            elif money:
                blank = {column.name: None for column in money}
                await self.session.execute(update(table).where(mine).values(blank))

    async def hand_over(self, vehicle_id: UUID, owner_id: UUID) -> None:
        for table in tables():
            mine = table.c["vehicle_id"] == vehicle_id
            await self.session.execute(update(table).where(mine).values(owner_id=owner_id))


class PastVehicleRepository(Repository[PastVehicle]):
    model = PastVehicle
