"""Who may see a car, copied beside the copy of the car: a service that keeps something of shared cars obeys the same table as the one
that owns them.

A service subclasses `CarMemberColumns` with the key of its own copy, and keeps it with `keep_members`, from each `VehicleChanged` that
was news.
"""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.access import Access
from shared.contracts.roles import ROLES_THAT_MAY, SHOWN_TO_VIEWERS, THEIR_OWN, May, Role
from shared.contracts.vehicles import CarMember


class CarMemberColumns:
    """`vehicle_id`, a part of the key that goes with the copy of the car, is the service's own to declare."""

    account_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    role: Mapped[str]
    documents_visible: Mapped[bool]
    costs_visible: Mapped[bool]


class Holds(Protocol):
    """A unit of work."""

    session: AsyncSession

    async def hold_all(self, people: set[UUID]) -> None: ...
    async def hold(self, person: UUID) -> bool: ...


def shared_for(model: Any, access: Access, what: May) -> ColumnElement[UUID]:
    """As an array: the cars of others with which somebody may do that."""
    ways: list[ColumnElement[bool]] = [model.role.in_(sorted(ROLES_THAT_MAY[what] - {Role.OWNER}))]
    if what in SHOWN_TO_VIEWERS:
        switch: ColumnElement[bool] = getattr(model, SHOWN_TO_VIEWERS[what])
        ways.append(and_(model.role == Role.VIEWER, switch))
    return _cars(model, access, or_(*ways))


def shared_for_their_own(model: Any, access: Access, what: May) -> ColumnElement[UUID]:
    """As an array: the cars of others with which somebody may do that to what they made."""
    return _cars(model, access, model.role.in_(sorted(THEIR_OWN[what])))


def _cars(model: Any, access: Access, condition: ColumnElement[bool]) -> ColumnElement[UUID]:
    theirs = select(model.vehicle_id).where(model.account_id == access.person, condition)
    return func.array(theirs.scalar_subquery())


async def keep_members(
    work: Holds, model: Any, *, vehicle_id: UUID, members: Sequence[CarMember]
) -> None:
    """These and no others; not who is erased meanwhile. The caller knows that nothing newer has been heard of the car."""
    await work.hold_all({member.person_id for member in members})
    living = [member for member in members if await work.hold(member.person_id)]
    others = model.account_id.not_in([member.person_id for member in living])
    await work.session.execute(delete(model).where(model.vehicle_id == vehicle_id, others))
    for member in living:
        said = {
            "role": member.role.value,
            "documents_visible": member.documents_visible,
            "costs_visible": member.costs_visible,
        }
        row = insert(model).values(vehicle_id=vehicle_id, account_id=member.person_id, **said)
        keys = [model.vehicle_id, model.account_id]
        await work.session.execute(row.on_conflict_do_update(index_elements=keys, set_=said))
