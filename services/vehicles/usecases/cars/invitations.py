"""Sharing a car with an address: whoever proves that it is theirs may take it, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pydantic import SecretStr

from services.vehicles.domain.cars.roles import May, Role, Standing
from services.vehicles.domain.cars.standing import standing_of
from services.vehicles.errors.cars import AlreadyMember, InvitedJustNow, MembersFull
from services.vehicles.storage.cars.models import Invitation, Membership, Vehicle
from services.vehicles.storage.cars.offers import OfferState
from services.vehicles.usecases.cars.members import (
    MOST_MEMBERS,
    add_member,
    tell_sharing,
)
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.cars.offers import (
    language_of,
    name_of,
    refuse_settled,
    settle,
    take_offer,
)
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.contracts.vehicles import InvitationIssued, SharingKind
from shared.errors import NotFound, RoleInsufficient
from shared.ids import new_id
from shared.mailboxes import canonical
from shared.security.secrets import digest, opaque_token

LIFETIME = timedelta(days=7)
PAUSE = timedelta(minutes=1)
"""Between two mails to one address about one car."""
MOST_A_DAY = 50
"""Of one owner's cars together: nobody floods strangers with mail in our name."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Which invitation somebody answers: by the token of the mail, or as `read_my_invitations` names it."""

    token: str | None = None
    invitation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation as whoever it is for sees it."""

    invitation: Invitation
    vehicle_name: str
    inviter_name: str | None


async def invite(
    work: Work,
    *,
    access: Access,
    vehicle_id: UUID,
    email: str,
    standing: Standing,
    language: Language,
) -> Invitation:
    """Asking again makes a new token, and the old one opens nothing. Whether the address has an account is not told."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.MANAGE_MEMBERS)
    gives = standing_of(vehicle, access.person).gives
    if standing.role not in gives:
        raise RoleInsufficient(pointer="/role")
    key = canonical(email)
    others = await work.invitations.open_of_vehicle(vehicle.id)
    known = next((each for each in others if each.email_key == key), None)
    if known is not None and Role(known.role) not in gives:
        raise RoleInsufficient(pointer="/email")
    waiting = [each for each in others if each is not known and each.expires_at > work.now]
    if await work.memberships.count_of_vehicle(vehicle.id) + len(waiting) >= MOST_MEMBERS:
        raise MembersFull(limit=MOST_MEMBERS)
    await _refuse_floods(work, vehicle, known)
    invitation = known or work.invitations.add(
        Invitation(
            id=new_id(), owner_id=vehicle.owner_id, vehicle_id=vehicle.id, created_at=work.now
        )
    )
    token = opaque_token()
    invitation.email, invitation.email_key = email, key
    invitation.role = standing.role
    invitation.documents_visible = standing.documents_visible
    invitation.costs_visible = standing.costs_visible
    invitation.token_digest, invitation.state = digest(token), OfferState.OPEN
    invitation.made_by, invitation.asked_at = access.person, work.now
    invitation.expires_at = work.now + LIFETIME
    inviter = await name_of(work, access)
    work.emit(
        InvitationIssued(
            invitation_id=invitation.id,
            account_id=access.person,
            email=email,
            token=SecretStr(token),
            language=await language_of(work, key, language),
            vehicle_name=vehicle.name,
            inviter_name=inviter,
            role=standing.role,
            expires_at=invitation.expires_at,
        )
    )
    if vehicle.owner_id != access.person:
        tell_sharing(
            work,
            vehicle.owner_id,
            SharingKind.PERSON_INVITED,
            vehicle,
            other=inviter,
            role=standing.role,
        )
    return invitation


async def _refuse_floods(work: Work, vehicle: Vehicle, known: Invitation | None) -> None:
    if known is not None and known.asked_at + PAUSE > work.now:
        wait = known.asked_at + PAUSE - work.now
        raise InvitedJustNow(headers={"Retry-After": str(max(1, round(wait.total_seconds())))})
    since = work.now - timedelta(days=1)
    if await work.invitations.count_since(vehicle.owner_id, since) >= MOST_A_DAY:
        raise InvitedJustNow(headers={"Retry-After": "3600"})


