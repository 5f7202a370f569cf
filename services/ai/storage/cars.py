"""The copy of cars and their history: the newest version wins, whatever the order of arrival."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ai.storage.models import CarCopy, RecordCopy
from shared.access import Access
from shared.db.repository import Repository

MOST_CARS = 50
MOST_RECORDS = 400


class RecordRepository(Repository[RecordCopy]):
    model = RecordCopy

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        return and_(super().is_seen(access), RecordCopy.deleted.is_(False))


class CarRepository(Repository[CarCopy]):
    model = CarCopy

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session)
        self._records = RecordRepository(session)

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

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        """A car the vehicles service told of, and that is there."""
        return and_(super().is_seen(access), CarCopy.version > 0, CarCopy.deleted.is_(False))

    async def all_seen(self, access: Access) -> Sequence[CarCopy]:
        found = await self.session.scalars(
            self.seen_by(access).order_by(CarCopy.id).limit(MOST_CARS)
        )
        return found.all()

    async def records(self, access: Access, vehicle_ids: Sequence[UUID]) -> Sequence[RecordCopy]:
        """Oldest first."""
        found = await self.session.scalars(
            select(RecordCopy)
            .where(
                self._records.is_seen(access),
                RecordCopy.vehicle_id.in_(vehicle_ids),
            )
            .order_by(RecordCopy.service_date.desc(), RecordCopy.id.desc())
            .limit(MOST_RECORDS)
        )
        return list(reversed(found.all()))
