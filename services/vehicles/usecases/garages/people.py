"""Whose a garage is: its owner, its staff, and administrators, who may do whatever they may."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.vehicles.domain.garages.claims import Deed
from services.vehicles.storage.garages.claims import GarageAudit
from services.vehicles.storage.garages.models import Garage
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles_garages import GarageNewsKind, GarageNotice
from shared.errors import NotFound, RoleInsufficient
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Acting:
    """Who asks, and whether as an administrator: in a session of their own, not with a key and not in somebody's name."""

    access: Access
    is_admin: bool = False


async def read_garage(work: Work, *, garage_id: UUID) -> Garage:
    """Anybody may, a closed one too. Raises NotFound."""
    garage = await work.garages.one(garage_id)
    if garage is None:
        raise NotFound
    return garage


async def hold_any_garage(work: Work, *, garage_id: UUID, pointer: str | None = None) -> Garage:
    """Against whoever else would change it. Raises NotFound."""
    garage = await work.garages.held(garage_id)
    if garage is None:
        raise NotFound(pointer=pointer)
    return garage


async def hold_garage(work: Work, *, by: Acting, garage_id: UUID) -> Garage:
    """For its people: prices, hours, services, bookings. Raises NotFound, RoleInsufficient."""
    garage = await hold_any_garage(work, garage_id=garage_id)
    if not by.is_admin and not await work.garages.works_at(by.access, garage_id):
        raise RoleInsufficient
    return garage


async def hold_as_owner(work: Work, *, by: Acting, garage_id: UUID) -> Garage:
    """For its owner: staff, closing, handing it over. Raises NotFound, RoleInsufficient."""
    garage = await hold_any_garage(work, garage_id=garage_id)
    if not by.is_admin and garage.owner_id != by.access.person:
        raise RoleInsufficient
    return garage


def is_makers(garage: Garage, by: Acting) -> bool:
    """An entry that nobody has ever proven theirs is described by whoever made it."""
    return garage.claimed_at is None and garage.made_by == by.access.person


def note_deed(
    work: Work,
    garage: Garage,
    deed: Deed,
    *,
    actor_id: UUID | None,
    about_id: UUID | None = None,
    **facts: Any,
) -> None:
    row = GarageAudit(
        id=new_id(),
        garage_id=garage.id,
        kind=deed,
        actor_id=actor_id,
        about_id=about_id,
        facts=facts,
        at=work.now,
    )
    work.garage_audit.add(row)


def tell_person(
    work: Work,
    person_id: UUID,
    kind: GarageNewsKind,
    garage: Garage,
    *,
    words: str | None = None,
) -> None:
    work.emit(
        GarageNotice(
            notice_id=new_id(),
            account_id=person_id,
            kind=kind,
            garage_id=garage.id,
            garage_name=garage.name,
            words=words,
            occurred_at=work.now,
        )
    )
