"""Who works at a garage beside its owner: asked by mail, there once they accept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from pydantic import SecretStr

from services.vehicles.domain.garages.claims import Deed
from services.vehicles.errors.cars import (
    AddressDiffers,
    AddressUnproven,
    InvitedJustNow,
    OfferGone,
)
from services.vehicles.errors.garages import AlreadyStaff, GarageFull
from services.vehicles.storage.garages.models import Garage, GarageStaff
from services.vehicles.usecases.garages.people import (
    Acting,
    hold_any_garage,
    hold_as_owner,
    hold_garage,
    note_deed,
    tell_person,
)
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.contracts.vehicles_garages import GarageNewsKind, GarageStaffInvited
from shared.errors import NotFound, RoleInsufficient
from shared.ids import new_id
from shared.mailboxes import canonical
from shared.security.secrets import digest, opaque_token

LIFETIME: Final = timedelta(days=7)
PAUSE: Final = timedelta(minutes=1)
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Colleague:
    row: GarageStaff
    name: str | None


async def invite_staff(
    work: Work, *, by: Acting, garage_id: UUID, email: str, language: Language
) -> GarageStaff:
    """By its owner. Asking again makes a new token, and the old one opens nothing. Whether the address has an account is not told."""
    garage = await hold_as_owner(work, by=by, garage_id=garage_id)
    key = canonical(email)
    others = await work.garage_staff.of_garage(garage.id)
    known = next((each for each in others if each.email_key == key), None)
    if known is not None and known.asked_at + PAUSE > work.now:
        raise InvitedJustNow(headers={"Retry-After": str(round(PAUSE.total_seconds()))})
    if known is None and len(others) >= MOST:
        raise GarageFull(limit=MOST)
    row = known or work.garage_staff.add(GarageStaff(id=new_id(), garage_id=garage.id))
    token = opaque_token()
    row.email, row.email_key, row.token_digest = email, key, digest(token)
    row.asked_at, row.expires_at = work.now, work.now + LIFETIME
    me = await work.owners.of(by.access)
    theirs = await work.owners.language_at(key)
    work.emit(
        GarageStaffInvited(
            invitation_id=row.id,
            account_id=by.access.person,
            email=email,
            token=SecretStr(token),
            language=Language(theirs) if theirs else language,
            garage_name=garage.name,
            inviter_name=me.name if me else None,
            expires_at=row.expires_at,
        )
    )
    return row


async def accept_staff(work: Work, *, access: Access, token: str) -> Garage:
    """Raises OfferGone, AddressUnproven, AddressDiffers, AlreadyStaff."""
    found = await work.garage_staff.by_digest(digest(token))
    if found is None:
        raise OfferGone
    garage = await hold_any_garage(work, garage_id=found.garage_id)
    row = await work.garage_staff.again(found)
    if row is None or row.token_digest is None or row.expires_at <= work.now:
        raise OfferGone
    me = await work.owners.of(access)
    if me is None or not me.verified or me.email_key is None:
        raise AddressUnproven
    if me.email_key != row.email_key:
        raise AddressDiffers
    if await work.garages.works_at(access, garage.id):
        raise AlreadyStaff
    row.account_id, row.joined_at = access.person, work.now
    row.email = row.email_key = row.token_digest = None
    note_deed(work, garage, Deed.STAFF_JOINED, actor_id=access.person, about_id=access.person)
    if garage.owner_id is not None:
        kind = GarageNewsKind.STAFF_JOINED
        tell_person(work, garage.owner_id, kind, garage, words=me.name)
    return garage


async def read_staff(work: Work, *, by: Acting, garage_id: UUID) -> Sequence[Colleague]:
    """For those who work there. Raises NotFound, RoleInsufficient."""
    if await work.garages.one(garage_id) is None:
        raise NotFound
    if not by.is_admin and not await work.garages.works_at(by.access, garage_id):
        raise RoleInsufficient
    rows = await work.garage_staff.of_garage(garage_id)
    names = await work.owners.names({each.account_id for each in rows if each.account_id})
    return [
        Colleague(each, names.get(each.account_id) if each.account_id else None) for each in rows
    ]


async def remove_staff(work: Work, *, by: Acting, garage_id: UUID, staff_id: UUID) -> None:
    """By the owner; anybody leaves by themselves. Raises NotFound, RoleInsufficient."""
    garage = await hold_garage(work, by=by, garage_id=garage_id)
    row = await work.garage_staff.one(garage.id, staff_id)
    if row is None:
        raise NotFound
    person = by.access.person
    if not by.is_admin and person not in {garage.owner_id, row.account_id}:
        raise RoleInsufficient
    if row.account_id is not None:
        note_deed(work, garage, Deed.STAFF_REMOVED, actor_id=person, about_id=row.account_id)
        if row.account_id != person:
            tell_person(work, row.account_id, GarageNewsKind.STAFF_REMOVED, garage)
    await work.garage_staff.remove(row)


async def hand_over_garage(work: Work, *, by: Acting, garage_id: UUID, staff_id: UUID) -> Garage:
    """To somebody of the staff, in whose place the owner then is. Raises NotFound, RoleInsufficient."""
    garage = await hold_as_owner(work, by=by, garage_id=garage_id)
    row = await work.garage_staff.one(garage.id, staff_id)
    if row is None or row.account_id is None:
        raise NotFound(pointer="/staff")
    before, heir = garage.owner_id, row.account_id
    if before is not None and not await work.hold(before, wait=False):
        before = None
    if not await work.hold(heir, wait=False):
        raise NotFound(pointer="/staff")
    garage.owner_id, garage.claimed_at = heir, garage.claimed_at or work.now
    garage.version += 1
    garage.updated_at = work.now
    if before is None:
        await work.garage_staff.remove(row)
    else:
        row.account_id = before
    note_deed(work, garage, Deed.HANDED_OVER, actor_id=by.access.person, about_id=heir)
    tell_person(work, heir, GarageNewsKind.GARAGE_RECEIVED, garage)
    return garage
