from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from services.vehicles.storage.cars.models import Vehicle
from shared.access import Access
from shared.db.repository import Repository


class TrashRepository(Repository[Vehicle]):
    """Cars their owner has thrown away, for as long as they can come back. Nobody else sees them."""

    model = Vehicle

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        return and_(self.is_owned(access.person), Vehicle.trashed_at.is_not(None))

    async def older_than(self, moment: datetime, *, limit: int) -> Sequence[Vehicle]:
        """Whosever they are, held; not those somebody is restoring."""
        statement = select(Vehicle).where(Vehicle.trashed_at < moment).order_by(Vehicle.trashed_at)
        found = await self.session.scalars(statement.limit(limit).with_for_update(skip_locked=True))
        return found.all()
