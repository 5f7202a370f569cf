from collections.abc import Collection, Sequence
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    and_,
    bindparam,
    func,
    not_,
    or_,
    select,
)

from services.vehicles.domain.cars.lifecycle import GONE, Lifecycle
from services.vehicles.domain.cars.roles import May, Role, Standing
from services.vehicles.domain.cars.standing import standing_of
from services.vehicles.domain.cars.units import Measured
from services.vehicles.storage.cars.models import Membership, OwnerZone, Vehicle
from services.vehicles.storage.of_vehicle import shared_for
from shared.access import Access
from shared.db.repository import Repository
from shared.errors import RoleInsufficient

THESE = func.any(bindparam("these", type_=ARRAY(Uuid)))
SHARED = select(Vehicle.id, Vehicle.owner_id, Vehicle.shared_with).where(Vehicle.id == THESE)
UNITS = select(Vehicle.id, Vehicle.distance_unit).where(Vehicle.id == THESE)

SOMEBODY: Final = Access(cast("UUID", bindparam("somebody", type_=Uuid)))
THAT = bindparam("that", type_=Uuid)
_HOLDING: Final[dict[tuple[May, bool], Select[Vehicle]]] = {}


class VehicleRepository(Repository[Vehicle]):
    model = Vehicle

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        return self.is_allowed(access, May.SEE_CAR)

    def is_changed(self, access: Access) -> ColumnElement[bool]:
        return self.is_allowed(access, May.EDIT_CAR)

    def is_allowed(self, access: Access, what: May) -> ColumnElement[bool]:
        mine = and_(self.is_owned(access.person), Vehicle.trashed_at.is_(None))
        return or_(mine, Vehicle.id == func.any(shared_for(access, what)))

    def listed(
        self,
        access: Access,
        *,
        lifecycle: Lifecycle | None,
        tag: str | None,
        group_id: UUID | None,
    ) -> Select[Vehicle]:
        statement = self.seen_by(access)
        if lifecycle is not None:
            statement = statement.where(Vehicle.lifecycle == lifecycle)
        if tag is not None:
            statement = statement.where(Vehicle.tags.contains([tag]))
        if group_id is not None:
            statement = statement.where(Vehicle.group_id == group_id)
        return statement

    def _holding(self, what: May, *, shared: bool) -> Select[Vehicle]:
        """`that` car for `somebody`: made once, for to say it anew with each change took longer than to ask it."""
        if (what, shared) not in _HOLDING:
            allowed = self.is_allowed(SOMEBODY, what)
            statement = select(Vehicle).where(allowed, Vehicle.id == THAT)
            _HOLDING[what, shared] = statement.with_for_update(read=shared, of=Vehicle)
        return _HOLDING[what, shared]

    async def one_held(
        self, access: Access, vehicle_id: UUID, what: May, *, shared: bool = False
    ) -> Vehicle:
        """Locked until the transaction ends, for whoever may do that; raises NotFound, RoleInsufficient."""
        said = {"somebody": access.person, "that": vehicle_id}
        found = await self.session.scalars(self._holding(what, shared=shared), said)
        vehicle = found.one_or_none()
        if vehicle is None:
            await self.one_seen(access, vehicle_id)
            raise RoleInsufficient
        return vehicle

    def shared(
        self,
        access: Access,
        found: Select[Vehicle],
        *,
        role: Role | None,
        is_shared: bool | None,
    ) -> Select[Vehicle]:
        """Of these, those to which they are that; only what others share with them, or only their own."""
        mine = self.is_owned(access.person)
        if is_shared is not None:
            found = found.where(not_(mine) if is_shared else mine)
        if role is Role.OWNER:
            return found.where(mine)
        if role is not None:
            theirs = select(Membership.vehicle_id).where(
                Membership.member_id == access.person, Membership.role == role
            )
            found = found.where(Vehicle.id == func.any(func.array(theirs.scalar_subquery())))
        return found

    async def all_owned(self, owner_id: UUID) -> Sequence[Vehicle]:
        """Without what others share with them."""
        mine = select(Vehicle).where(self.is_owned(owner_id), Vehicle.trashed_at.is_(None))
        return (await self.session.scalars(mine.order_by(Vehicle.created_at, Vehicle.id))).all()

    async def all_held(self, access: Access) -> Sequence[Vehicle]:
        """Their own and those shared with them, the trash included; locked, in one order, before anything of them."""
        shared = select(Membership.vehicle_id).where(Membership.member_id == access.person)
        statement = select(Vehicle).where(or_(self.is_owned(access.person), Vehicle.id.in_(shared)))
        return (await self.session.scalars(statement.order_by(Vehicle.id).with_for_update())).all()

    async def held(self, vehicle_id: UUID) -> Vehicle | None:
        """Locked until the transaction ends, for whoever has a key to it that is not a role: a token."""
        living = select(Vehicle).where(Vehicle.id == vehicle_id, Vehicle.trashed_at.is_(None))
        return (await self.session.scalars(living.with_for_update())).one_or_none()

    async def one_for(self, access: Access, vehicle_id: UUID, what: May) -> Vehicle:
        """To read what not everybody may who sees the car. Raises NotFound, RoleInsufficient."""
        statement = select(Vehicle).where(self.is_allowed(access, what), Vehicle.id == vehicle_id)
        vehicle = (await self.session.scalars(statement)).one_or_none()
        if vehicle is None:
            await self.one_seen(access, vehicle_id)
            raise RoleInsufficient
        return vehicle

    async def count_owned(self, owner_id: UUID) -> int:
        """For the quota: those still theirs and not in the trash."""
        owned = select(func.count()).select_from(Vehicle)
        counted = owned.where(
            self.is_owned(owner_id), Vehicle.trashed_at.is_(None), Vehicle.lifecycle.not_in(GONE)
        )
        return (await self.session.scalar(counted)) or 0

    async def with_photo(self, access: Access, document_id: UUID) -> Sequence[Vehicle]:
        """Locked, in one order; those in the trash too."""
        statement = select(Vehicle).where(
            self.is_owned(access.person), Vehicle.photo_id == document_id
        )
        return (await self.session.scalars(statement.order_by(Vehicle.id).with_for_update())).all()

    async def some_seen(self, access: Access, ids: Collection[UUID]) -> Sequence[Vehicle]:
        return (await self.session.scalars(self.seen_by(access).where(Vehicle.id.in_(ids)))).all()

    async def all_seen(self, access: Access) -> Sequence[Vehicle]:
        statement = self.seen_by(access).order_by(Vehicle.created_at, Vehicle.id)
        return (await self.session.scalars(statement)).all()

    async def all_allowed(self, access: Access, what: May) -> Sequence[Vehicle]:
        """With which they may do that."""
        statement = select(Vehicle).where(self.is_allowed(access, what))
        return (await self.session.scalars(statement.order_by(Vehicle.id))).all()

    async def hiding_costs(self, access: Access) -> set[UUID]:
        """Cars they see, and not what they cost."""
        statement = self.seen_by(access).where(not_(self.is_allowed(access, May.SEE_COSTS)))
        return set(await self.session.scalars(statement.with_only_columns(Vehicle.id)))

    async def kept_elsewhere(self, access: Access) -> Sequence[Any]:
        """Rows of (car, zone), of those kept in a place of their own and those of others, whose day may be another."""
        statement = (
            self.seen_by(access)
            .outerjoin(OwnerZone, OwnerZone.account_id == Vehicle.owner_id)
            .where(or_(Vehicle.timezone.is_not(None), not_(self.is_owned(access.person))))
            .with_only_columns(Vehicle.id, func.coalesce(Vehicle.timezone, OwnerZone.timezone))
        )
        return (await self.session.execute(statement)).all()

    async def zones(self, ids: Collection[UUID]) -> dict[UUID, str | None]:
        """Of everybody: where each of these cars is kept, else where its owner lives, if we have heard of them."""
        zone = func.coalesce(Vehicle.timezone, OwnerZone.timezone)
        statement = (
            select(Vehicle.id, zone.label("zone"))
            .outerjoin(OwnerZone, OwnerZone.account_id == Vehicle.owner_id)
            .where(Vehicle.id.in_(ids))
        )
        return {row.id: row.zone for row in await self.session.execute(statement)}

    async def measured(self, ids: Collection[UUID]) -> dict[UUID, Measured]:
        """In which unit the distances of these cars are told; the caller has seen something of each."""
        found = await self.session.execute(UNITS, {"these": list(ids)})
        return {row.id: row for row in found.all()}

    async def standings(self, access: Access, ids: Collection[UUID]) -> dict[UUID, Standing]:
        """What somebody is to each of these cars; they have seen something of each."""
        if not ids:
            return {}
        found = await self.session.execute(SHARED, {"these": list(ids)})
        return {row.id: standing_of(row, access.person) for row in found.all()}

    async def vin_exists(self, owner_id: UUID, vin: str, *, other_than: UUID | None) -> bool:
        """Of the cars this person owns: a number is unique among them."""
        statement = select(Vehicle).where(
            self.is_owned(owner_id), Vehicle.vin == vin, Vehicle.trashed_at.is_(None)
        )
        if other_than is not None:
            statement = statement.where(Vehicle.id != other_than)
        return (await self.session.scalars(statement.limit(1))).one_or_none() is not None

    async def counts(self, access: Access) -> Sequence[Any]:
        """Rows of (fuel type, transmission, how many)."""
        statement = (
            self.seen_by(access)
            .with_only_columns(Vehicle.fuel_type, Vehicle.transmission, func.count())
            .group_by(Vehicle.fuel_type, Vehicle.transmission)
        )
        return (await self.session.execute(statement)).all()
