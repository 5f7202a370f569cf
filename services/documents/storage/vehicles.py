from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from services.documents.storage.models import CarMemberCopy, OwnerPlan, VehicleCopy
from shared.access import Access
from shared.contracts.roles import May
from shared.db.car_members import shared_for, shared_for_their_own
from shared.db.newest import keep_later, newest_wins
from shared.db.owner_plans import PlansOfOwners
from shared.db.repository import Repository
from shared.errors import NotFound, RoleInsufficient

_PUT = newest_wins(VehicleCopy)


class VehicleCopyRepository(Repository[VehicleCopy]):
    model = VehicleCopy

    def put(self, *, vehicle_id: UUID, owner_id: UUID, version: int, deleted: bool) -> None:
        row = {"vehicle_id": vehicle_id, "owner_id": owner_id, "version": version}
        keep_later(self.session, _PUT, {**row, "deleted": deleted})

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        """A car that is there."""
        return and_(super().is_seen(access), VehicleCopy.deleted.is_(False))

    async def is_there(self, access: Access, vehicle_id: UUID) -> bool:
        """Their own car. And stays so until the transaction ends: who hears that it is gone finds what was filed under it."""
        found = await self.session.scalar(
            select(VehicleCopy.vehicle_id)
            .where(self.is_seen(access), VehicleCopy.vehicle_id == vehicle_id)
            .with_for_update(read=True)
        )
        return found is not None

    async def owner_for(self, access: Access, vehicle_id: UUID) -> UUID:
        """Whose paper it becomes that this person files under this car. It is there until the transaction ends. Raises NotFound,
        RoleInsufficient.
        """
        if await self.is_there(access, vehicle_id):
            return access.person
        write = May.WRITE_DOCUMENTS
        files = or_(
            VehicleCopy.vehicle_id == func.any(shared_for(CarMemberCopy, access, write)),
            VehicleCopy.vehicle_id == func.any(shared_for_their_own(CarMemberCopy, access, write)),
        )
        living = (VehicleCopy.vehicle_id == vehicle_id, VehicleCopy.deleted.is_(False))
        held = select(VehicleCopy.owner_id).where(*living, files).with_for_update(read=True)
        owner: UUID | None = await self.session.scalar(held)
        if owner is not None:
            return owner
        knows = VehicleCopy.vehicle_id == func.any(shared_for(CarMemberCopy, access, May.SEE_CAR))
        known = await self.session.scalar(select(VehicleCopy.vehicle_id).where(*living, knows))
        raise (
            NotFound(pointer="/vehicle_id")
            if known is None
            else RoleInsufficient(pointer="/vehicle_id")
        )

    async def is_newest(self, vehicle_id: UUID, version: int) -> bool:
        """Whether nothing newer has been heard of it."""
        found = select(VehicleCopy.version).where(VehicleCopy.vehicle_id == vehicle_id)
        return await self.session.scalar(found) == version


class OwnerPlanRepository(PlansOfOwners[OwnerPlan]):
    model = OwnerPlan
    newest = newest_wins(OwnerPlan)
