"""As what somebody stands before a car: asked once where many kinds of things of one car are read together."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, Uuid, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.cars.roles import (
    ROLES_THAT_MAY,
    SHOWN_TO_VIEWERS,
    THEIR_OWN,
    May,
    Role,
)
from services.vehicles.storage.cars.models import Membership, Vehicle
from services.vehicles.storage.cars.vehicles import VehicleRepository
from shared.access import Access

SOMEBODY: BindParameter[UUID] = bindparam("somebody", type_=Uuid)
THAT: BindParameter[UUID] = bindparam("that", type_=Uuid)
AS_MEMBER = select(Membership.role, Membership.documents_visible, Membership.costs_visible).where(
    and_(Membership.vehicle_id == THAT, Membership.member_id == SOMEBODY)
)


@dataclass(frozen=True, slots=True)
class Standing:
    role: Role
    documents_visible: bool = False
    costs_visible: bool = False

    def may(self, what: May) -> bool:
        """With everything of the car."""
        if self.role in ROLES_THAT_MAY[what]:
            return True
        switch = SHOWN_TO_VIEWERS.get(what)
        return self.role is Role.VIEWER and switch is not None and bool(getattr(self, switch))

    def may_own(self, what: May) -> bool:
        """With what they made themselves, and nothing else."""
        return not self.may(what) and self.role in THEIR_OWN.get(what, frozenset())


class StandingRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def before(self, access: Access, vehicle_id: UUID) -> Standing:
        """The caller has found that they see the car: who is no member of it then is its owner."""
        said = {SOMEBODY.key: access.person, THAT.key: vehicle_id}
        row = (await self.session.execute(AS_MEMBER, said)).first()
        return standing_of(row) if row is not None else Standing(Role.OWNER)

    async def of_each(self, access: Access) -> dict[UUID, Standing]:
        """Before each car they see."""
        rows = (await self.session.execute(_of_each(), {SOMEBODY.key: access.person})).all()
        return {row.id: standing_of(row) for row in rows}


def standing_of(row: Any) -> Standing:
    """`row`: role, documents_visible, costs_visible; all of them empty for its owner."""
    if row.role is None:
        return Standing(Role.OWNER)
    return Standing(Role(row.role), row.documents_visible, row.costs_visible)


MEMBERSHIP: Final = and_(Membership.vehicle_id == Vehicle.id, Membership.member_id == SOMEBODY)
STANDING: Final = (Membership.role, Membership.documents_visible, Membership.costs_visible)


def seen_cars(session: AsyncSession) -> ColumnElement[bool]:
    """The cars that SOMEBODY sees: for statements that are said once, whoever asks."""
    return VehicleRepository(session).is_seen(Access(cast("UUID", SOMEBODY)))


@cache
def _of_each() -> Select[Any]:
    nowhere = cast("AsyncSession", None)  # said, not asked
    columns: list[Any] = [Vehicle.id, *STANDING]
    return select(*columns).outerjoin(Membership, MEMBERSHIP).where(seen_cars(nowhere))