async def read_invitations(work: Work, *, access: Access, vehicle_id: UUID) -> Sequence[Invitation]:
    """Those that wait, for whoever may invite. Raises NotFound, RoleInsufficient."""
    vehicle = await work.vehicles.one_seen(access, vehicle_id)
    if not standing_of(vehicle, access.person).may(May.MANAGE_MEMBERS):
        raise RoleInsufficient
    found = await work.invitations.open_of_vehicle(vehicle.id)
    return [each for each in found if each.expires_at > work.now]


async def withdraw_invitation(
    work: Work, *, access: Access, vehicle_id: UUID, invitation_id: UUID
) -> None:
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.MANAGE_MEMBERS)
    invitation = await work.invitations.one_changed(access, invitation_id)
    if invitation.vehicle_id != vehicle.id:
        raise NotFound
    if Role(invitation.role) not in standing_of(vehicle, access.person).gives:
        raise RoleInsufficient
    refuse_settled(invitation, now=work.now)
    settle(work, invitation, OfferState.WITHDRAWN)


async def accept_invitation(
    work: Work, *, access: Access, answering: Answering
) -> tuple[Vehicle, Membership]:
    invitation, vehicle, me = await take_offer(
        work, work.invitations, access=access, found=await _found(work, access, answering)
    )
    is_member = await work.memberships.one_of_vehicle(vehicle.id, access.person) is not None
    if is_member or vehicle.owner_id == access.person:
        raise AlreadyMember
    if await work.memberships.count_of_vehicle(vehicle.id) >= MOST_MEMBERS:
        raise MembersFull(limit=MOST_MEMBERS)
    role = Role(invitation.role)
    standing = Standing(role, invitation.documents_visible, invitation.costs_visible)
    inviter = invitation.made_by
    settle(work, invitation, OfferState.ACCEPTED)
    member = await add_member(work, vehicle=vehicle, person_id=access.person, standing=standing)
    told = {vehicle.owner_id}
    if inviter is not None and await work.memberships.one_of_vehicle(vehicle.id, inviter):
        told.add(inviter)
    for person in sorted(told):
        tell_sharing(work, person, SharingKind.MEMBER_JOINED, vehicle, other=me.name, role=role)
    return vehicle, member


async def decline_invitation(work: Work, *, access: Access, answering: Answering) -> None:
    invitation, vehicle, me = await take_offer(
        work, work.invitations, access=access, found=await _found(work, access, answering)
    )
    settle(work, invitation, OfferState.DECLINED)
    tell_sharing(work, vehicle.owner_id, SharingKind.INVITATION_DECLINED, vehicle, other=me.name)


async def read_my_invitations(work: Work, *, access: Access) -> list[Waiting]:
    """What waits for the address this person has proven."""
    me = await work.owners.of(access)
    if me is None or not me.verified or me.email_key is None:
        return []
    found = await work.invitations.for_address(me.email_key, now=work.now)
    cars = await work.vehicles.these([each.vehicle_id for each in found])
    names = {car.id: car.name for car in cars if car.trashed_at is None}
    people = await work.owners.names({each.made_by for each in found if each.made_by})
    return [
        Waiting(each, names[each.vehicle_id], people.get(each.made_by) if each.made_by else None)
        for each in found
        if each.vehicle_id in names
    ]


async def _found(work: Work, access: Access, answering: Answering) -> Invitation | None:
    """By its id only what is for the address they have proven: an id is no secret."""
    if answering.token is not None:
        return await work.invitations.by_digest(digest(answering.token))
    if answering.invitation_id is None:
        return None
    found = await work.invitations.by_id(answering.invitation_id)
    me = await work.owners.of(access)
    is_theirs = me is not None and me.verified and me.email_key is not None
    return found if found and me and is_theirs and found.email_key == me.email_key else None
