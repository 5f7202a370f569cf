"""Which day it is at each of many cars: where a car is kept, else where its owner lives, whoever looks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.vehicles.storage.cars.days import Elsewhere
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.local_day import local_day


class Kept(Protocol):
    """A car, as far as its day goes."""

    @property
    def owner_id(self) -> UUID: ...
    @property
    def timezone(self) -> str | None: ...


class KeptBySomebody(Kept, Protocol):
    @property
    def owners_zone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class CarDays:
    """`today`: of `person`, who looks. `zones`: of the other owners we have heard of."""

    now: datetime
    today: date
    person: UUID
    zones: Mapping[UUID, str]

    def of(self, car: Kept) -> date:
        if car.timezone is not None:
            return local_day(self.now, car.timezone)
        if car.owner_id == self.person:
            return self.today
        return local_day(self.now, self.zones.get(car.owner_id))


async def days_of(work: Work, access: Access, cars: Collection[Kept]) -> CarDays:
    """One statement where there are cars of others, else none."""
    owners = {car.owner_id for car in cars if car.timezone is None} - {access.person}
    zones = await work.owners.zones_of(owners) if owners else {}
    return CarDays(work.now, work.callers_today, access.person, zones)


def days_told(work: Work, access: Access, cars: Collection[KeptBySomebody]) -> CarDays:
    """Of cars that come with their owners' zones: no statement."""
    zones = {car.owner_id: car.owners_zone for car in cars}
    return CarDays(work.now, work.callers_today, access.person, zones)


def standing_by(work: Work, car: Vehicle) -> CarDays:
    """Of one car whose day is `work.today` by now: see `stand_by`."""
    return CarDays(work.now, work.today, car.owner_id, {})


async def day_at(work: Work, access: Access, car: Kept) -> date:
    return (await days_of(work, access, [car])).of(car)


async def elsewhere(work: Work, access: Access) -> Elsewhere:
    """Where it is another day than the caller's: for what the database narrows down. One statement."""
    found: dict[date, list[UUID]] = {}
    for vehicle_id, zone in await work.vehicles.kept_elsewhere(access):
        found.setdefault(local_day(work.now, zone), []).append(vehicle_id)
    found.pop(work.today, None)
    return Elsewhere(work.today, found)
