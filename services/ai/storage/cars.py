"""The copy of cars and their history: the newest version wins, whatever the order of arrival."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.ai.storage.models import CarCopy, CarMemberCopy, RecordCopy
from shared.access import Access
from shared.contracts.roles import May
from shared.db.car_members import shared_for
from shared.db.newest import keep_later, newest_wins
from shared.db.repository import Repository

MOST_CARS = 50
MOST_RECORDS = 400


_KEEP_CAR = newest_wins(CarCopy)
_KEEP_RECORD = newest_wins(RecordCopy)
GONE_CAR: dict[str, Any] = {
    "deleted": True,
    "make": "",
    "model": "",
    "year": None,
    "fuel_type": None,
    "transmission": None,
    "odometer_m": None,
    "odometer_read_on": None,
    "first_registration": None,
    "country": None,
    "annual_distance_m": None,
}
GONE_RECORD: dict[str, Any] = {"deleted": True, "odometer_m": None, "services": [], "text": ""}
"""A thing that is gone keeps its version and loses everything else."""


def is_there() -> ColumnElement[bool]:
    return CarCopy.deleted.is_(False)


def record_is_there() -> ColumnElement[bool]:
    """Of a car that is there: with a car go its records, without a word of their own."""
    its_car = exists().where(CarCopy.id == RecordCopy.vehicle_id, is_there())
    return and_(RecordCopy.deleted.is_(False), its_car)


class RecordRepository(Repository[RecordCopy]):
    model = RecordCopy

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        """One's own, and those of shared cars for whoever may read what was done to them."""
        shared = RecordCopy.vehicle_id == func.any(shared_for(CarMemberCopy, access, May.READ_CARE))
        return and_(or_(super().is_seen(access), shared), RecordCopy.deleted.is_(False))


class CarRepository(Repository[CarCopy]):
    model = CarCopy

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session)
        self._records = RecordRepository(session)

    def keep_car(self, vehicle_id: UUID, version: int, facts: Mapping[str, Any]) -> None:
        """Upsert guarded by version; a deleted car keeps its version and loses everything else."""
        keep_later(self.session, _KEEP_CAR, {"id": vehicle_id, "version": version, **facts})

    def keep_record(self, record_id: UUID, version: int, facts: Mapping[str, Any]) -> None:
        keep_later(self.session, _KEEP_RECORD, {"id": record_id, "version": version, **facts})

    async def lose_car(self, access: Access, vehicle_id: UUID, version: int) -> None:
        mine = (CarCopy.id == vehicle_id, self.is_owned(access.person), CarCopy.version < version)
        gone = update(CarCopy).where(*mine).values(version=version, **GONE_CAR)
        await self.session.execute(gone)

    async def lose_record(self, access: Access, record_id: UUID, version: int) -> None:
        owned = and_(self._records.is_owned(access.person), RecordCopy.deleted.is_(False))
        mine = (RecordCopy.id == record_id, owned, RecordCopy.version < version)
        gone = update(RecordCopy).where(*mine).values(version=version, **GONE_RECORD)
        await self.session.execute(gone)

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        """A car that is there: one's own, or shared in a role that reads its history."""
        shared = CarCopy.id == func.any(shared_for(CarMemberCopy, access, May.READ_CARE))
        return and_(or_(super().is_seen(access), shared), CarCopy.deleted.is_(False))

    async def is_newest(self, vehicle_id: UUID, version: int) -> bool:
        """Whether nothing newer has been heard of it."""
        found = select(CarCopy.version).where(CarCopy.id == vehicle_id)
        return await self.session.scalar(found) == version

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
