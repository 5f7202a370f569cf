from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from services.vehicles.storage.garages.models import GarageStaff
from shared.access import Access
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

    async def one(self, garage_id: UUID, staff_id: UUID) -> GarageStaff | None:
        statement = select(GarageStaff).where(
            GarageStaff.garage_id == garage_id, GarageStaff.id == staff_id
        )
        return (await self.session.scalars(statement)).one_or_none()

    async def again(self, row: GarageStaff) -> GarageStaff | None:
        """As it stands now that its garage is held; None for what is gone."""
        statement = select(GarageStaff).where(GarageStaff.id == row.id)
        fresh = statement.execution_options(populate_existing=True)
        return (await self.session.scalars(fresh)).one_or_none()

    async def remove_person(self, garage_id: UUID, access: Access) -> None:
        """Whoever owns it now is not of the staff any more."""
        mine = delete(GarageStaff).where(
            GarageStaff.garage_id == garage_id, self.is_owned(access.person)
        )
        await self.session.execute(mine)
