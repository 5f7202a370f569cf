from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from services.vehicles.storage.cars.models import Membership
from shared.db.repository import Repository


class MembershipRepository(Repository[Membership]):
    model = Membership
    owner = "member_id"

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[Membership]:
        """The longest first. The caller has seen the car, and so has checked whose it is."""
        statement = select(Membership).where(Membership.vehicle_id == vehicle_id)
        ordered = statement.order_by(Membership.created_at, Membership.member_id)
        return (await self.session.scalars(ordered)).all()

    async def one_of_vehicle(self, vehicle_id: UUID, person_id: UUID) -> Membership | None:
        """To change it; the caller holds the car."""
        return await self.session.get(Membership, (vehicle_id, person_id))

    async def count_of_vehicle(self, vehicle_id: UUID) -> int:
        statement = select(func.count()).where(Membership.vehicle_id == vehicle_id)
        return (await self.session.scalar(statement)) or 0
