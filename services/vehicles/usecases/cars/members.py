"""With whom a car is shared, and as what. Whoever changes it holds the car; the car says it to the other services."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from services.vehicles.domain.cars.roles import May, Role, Standing
from services.vehicles.domain.cars.standing import OWNING, standing_of, written
from services.vehicles.errors.cars import OwnerStays
from services.vehicles.storage.cars.models import Membership, Vehicle
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles import SharingKind, SharingNotice
from shared.errors import NotFound, RoleInsufficient
from shared.ids import new_id

MOST_MEMBERS = 20


class MemberFacts(TypedDict, total=False):
    """What is absent stays as it is."""

    role: Role
    documents_visible: bool
    costs_visible: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has a car, as owner or member."""

    person: UUID
    name: str | None
    standing: Standing
    since: datetime
    is_caller: bool


async def read_members(work: Work, *, access: Access, vehicle_id: UUID) -> list[Person]:
    """The owner first. Whoever may not manage members sees the owner and themselves."""
    vehicle = await work.vehicles.one_seen(access, vehicle_id)
    members = await work.memberships.of_vehicle(vehicle.id)
    standings = {vehicle.owner_id: (OWNING, vehicle.created_at)} | {
        each.member_id: (_standing(each), each.created_at) for each in members
    }
    if not standing_of(vehicle, access.person).may(May.MANAGE_MEMBERS):
        shown = {vehicle.owner_id, access.person}
        standings = {person: said for person, said in standings.items() if person in shown}
    names = await work.owners.names(standings)
    return [
        Person(person, names.get(person), standing, since, is_caller=person == access.person)
        for person, (standing, since) in standings.items()
    ]


async def edit_member(
    work: Work, *, access: Access, vehicle_id: UUID, person_id: UUID, facts: MemberFacts
) -> Person:
    vehicle, member = await _managed(work, access, vehicle_id, person_id)
    before = _standing(member)
    gives = standing_of(vehicle, access.person).gives
    if facts.get("role", before.role) not in gives:
        raise RoleInsufficient(pointer="/role")
    for name, value in facts.items():
        setattr(member, name, value)
    if _standing(member) != before:
        await keep_members(work, vehicle)
        tell_sharing(work, person_id, SharingKind.ROLE_CHANGED, vehicle, role=Role(member.role))
    names = await work.owners.names([person_id])
    return Person(
        person_id, names.get(person_id), _standing(member), member.created_at, is_caller=False
    )


async def remove_member(work: Work, *, access: Access, vehicle_id: UUID, person_id: UUID) -> None:
    """What they made stays, under a name that leads to nobody."""
    if person_id == access.person:
        await leave_vehicle(work, access=access, vehicle_id=vehicle_id)
        return
    vehicle, member = await _managed(work, access, vehicle_id, person_id)
    await _end(work, vehicle, member)
    await keep_members(work, vehicle)
    tell_sharing(work, person_id, SharingKind.MEMBER_REMOVED, vehicle)
    if vehicle.owner_id != access.person:
        await _tell_owner(work, vehicle, SharingKind.MEMBER_GONE, person_id)


async def leave_vehicle(work: Work, *, access: Access, vehicle_id: UUID) -> None:
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.SEE_CAR)
    member = await work.memberships.one_of_vehicle(vehicle.id, access.person)
    if member is None:
        raise OwnerStays
    await _tell_owner(work, vehicle, SharingKind.MEMBER_GONE, access.person)
    await _end(work, vehicle, member)
    await keep_members(work, vehicle)


async def add_member(
    work: Work, *, vehicle: Vehicle, person_id: UUID, standing: Standing
) -> Membership:
    """The caller holds the car and the person, and has counted the members."""
    member = work.memberships.add(
        Membership(
            vehicle_id=vehicle.id,
            member_id=person_id,
            role=standing.role,
            documents_visible=standing.documents_visible,
            costs_visible=standing.costs_visible,
            created_at=work.now,
        )
    )
    await keep_members(work, vehicle)
    return member


async def end_memberships(work: Work, *, vehicle: Vehicle) -> list[UUID]:
    """All of them: the car goes to another owner. Whose they were; the caller tells the others."""
    ended = []
    for member in await work.memberships.of_vehicle(vehicle.id):
        await _end(work, vehicle, member)
        ended.append(member.member_id)
    vehicle.shared_with = []
    return ended


async def part_with(work: Work, *, person_id: UUID) -> None:
    """Before somebody is erased: they leave the cars of others, and who shared theirs is told that these are gone.

    All cars are held first, in one order, so that two such ends never wait for each other.
    """
    for vehicle in await work.vehicles.all_held(Access(person_id)):
        if vehicle.owner_id == person_id:
            tell_gone(work, vehicle)
            continue
        member = await work.memberships.one_of_vehicle(vehicle.id, person_id)
        if member is not None:
            await _end(work, vehicle, member)
            await keep_members(work, vehicle)


def tell_gone(work: Work, vehicle: Vehicle) -> None:
    """Everybody with whom a car was shared that its owner takes away."""
    for member in vehicle.shared_with:
        tell_sharing(work, UUID(member["person_id"]), SharingKind.CAR_GONE, vehicle)


async def keep_members(work: Work, vehicle: Vehicle) -> None:
    """The car's own list follows its memberships, and the others hear of it."""
    await work.flush()
    vehicle.shared_with = written(await work.memberships.of_vehicle(vehicle.id))
    announce_vehicle(work, vehicle=vehicle)


def tell_sharing(
    work: Work,
    person_id: UUID,
    kind: SharingKind,
    vehicle: Vehicle,
    *,
    other: str | None = None,
    role: Role | None = None,
) -> None:
    work.emit(
        SharingNotice(
            notice_id=new_id(),
            account_id=person_id,
            kind=kind,
            vehicle_id=vehicle.id,
            vehicle_name=vehicle.name,
            other_name=other,
            role=role,
            occurred_at=work.now,
        )
    )


async def _tell_owner(work: Work, vehicle: Vehicle, kind: SharingKind, person_id: UUID) -> None:
    names: dict[UUID, str | None] = await work.owners.names([person_id])
    tell_sharing(work, vehicle.owner_id, kind, vehicle, other=names.get(person_id))


async def _end(work: Work, vehicle: Vehicle, member: Membership) -> None:
    await work.authorship.forget(member.member_id, vehicle_id=vehicle.id, pseudonym=new_id())
    await work.memberships.remove(member)


async def _managed(
    work: Work, access: Access, vehicle_id: UUID, person_id: UUID
) -> tuple[Vehicle, Membership]:
    """Raises RoleInsufficient for whom the caller may not touch: the owner, and for a manager other managers."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.MANAGE_MEMBERS)
    member = await work.memberships.one_of_vehicle(vehicle.id, person_id)
    if member is None and person_id != vehicle.owner_id:
        raise NotFound
    if member is None or Role(member.role) not in standing_of(vehicle, access.person).gives:
        raise RoleInsufficient
    if not await work.hold(person_id, wait=False):
        raise NotFound  # being erased, they leave by themselves
    return vehicle, member


def _standing(member: Membership) -> Standing:
    return Standing(Role(member.role), member.documents_visible, member.costs_visible)
