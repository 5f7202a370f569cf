"""Links by which somebody without an account writes a reading, a fill or a defect down for one car: given, ended, used."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TypeVar
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
from services.vehicles.storage.care.diagnostics import Diagnostic
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.storage.moving.guests import GuestLink
from services.vehicles.usecases.care.case_views import CaseView, view_cases
from services.vehicles.usecases.care.diagnostics import CaseFacts, read_case, report_case
from services.vehicles.usecases.cars.odometer import (
    NewReading,
    close,
    hold_vehicle,
    take_reading,
)
from services.vehicles.usecases.cars.owners import stand_with
from services.vehicles.usecases.client_ids import ChosenId, add_once
from services.vehicles.usecases.running.describing import FillFacts
from services.vehicles.usecases.running.fills import ToldFill, add_fill, read_fill
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id
from shared.security.secrets import digest, opaque_token

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Entry:
    """What a guest says beside the thing itself: by which link, of which day, and under which id if they chose one."""

    token: str
    act: GuestAct
    day: date | None
    chosen: ChosenId | None


async def _once(
    work: Work,
    entry: Entry,
    *,
    make: Callable[[Door, UUID], Awaitable[T]],
    again: Callable[[Door, UUID], Awaitable[T]],
) -> tuple[Door, T]:
    """A form that is sent twice writes one thing down, and counts as one. Raises IdTaken, and what `_enter` refuses."""
    door = await look_in(work, token=entry.token)
    if entry.act not in door.link.allows:
        raise GuestMayNot
    if not await work.hold(door.link.owner_id, wait=False):
        raise LinkDead  # its owner is being erased

    async def enter(id_: UUID) -> T:
        held = await _enter(work, token=entry.token, act=entry.act, day=entry.day)
        return await make(held, id_)

    owner = Access(door.link.owner_id)
    made = await add_once(
        work, access=owner, chosen=entry.chosen, make=enter, again=lambda id_: again(door, id_)
    )
    return door, made


async def enter_reading(
    work: Work, entry: Entry, *, mileage: int, at: time | None
) -> tuple[Door, OdometerReading]:
    """`mileage` in the car's own unit. Judged as anybody's. Raises MeterMissing, and what `_once` refuses."""

    async def make(door: Door, id_: UUID) -> OdometerReading:
        new = NewReading(
            metres=to_metres(mileage, DistanceUnit(door.vehicle.distance_unit)),
            read_on=entry.day or work.today,
            source=ReadingSource.MANUAL,
            time=at,
            guest=door.link.label,
            id=id_,
        )
        reading = await take_reading(work, vehicle=door.vehicle, new=new)
        await close(work, door.vehicle)
        return reading

    async def again(door: Door, id_: UUID) -> OdometerReading:
        return await work.readings.one_seen(Access(door.link.owner_id), id_)

    return await _once(work, entry, make=make, again=again)


async def enter_fill(work: Work, entry: Entry, *, facts: FillFacts) -> tuple[Door, ToldFill]:
    """Raises what `describe` refuses, too."""

    async def make(door: Door, id_: UUID) -> ToldFill:
        said = FillFacts(**facts, id=id_, vehicle_id=door.vehicle.id, day=entry.day or work.today)
        owner = Access(door.link.owner_id)
        return await add_fill(work, access=owner, facts=said, guest=door.link.label)

    async def again(door: Door, id_: UUID) -> ToldFill:
        return await read_fill(work, access=Access(door.link.owner_id), fill_id=id_)

    return await _once(work, entry, make=make, again=again)


async def enter_defect(work: Work, entry: Entry, *, facts: CaseFacts) -> tuple[Door, CaseView]:
    """A case as anybody's who reports one, marked as a guest's. Raises what `report_case` refuses, too."""

    async def make(door: Door, id_: UUID) -> Diagnostic:
        said = CaseFacts(
            **facts, id=id_, vehicle_id=door.vehicle.id, reported_on=entry.day or work.today
        )
        owner = Access(door.link.owner_id)
        return await report_case(work, access=owner, facts=said, guest=door.link.label)

    async def again(door: Door, id_: UUID) -> Diagnostic:
        return await read_case(work, access=Access(door.link.owner_id), case_id=id_)

    door, case = await _once(work, entry, make=make, again=again)
    [view] = await view_cases(work, access=Access(door.link.owner_id), cases=[case])
    return door, view
