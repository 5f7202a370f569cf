from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.vehicles.domain.cars.energies import Energy
from services.vehicles.domain.cars.odometer import Meter, ReadingStatus
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.domain.running.clusters import Cluster, clusters_of
from services.vehicles.domain.running.consumption import Consumption, consumption_of
from services.vehicles.domain.running.histories import Basis, Car, car_of
from services.vehicles.domain.running.segments import Read, Stop
from services.vehicles.storage.base import money_of
from services.vehicles.storage.running.fills import FilledCar
from services.vehicles.usecases.cars.days import days_told
from services.vehicles.usecases.work import Work
from shared.access import Access

READ: Final = {
    ReadingStatus.ACCEPTED: Read.ACCEPTED,
    ReadingStatus.QUARANTINED: Read.QUARANTINED,
}


@dataclass(frozen=True, slots=True)
class CarTaken:
    """What a car took in a period, and the period: as asked, else from the first fill until today."""

    car: FilledCar
    taken: Car
    since: date
    until: date

    @property
    def distance_unit(self) -> DistanceUnit:
        return DistanceUnit(self.car.distance_unit)

    @property
    def in_gallons(self) -> bool:
        return self.car.in_gallons

    @property
    def consumption(self) -> Consumption:
        return consumption_of(self.taken, self.since, self.until)


async def read_consumption(
    work: Work, *, access: Access, vehicle_id: UUID, since: date | None, until: date | None
) -> CarTaken:
    """Worked out from all fills of the car. Raises NotFound, RoleInsufficient (of who sees only what they filled themselves)."""
    car = await work.fills.car_read_whole(access, vehicle_id)
    rows = await work.fills.of_vehicle(vehicle_id)
    segments = await work.segments.of_vehicle(vehicle_id)
    clusters = {
        meter: clusters_of([row.value for row in segments if row.meter == meter]) for meter in Meter
    }
    stops = [_stop(row, clusters, shows_costs=car.shows_costs) for row in rows]
    days = [stop.day for stop in stops]
    today = days_told(work, access, [car]).of(car)
    first = since or min(days, default=today)
    last = until or max([*days, today])
    return CarTaken(car, car_of(stops, car.tanks), first, last)


Clusters = Mapping[Meter, Mapping[UUID | None, Cluster]]


def _stop(row: Any, clusters: Clusters, *, shows_costs: bool) -> Stop:
    at_battery = row.measured_at == Basis.BATTERY
    read = READ.get(row.reading_status, Read.ABSENT)
    cluster = clusters[Meter.DISTANCE].get(row.segment_id, Cluster())
    return Stop(
        id=row.id,
        day=row.day,
        energy=Energy(row.energy),
        quantity=None if at_battery else row.quantity,
        is_full=row.is_full,
        at=row.at,
        level=row.level_after,
        missed_before=row.missed_before,
        read=read,
        metres=row.reading_metres + cluster.offset if read is Read.ACCEPTED else None,
        reach=cluster.reach,
        minutes=_minutes(row, clusters[Meter.HOURS]),
        own_metres=row.own_metres,
        other_metres=row.other_metres,
        battery=row.quantity if at_battery else row.battery,
        cost=money_of(row.total_minor, row.currency) if shows_costs else None,
    )


def _minutes(row: Any, clusters: Mapping[UUID | None, Cluster]) -> int | None:
    """None where the ledger does not believe it, or nobody knows how the hour meter before it ended."""
    cluster = clusters.get(row.hours_segment_id, Cluster())
    if row.engine_minutes is None or row.hours_status == ReadingStatus.QUARANTINED or cluster.reach:
        return None
    return int(row.engine_minutes) + cluster.offset
