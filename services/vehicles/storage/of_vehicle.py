from typing import ClassVar, TypeVar, final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.sql.selectable import ScalarSelect

from services.vehicles.domain.cars.roles import (
    ROLES_THAT_MAY,
    SHOWN_TO_VIEWERS,
    THEIR_OWN,
    May,
    Role,
)
from services.vehicles.storage.cars.models import Membership, Vehicle
from shared.access import Access
from shared.db.repository import Repository
from shared.db.ways import WAYS
from shared.errors import NotFound, RoleInsufficient

M = TypeVar("M")


def _members_that(access: Access, condition: ColumnElement[bool]) -> ScalarSelect[UUID]:
    """The cars shared with somebody in a way that allows it: worked out once a statement, so that an index serves the rest."""
    shared = select(Membership.vehicle_id).where(Membership.member_id == access.person, condition)
    return (
        shared.join(Vehicle, Vehicle.id == Membership.vehicle_id)
        .where(Vehicle.trashed_at.is_(None))
        .scalar_subquery()
    )


def shared_for(access: Access, what: May) -> ColumnElement[UUID]:
    """As an array: the cars of others with which somebody may do that."""
    members = sorted(ROLES_THAT_MAY[what] - {Role.OWNER})
    ways: list[ColumnElement[bool]] = [Membership.role == role for role in members]
    if what in SHOWN_TO_VIEWERS:
        switch: ColumnElement[bool] = getattr(Membership, SHOWN_TO_VIEWERS[what])
        ways.append(and_(Membership.role == Role.VIEWER, switch))
    return func.array(_members_that(access, or_(*ways) if ways else Membership.role == Role.OWNER))


def shared_for_their_own(access: Access, what: May) -> ColumnElement[UUID]:
    """As an array: the cars of others with which somebody may do that to rows they made."""
    ways = [Membership.role == role for role in sorted(THEIR_OWN[what])]
    return func.array(_members_that(access, or_(*ways)))


class OfVehicleRepository(Repository[M]):
    """Things that belong to a car, seen and changed by whoever has the role for it.

    Whoever changes one holds the car first, so that changes of one car happen one by one.
    """

    sees: ClassVar[May] = May.READ_CARE
    changes: ClassVar[May] = May.WRITE_CARE

    def is_seen(self, access: Access) -> ColumnElement[bool]:
        return self.is_allowed(access, self.sees)

    def is_changed(self, access: Access) -> ColumnElement[bool]:
        return self.is_allowed(access, self.changes)

    def select_seen(self, access: Access) -> Select[M]:
        """A list of it walks one's own along one index, and what is shared with one along another."""
        ways = self.ways(access, self.sees)
        return select(self.model).where(or_(*ways)).execution_options(**{WAYS: ways})

    @final
    def is_allowed(self, access: Access, what: May) -> ColumnElement[bool]:
        return or_(*self.ways(access, what))

    @final
    def is_allowed_anywhere(self, access: Access, what: May) -> ColumnElement[bool]:
        """The same of what lies in a trash of its own, too."""
        return or_(*self._ways_anywhere(access, what))

    def ways(self, access: Access, what: May) -> list[ColumnElement[bool]]:
        """In each of which a row may be theirs to see or change. What has a trash of its own leaves out what lies there."""
        return self._ways_anywhere(access, what)

    def _ways_anywhere(self, access: Access, what: May) -> list[ColumnElement[bool]]:
        """Of one's own cars that are not in the trash, and of those shared in a role that may."""
        vehicle = self._column("vehicle_id")
        trashed = select(Vehicle.id).where(
            Vehicle.owner_id == access.person, Vehicle.trashed_at.is_not(None)
        )
        theirs = and_(
            self.is_owned(access.person),
            vehicle != func.all(func.array(trashed.scalar_subquery())),
        )
        ways = [theirs, vehicle == func.any(shared_for(access, what))]
        if what in THEIR_OWN:
            mine = self._column("made_by") == access.person
            ways.append(and_(mine, vehicle == func.any(shared_for_their_own(access, what))))
        return ways

    async def one_seen(self, access: Access, row_id: UUID, *, pointer: str | None = None) -> M:
        """Raises NotFound for what lies in nobody's car they know, RoleInsufficient for what is in one and not shown to them."""
        found = await self.find_seen(access, row_id)
        if found is None and await self.vehicle_of(access, row_id) is not None:
            raise RoleInsufficient(pointer=pointer)
        if found is None:
            raise NotFound(pointer=pointer)
        return found

    async def vehicle_of(self, access: Access, row_id: UUID) -> UUID | None:
        """The car of a row, where they see the car; whether they see the row too is another question."""
        statement = select(self._column("vehicle_id")).where(
            self._column("id") == row_id, self.is_allowed(access, May.SEE_CAR)
        )
        found: UUID | None = await self.session.scalar(statement)
        return found
