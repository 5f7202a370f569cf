"""Links by which somebody without an account writes a reading or a fill down for one car: given, ended, used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from services.vehicles.domain.cars.odometer import ReadingSource
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import DistanceUnit, to_metres
from services.vehicles.domain.moving.guests import (
    BACK,
    MOST_DAYS,
    MOST_LINKS,
    GuestAct,
    Hour,
    LinkState,
    is_of_a_guest,
    state_of,
)
from services.vehicles.errors.moving_out import (
    GuestDayWrong,
    GuestMayNot,
    GuestTooOften,
    LinkDayWrong,
    LinkDead,
    LinksFull,
)
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.moving.guests import GuestLink
from services.vehicles.usecases.cars.odometer import (
    NewReading,
    close,
    hold_vehicle,
    take_reading,
)
from services.vehicles.usecases.cars.owners import stand_with
from services.vehicles.usecases.running.describing import FillFacts
from services.vehicles.usecases.running.fills import add_fill
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id
from shared.security.secrets import digest, opaque_token


@dataclass(frozen=True, slots=True)
class Invited:
    """What a link is for."""

    label: str
    allows: Sequence[GuestAct]
    until: date


async def give_link(
    work: Work, *, access: Access, vehicle_id: UUID, invited: Invited
) -> tuple[GuestLink, str]:
    """With its token, which is told this once. Raises NotFound, RoleInsufficient, LinkDayWrong, LinksFull."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.MANAGE_MEMBERS)
    if not work.today <= invited.until <= work.today + timedelta(days=MOST_DAYS):
        raise LinkDayWrong(pointer="/until", most_days=MOST_DAYS)
    if await work.guest_links.count_open(vehicle.id, work.today) >= MOST_LINKS:
        raise LinksFull(limit=MOST_LINKS)
    token = opaque_token()
    link = GuestLink(
        id=new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=access.person,
        label=invited.label,
        allows=[act.value for act in dict.fromkeys(invited.allows)],
        token_digest=digest(token),
        until=invited.until,
        created_at=work.now,
        used=0,
        hour_used=0,
    )
    return work.guest_links.add(link), token


async def read_links(
    work: Work, *, access: Access, vehicle_id: UUID
) -> Sequence[tuple[GuestLink, LinkState]]:
    """All of a car, the latest first. Raises NotFound, RoleInsufficient."""
    vehicle = await work.vehicles.one_for(access, vehicle_id, May.MANAGE_MEMBERS)
    await stand_with(work, Access(vehicle.owner_id))
    if vehicle.timezone is not None:
        work.stand_in(vehicle.timezone)
    return [(link, state(work, link)) for link in await work.guest_links.of_vehicle(vehicle.id)]


def state(work: Work, link: GuestLink) -> LinkState:
    """On the car's day."""
    return state_of(until=link.until, revoked_at=link.revoked_at, today=work.today)


async def revoke_link(work: Work, *, access: Access, vehicle_id: UUID, link_id: UUID) -> None:
    """It opens nothing from now on; what was written down by it stays. Raises NotFound, RoleInsufficient."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.MANAGE_MEMBERS)
    link = await work.guest_links.one_changed(access, link_id)
    if link.vehicle_id != vehicle.id:
        raise NotFound
    link.revoked_at = link.revoked_at or work.now


@dataclass(frozen=True, slots=True)
class Door:
    """What a guest sees of a car: what it is called, and how it is measured."""

    link: GuestLink
    vehicle: Vehicle


async def look_in(work: Work, *, token: str) -> Door:
    """Raises LinkDead."""
    link = await work.guest_links.by_digest(digest(token))
    if link is None:
        raise LinkDead
    found = await work.vehicles.some_seen(Access(link.owner_id), [link.vehicle_id])
    if not found:
        raise LinkDead
    [vehicle] = found
    await _stand_by_car(work, vehicle)
    if state(work, link) is not LinkState.OPEN:
        raise LinkDead
    return Door(link, vehicle)


async def _stand_by_car(work: Work, vehicle: Vehicle) -> None:
    if vehicle.timezone is not None:
        work.stand_in(vehicle.timezone)
    else:
        await stand_with(work, Access(vehicle.owner_id))


async def _enter(work: Work, *, token: str, act: GuestAct, day: date | None) -> Door:
    """The car and the link, held. Raises LinkDead, GuestMayNot, GuestTooOften, GuestDayWrong."""
    link = await work.guest_links.by_digest(digest(token))
    if link is None:
        raise LinkDead
    owner = Access(link.owner_id)
    await stand_with(work, owner)
    try:
        vehicle = await hold_vehicle(
            work, access=owner, vehicle_id=link.vehicle_id, may=May.ADD_READING
        )
    except NotFound as gone:  # in the trash, or its owner's last hour
        raise LinkDead from gone
    link = await work.guest_links.again(link)
    if state(work, link) is not LinkState.OPEN:
        raise LinkDead
    if act not in link.allows:
        raise GuestMayNot
    if day is not None and not is_of_a_guest(day, work.today):
        raise GuestDayWrong(pointer="/day", most_days=BACK)
    hour = Hour(link.hour_since, link.hour_used)
    wait = hour.wait(work.now)
    if wait is not None:
        raise GuestTooOften(headers={"Retry-After": str(max(1, round(wait.total_seconds())))})
    after = hour.after(work.now)
    link.hour_since, link.hour_used = after.since, after.used
    link.used, link.used_at = link.used + 1, work.now
    return Door(link, vehicle)


async def enter_reading(
    work: Work, *, token: str, mileage: int, day: date | None, at: time | None
) -> Door:
    """`mileage` in the car's own unit. Judged as anybody's. Raises MeterMissing, and what `_enter` refuses."""
    door = await _enter(work, token=token, act=GuestAct.READING, day=day)
    reading = NewReading(
        metres=to_metres(mileage, DistanceUnit(door.vehicle.distance_unit)),
        read_on=day or work.today,
        source=ReadingSource.MANUAL,
        time=at,
        guest=door.link.label,
    )
    await take_reading(work, vehicle=door.vehicle, new=reading)
    await close(work, door.vehicle)
    return door


async def enter_fill(work: Work, *, token: str, day: date | None, facts: FillFacts) -> Door:
    """Raises what `describe` refuses, too."""
    door = await _enter(work, token=token, act=GuestAct.FILL, day=day)
    facts["vehicle_id"] = door.vehicle.id
    facts["day"] = day or work.today
    await add_fill(work, access=Access(door.link.owner_id), facts=facts, guest=door.link.label)
    return door
