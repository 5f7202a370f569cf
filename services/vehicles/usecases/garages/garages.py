"""Entries of the directory: made by anybody, described by its people, closed rather than forgotten."""

from datetime import timedelta
from typing import Any, Final, TypedDict
from uuid import UUID

from services.vehicles.domain.garages.claims import Deed
from services.vehicles.domain.garages.directory import Specialty
from services.vehicles.domain.garages.places import Known, Place, key_of, normal, twins
from services.vehicles.errors.garages import EnteredTooMany, GarageExists, ZoneUnknown
from services.vehicles.storage.garages.models import Garage
from services.vehicles.usecases.garages.people import (
    Acting,
    hold_any_garage,
    hold_as_owner,
    is_makers,
    note_deed,
)
from services.vehicles.usecases.garages.turned_away import Cause, turn_away
from services.vehicles.usecases.work import Work
from shared.errors import RoleInsufficient
from shared.ids import new_id
from shared.local_day import DEFAULT_ZONE

MOST_A_DAY: Final = 20
"""Entries of one person; administrators enter as many as they like."""
CONTACTS: Final = ("email", "phone")


class GarageFacts(TypedDict, total=False):
    """What somebody says of a garage; what is absent stays as it is."""

    id: UUID
    """Of a new one, as its client chose it."""
    name: str
    description: str | None
    street: str | None
    postal_code: str | None
    city: str
    country: str
    place: Place | None
    timezone: str | None
    """None: that of whoever enters it."""
    phone: str | None
    email: str | None
    website: str | None
    specialties: list[Specialty]


async def add_garage(work: Work, *, by: Acting, facts: GarageFacts, zone: str | None) -> Garage:
    """An unverified entry. Raises GarageExists with the one that is there, EnteredTooMany, ZoneUnknown."""
    if not by.is_admin:
        since = work.now - timedelta(days=1)
        if await work.garages.count_made(by.access, since=since) >= MOST_A_DAY:
            raise EnteredTooMany(headers={"Retry-After": "3600"})
    garage = Garage(
        id=facts.get("id") or new_id(),
        owner_id=None,
        made_by=by.access.person,
        version=1,
        specialties=[],
        timezone=zone or DEFAULT_ZONE,
        bays=1,
        cancel_hours=24,
        takes_bookings=False,
        rating_count=0,
        rating_sum=0,
        claimed_at=None,
        closed_at=None,
        created_at=work.now,
        updated_at=work.now,
    )
    await _describe(work, garage, by, facts)
    await _refuse_twins(work, garage)
    work.garages.add(garage)
    await work.flush()
    note_deed(work, garage, Deed.ENTERED, actor_id=by.access.person)
    return garage


async def edit_garage(work: Work, *, by: Acting, garage_id: UUID, facts: GarageFacts) -> Garage:
    """By its people; of an entry nobody has claimed yet, by who made it. Raises NotFound, RoleInsufficient, GarageExists."""
    garage = await hold_any_garage(work, garage_id=garage_id)
    if not (
        by.is_admin or is_makers(garage, by) or await work.garages.works_at(by.access, garage_id)
    ):
        raise RoleInsufficient
    before = _named(garage)
    await _describe(work, garage, by, facts)
    if _named(garage) != before:
        await _refuse_twins(work, garage)
    return _changed(work, garage)


async def remove_garage(
    work: Work, *, by: Acting, garage_id: UUID, reason: str | None = None
) -> None:
    """An entry nobody has claimed or reviewed goes; any other is closed: what was said there stays, and bookings ahead are called off.

    By its owner; by who made it, as long as it may go. Raises NotFound, RoleInsufficient, BookingsAhead.
    """
    garage = await hold_any_garage(work, garage_id=garage_id)
    may_go = garage.claimed_at is None and not await work.reviews.are_there(garage_id)
    is_owner = garage.owner_id == by.access.person
    if not (by.is_admin or is_owner or (may_go and is_makers(garage, by))):
        raise RoleInsufficient
    if may_go:
        await work.garages.remove(garage)
        return
    if garage.closed_at is None:
        ahead = await work.bookings.ahead(garage.id, work.now)
        turn_away(work, ahead, cause=Cause.CLOSED, reason=reason)
        garage.closed_at, garage.takes_bookings = work.now, False
        note_deed(work, garage, Deed.CLOSED, actor_id=by.access.person)
        _changed(work, garage)


async def reopen_garage(work: Work, *, by: Acting, garage_id: UUID) -> Garage:
    """In the lists again; bookings are opened apart. Raises NotFound, RoleInsufficient."""
    garage = await hold_as_owner(work, by=by, garage_id=garage_id)
    if garage.closed_at is not None:
        garage.closed_at = None
        note_deed(work, garage, Deed.REOPENED, actor_id=by.access.person)
        _changed(work, garage)
    return garage


def _changed(work: Work, garage: Garage) -> Garage:
    garage.version += 1
    garage.updated_at = work.now
    return garage


def _named(garage: Garage) -> tuple[object, ...]:
    """What tells it from others."""
    return (
        garage.country,
        garage.name_key,
        garage.city_key,
        garage.postal_code,
        garage.latitude,
        garage.longitude,
    )


async def _describe(work: Work, garage: Garage, by: Acting, facts: GarageFacts) -> None:
    said: dict[str, Any] = {**facts}
    zone = said.pop("timezone", None)
    if zone is not None and zone != garage.timezone:
        if not await work.garages.knows_zone(zone):
            raise ZoneUnknown(pointer="/timezone")
        garage.timezone = zone
    if any(name in said and said[name] != getattr(garage, name) for name in CONTACTS):
        garage.contact_by = None if by.is_admin else by.access.person
    if "place" in said:
        place: Place | None = said.pop("place")
        garage.latitude = place.latitude if place else None
        garage.longitude = normal(place.longitude) if place else None
    if "specialties" in said:
        said["specialties"] = list(dict.fromkeys(said["specialties"]))
    said.pop("id", None)
    for name, value in said.items():
        setattr(garage, name, value)
    garage.name_key, garage.city_key = key_of(garage.name), key_of(garage.city)


def _known(garage: Garage) -> Known:
    place = None
    if garage.latitude is not None and garage.longitude is not None:
        place = Place(garage.latitude, garage.longitude)
    return Known(place, garage.postal_code, garage.city_key)


async def _refuse_twins(work: Work, garage: Garage) -> None:
    """Raises GarageExists with what is there, the closed ones too, to be chosen instead."""
    await work.garages.hold_name(garage.country, garage.name_key)
    others = await work.garages.namesakes(garage.country, garage.name_key)
    found = twins(_known(garage), [(_known(each), each) for each in others if each is not garage])
    if found:
        told = [
            {
                "id": str(each.id),
                "name": each.name,
                "street": each.street,
                "city": each.city,
                "is_closed": each.closed_at is not None,
            }
            for each in found
        ]
        raise GarageExists(pointer="/name", garages=told)
