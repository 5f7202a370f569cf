"""A record that is deleted can be taken out of the trash for thirty days, and is then what it was."""

from uuid import UUID

from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.announce import announce_record
from services.vehicles.usecases.care.maintenance import (
    Recorded,
    RecordFacts,
    follow_record,
    is_doubted,
)
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.errors import NotFound


async def remove_record(work: Work, *, access: Access, record_id: UUID) -> None:
    """Into the trash. Its reading is taken back, the plan that it closed is open again; what was told stays told."""
    vehicle_id = await work.records.vehicle_of(access, record_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    record = await work.records.one_changed(access, record_id)
    record.trashed_at = work.now
    await _follow(work, access, record, vehicle, Language.FR)


async def restore_record(
    work: Work, *, access: Access, record_id: UUID, language: Language
) -> Recorded:
    """Its mileage is judged anew among the readings there are now, and its plans close again. Raises NotFound, RoleInsufficient."""
    vehicle_id = await work.records.trashed_vehicle_of(access, record_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    record = await work.records.one_trashed(access, record_id)
    if record is None:
        raise NotFound  # taken out or purged in between
    record.trashed_at = None
    return await _follow(work, access, record, vehicle, language)


async def _follow(
    work: Work, access: Access, record: MaintenanceRecord, vehicle: Vehicle, language: Language
) -> Recorded:
    facts = RecordFacts(language=language)
    await work.flush()
    reading = await follow_record(work, access=access, record=record, vehicle=vehicle, facts=facts)
    announce_record(work, record=record)
    announce_vehicle(work, vehicle=vehicle)
    return Recorded(record, vehicle, is_doubted(reading))
