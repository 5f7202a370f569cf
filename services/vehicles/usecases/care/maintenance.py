from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.vehicles.domain.care.services import is_known, listed
from services.vehicles.domain.cars.odometer import ReadingSource, ReadingStatus
from services.vehicles.domain.cars.units import DistanceUnit, to_metres
from services.vehicles.errors.care import CompletedInFuture, UnknownService
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.amounts import Amounts, set_amounts
from services.vehicles.usecases.care.announce import announce_record
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.odometer import (
    NewReading,
    hold_vehicle,
    take_reading,
    void_reading_of_record,
)
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles import RecordStatus
from shared.errors import NotFound
from shared.ids import new_id


class RecordFacts(Amounts, total=False):
    """What an owner says about work on a car; what is absent stays as it is."""

    vehicle_id: UUID
    service_date: date
    services: list[str]
    title: str | None
    description: str | None
    distance: int | None
    distance_unit: DistanceUnit | None
    garage: str | None
    invoice_number: str | None
    status: RecordStatus
    document_ids: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Recorded:
    record: MaintenanceRecord
    vehicle: Vehicle


async def add_record(work: Work, *, access: Access, facts: RecordFacts) -> Recorded:
    vehicle = await hold_vehicle(work, access=access, vehicle_id=facts["vehicle_id"])
    record = MaintenanceRecord(
        id=new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        version=1,
        services=[],
        lines=[],
        document_ids=[],
        status=RecordStatus.COMPLETED,
        made_by=access.person,
        created_at=work.now,
        updated_at=work.now,
    )
    await _describe(work, record, vehicle, facts)
    work.records.add(record)
    await _follow_odometer(work, record, vehicle)
    await recompute(work, vehicle=vehicle)
    announce_record(work, record=record, is_new=True)
    announce_vehicle(work, vehicle=vehicle)
    return Recorded(record, vehicle)


async def edit_record(
    work: Work, *, access: Access, record_id: UUID, facts: RecordFacts
) -> Recorded:
    before = await work.records.vehicle_of(access, record_id)
    after = facts.get("vehicle_id", before)
    held = {
        vehicle_id: await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
        for vehicle_id in sorted({before, after}, key=str)
    }
    record = await work.records.one_changed(access, record_id)
    vehicle = held[after]
    if vehicle.owner_id != record.owner_id:
        raise NotFound(pointer="/vehicle")  # its papers are not the other car's owner's
    record.vehicle_id = vehicle.id
    await _describe(work, record, vehicle, facts)
    await _follow_odometer(work, record, vehicle)
    for each in held.values():
        await recompute(work, vehicle=each)
        announce_vehicle(work, vehicle=each)
    announce_record(work, record=record)
    return Recorded(record, vehicle)


async def remove_record(work: Work, *, access: Access, record_id: UUID) -> None:
    vehicle_id = await work.records.vehicle_of(access, record_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    record = await work.records.one_changed(access, record_id)
    await void_reading_of_record(work, record_id=record.id)
    announce_record(work, record=record, deleted=True)
    await work.records.remove(record)
    await recompute(work, vehicle=vehicle)
    announce_vehicle(work, vehicle=vehicle)


async def _describe(
    work: Work, record: MaintenanceRecord, vehicle: Vehicle, facts: RecordFacts
) -> None:
    """Refusals first, then the whole change."""
    status = facts.get("status", record.status)
    service_date = facts.get("service_date", record.service_date)
    if status == RecordStatus.COMPLETED and service_date > work.today:
        raise CompletedInFuture(pointer="/service_date")
    title = facts.get("title", record.title)
    services = list(dict.fromkeys(map(listed, facts.get("services", record.services))))
    if title is None and any(not is_known(service) for service in services):
        raise UnknownService(pointer="/service_type")
    documents = facts.get("document_ids", ())
    if not await work.documents.are_all_there(Access(record.owner_id), documents):
        raise NotFound
    set_amounts(record, facts)
    record.status, record.service_date = status, service_date
    record.services, record.service_type, record.title = services, services[0], title
    if "distance" in facts:
        unit = facts.get("distance_unit") or DistanceUnit(vehicle.distance_unit)
        distance = facts["distance"]
        record.odometer_metres = to_metres(distance, unit) if distance is not None else None
    if "description" in facts:
        record.description = facts["description"]
    if "garage" in facts:
        record.garage = facts["garage"]
    if "invoice_number" in facts:
        record.invoice_number = facts["invoice_number"]
    if "document_ids" in facts:
        record.document_ids = [str(id_) for id_ in dict.fromkeys(documents)]


async def _follow_odometer(work: Work, record: MaintenanceRecord, vehicle: Vehicle) -> None:
    """Completed work carries its mileage into the ledger; what changed takes its old reading out again."""
    says = record.odometer_metres if record.status == RecordStatus.COMPLETED else None
    known = await work.readings.of_record(record.id)
    if known is not None and known.status != ReadingStatus.VOID:
        unchanged = (known.metres, known.read_on, known.vehicle_id) == (
            says,
            record.service_date,
            vehicle.id,
        )
        if unchanged:
            return
        await void_reading_of_record(work, record_id=record.id)
    record.reading_id = None
    if says is None:
        return
    source = ReadingSource.DOCUMENT if record.document_ids else ReadingSource.MAINTENANCE
    new = NewReading(says, record.service_date, source, record_id=record.id)
    record.reading_id = (await take_reading(work, vehicle=vehicle, new=new)).id


async def read_record(work: Work, *, access: Access, record_id: UUID) -> Recorded:
    record = await work.records.one_seen(access, record_id)
    vehicle = await work.vehicles.one_seen(access, record.vehicle_id)
    return Recorded(record, vehicle)
