"""Which day it is at each of many cars: where a car is kept, else where its owner lives, whoever looks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.vehicles.storage.cars.days import Elsewhere
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.local_day import local_day


@dataclass(frozen=True, slots=True)
class CarDays:
    """`today`: of `person`, who looks. `zones`: of the other owners we have heard of."""

    now: datetime
    today: date
    person: UUID
    zones: Mapping[UUID, str]

    def of(self, car: Vehicle) -> date:
        if car.timezone is not None:
            return local_day(self.now, car.timezone)
        if car.owner_id == self.person:
            return self.today
        return local_day(self.now, self.zones.get(car.owner_id))


async def days_of(work: Work, access: Access, cars: Collection[Vehicle]) -> CarDays:
    """One statement where there are cars of others, else none."""
    owners = {car.owner_id for car in cars if car.timezone is None} - {access.person}
    zones = await work.owners.zones_of(owners) if owners else {}
    return CarDays(work.now, work.today, access.person, zones)


def standing_by(work: Work, car: Vehicle) -> CarDays:
    """Of one car whose day is `work.today` by now: see `stand_by`."""
    return CarDays(work.now, work.today, car.owner_id, {})


async def day_at(work: Work, access: Access, car: Vehicle) -> date:
    return (await days_of(work, access, [car])).of(car)


async def elsewhere(work: Work, access: Access) -> Elsewhere:
    """Where it is another day than the caller's: for what the database narrows down. One statement."""
    found: dict[date, list[UUID]] = {}
    for vehicle_id, zone in await work.vehicles.kept_elsewhere(access):
        found.setdefault(local_day(work.now, zone), []).append(vehicle_id)
    found.pop(work.today, None)
    return Elsewhere(work.today, found)
