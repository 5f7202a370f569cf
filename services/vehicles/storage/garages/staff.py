from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.vehicles.storage.garages.models import GarageStaff
from shared.db.repository import Repository


class GarageStaffRepository(Repository[GarageStaff]):
    """Who works at a garage or has been asked to; told to its people alone, who are checked before."""

    model = GarageStaff
    owner = "account_id"

    async def of_garage(self, garage_id: UUID) -> Sequence[GarageStaff]:
        statement = select(GarageStaff).where(GarageStaff.garage_id == garage_id)
        return (await self.session.scalars(statement.order_by(GarageStaff.asked_at))).all()

    async def by_digest(self, digest: bytes) -> GarageStaff | None:
        """The token is the key."""
        statement = select(GarageStaff).where(GarageStaff.token_digest == digest)
        return (await self.session.scalars(statement)).one_or_none()
