from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from services.vehicles.domain.cars.roles import ROLES_THAT_MAY, SHOWN_TO_VIEWERS, May, Role
from services.vehicles.storage.cars.models import Membership, Vehicle
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

    async def who_may(self, vehicle_id: UUID, what: May) -> list[UUID]:
        """Everybody who may do that with everything of a car that is there: its owner first, then its members by their ids.

        For telling people of it. A driver who may do it with rows of their own only is not among them.
        """
        roles = sorted(ROLES_THAT_MAY[what] - {Role.OWNER})
        ways: list[ColumnElement[bool]] = [Membership.role.in_(roles)]
        if what in SHOWN_TO_VIEWERS:
            ways.append(
                and_(Membership.role == Role.VIEWER, getattr(Membership, SHOWN_TO_VIEWERS[what]))
            )
        of_car = Membership.vehicle_id == vehicle_id
        living = (Vehicle.id == vehicle_id, Vehicle.trashed_at.is_(None))
        owner = await self.session.scalar(select(Vehicle.owner_id).where(*living))
        if owner is None:
            return []
        found = select(Membership.member_id).where(of_car, or_(*ways))
        members = await self.session.scalars(found.order_by(Membership.member_id))
        return [owner, *members]
