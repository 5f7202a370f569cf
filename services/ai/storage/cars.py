"""The copy of cars and their history: the newest version wins, whatever the order of arrival."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ai.storage.models import CarCopy, RecordCopy

MOST_CARS = 50
MOST_RECORDS = 400


class CarRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def keep_car(self, vehicle_id: UUID, version: int, facts: Mapping[str, Any]) -> None:
        """Upsert guarded by version; a deleted car keeps its version and loses everything else."""
        values = {"id": vehicle_id, "version": version, **facts}
        statement = insert(CarCopy).values(**values)
        await self.session.execute(
            statement.on_conflict_do_update(
                index_elements=[CarCopy.id],
                set_={name: statement.excluded[name] for name in values if name != "id"},
                where=CarCopy.version < statement.excluded.version,
            )
        )

    async def keep_reading(
        self, vehicle_id: UUID, owner_id: UUID, *, metres: int, on: date, heard_at: datetime
    ) -> None:
        """The latest day wins, then the highest reading; a reading heard before its car waits in an unfinished row."""
        statement = insert(CarCopy).values(
            id=vehicle_id,
            owner_id=owner_id,
            version=0,
            reading_m=metres,
            reading_on=on,
            heard_at=heard_at,
        )
        newer = or_(
            CarCopy.reading_on.is_(None),
            CarCopy.reading_on < statement.excluded.reading_on,
            and_(
                CarCopy.reading_on == statement.excluded.reading_on,
                CarCopy.reading_m < statement.excluded.reading_m,
            ),
        )
        await self.session.execute(
            statement.on_conflict_do_update(
                index_elements=[CarCopy.id],
                set_={"reading_m": metres, "reading_on": on},
                where=and_(newer, CarCopy.deleted.is_(False)),
            )
        )

    async def keep_record(self, record_id: UUID, version: int, facts: Mapping[str, Any]) -> None:
        values = {"id": record_id, "version": version, **facts}
        statement = insert(RecordCopy).values(**values)
        await self.session.execute(
            statement.on_conflict_do_update(
                index_elements=[RecordCopy.id],
                set_={name: statement.excluded[name] for name in values if name != "id"},
                where=RecordCopy.version < statement.excluded.version,
            )
        )

    async def owned(self, owner_id: UUID, vehicle_id: UUID) -> CarCopy | None:
        return (
            await self.session.scalars(self._of(owner_id).where(CarCopy.id == vehicle_id))
        ).one_or_none()

    async def all_owned(self, owner_id: UUID) -> Sequence[CarCopy]:
        return (
            await self.session.scalars(self._of(owner_id).order_by(CarCopy.id).limit(MOST_CARS))
        ).all()

    def _of(self, owner_id: UUID) -> Any:
        return select(CarCopy).where(
            CarCopy.owner_id == owner_id, CarCopy.version > 0, CarCopy.deleted.is_(False)
        )

    async def records(self, owner_id: UUID, vehicle_ids: Sequence[UUID]) -> Sequence[RecordCopy]:
        """Oldest first."""
        found = await self.session.scalars(
            select(RecordCopy)
            .where(
                RecordCopy.owner_id == owner_id,
                RecordCopy.vehicle_id.in_(vehicle_ids),
                RecordCopy.deleted.is_(False),
            )
            .order_by(RecordCopy.service_date.desc(), RecordCopy.id.desc())
            .limit(MOST_RECORDS)
        )
        return list(reversed(found.all()))
