from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.vehicles.domain.care.amounts import Sums
from services.vehicles.domain.care.records import (
    Flaw,
    RecordWarning,
    When,
    flaw_of,
    is_work_done,
)
from services.vehicles.domain.care.services import is_known, listed
from services.vehicles.domain.cars.odometer import ReadingSource, ReadingStatus
from services.vehicles.domain.cars.units import DistanceUnit, said_metres
from services.vehicles.errors.care import (
    CompletedInFuture,
    NegativeCost,
    RefundNotNegative,
    ScheduledInPast,
    UnknownService,
)
from services.vehicles.storage.care.models import MaintenanceRecord, line_from_row
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.care.amounts import (
    Amounts,
    adds_up_wrong,
    reckon,
    set_amounts,
)
from services.vehicles.usecases.care.announce import announce_record
from services.vehicles.usecases.care.case_ends import follow_record_with_cases, name_case
from services.vehicles.usecases.care.warranties import (
    end_of,
    follow_warranties,
    forget_warranties,
)
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.odometer import (
    NewReading,
    hold_vehicle,
    take_reading,
    void_reading_of_record,
)
from services.vehicles.usecases.cars.owners import stand_by
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.contracts.vehicles import RecordKind, RecordStatus
from shared.errors import InvalidInput, NotFound
from shared.ids import new_id

REFUSALS: dict[Flaw, tuple[type[InvalidInput], str]] = {
    Flaw.COMPLETED_IN_FUTURE: (CompletedInFuture, "/service_date"),
    Flaw.SCHEDULED_IN_PAST: (ScheduledInPast, "/service_date"),
    Flaw.NEGATIVE_COST: (NegativeCost, "/cost"),
    Flaw.REFUND_NOT_NEGATIVE: (RefundNotNegative, "/cost"),
}
"""And where the request said it."""


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
    garage_id: UUID | None
    invoice_number: str | None
    status: RecordStatus
    document_ids: Sequence[UUID]
    case_id: UUID | None
    """What is wrong with the car, that it is to mend."""
    language: Language
    """In which what is made of it is named."""


SAID_AS_KEPT = ("description", "garage", "garage_id", "invoice_number")


@dataclass(frozen=True, slots=True)
class Recorded:
    record: MaintenanceRecord
    vehicle: Vehicle
    is_doubted: bool
    """Its mileage is in quarantine."""


async def add_record(
    work: Work, *, access: Access, facts: RecordFacts, record_id: UUID | None = None
) -> Recorded:
    """`record_id`: as its client chose it."""
    vehicle = await hold_vehicle(work, access=access, vehicle_id=facts["vehicle_id"])
    record = await new_record(work, access=access, vehicle=vehicle, facts=facts, id_=record_id)
    work.records.add(record)
    reading = await follow_record(work, access=access, record=record, vehicle=vehicle, facts=facts)
    announce_record(work, record=record, is_new=True)
    announce_vehicle(work, vehicle=vehicle)
    return _recorded(record, vehicle, reading)


async def new_record(
    work: Work, *, access: Access, vehicle: Vehicle, facts: RecordFacts, id_: UUID | None = None
) -> MaintenanceRecord:
    """Described, and not kept yet. The caller holds the vehicle."""
    record = MaintenanceRecord(
        id=id_ or new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=access.person,
        version=1,
        kind=RecordKind.SERVICE,
        services=[],
        lines=[],
        prices_include_tax=False,
        cost_is_typed=False,
        tax_is_typed=False,
        document_ids=[],
        warranty_reminders=[],
        created_at=work.now,
        updated_at=work.now,
    )
    await _describe(work, record, vehicle, facts)
    return record


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
    if after != before:
        await forget_warranties(work, access=access, record=record)
    record.vehicle_id = vehicle.id
    await stand_by(work, vehicle, access)
    await _describe(work, record, vehicle, facts)
    reading = await follow_record(work, access=access, record=record, vehicle=vehicle, facts=facts)
    for each in held.values():
        if each is not vehicle:
            await stand_by(work, each, access)
            await recompute(work, vehicle=each)
        announce_vehicle(work, vehicle=each)
    announce_record(work, record=record)
    return _recorded(record, vehicle, reading)


async def follow_record(
    work: Work,
    *,
    access: Access,
    record: MaintenanceRecord,
    vehicle: Vehicle,
    facts: RecordFacts,
) -> OdometerReading | None:
    """What a record that changed changes: its reading, the car, its warranties. The caller holds both, and announces them."""
    reading = await _follow_odometer(work, record, vehicle)
    await follow_record_with_cases(work, record=record, vehicle=vehicle)
    await follow_warranties(
        work,
        access=access,
        record=record,
        vehicle=vehicle,
        reading=reading,
        language=facts.get("language", Language.FR),
    )
    await recompute(work, vehicle=vehicle)
    return reading


async def _describe(
    work: Work, record: MaintenanceRecord, vehicle: Vehicle, facts: RecordFacts
) -> None:
    """Refusals first, then the whole change."""
    title = facts.get("title", record.title)
    services = list(dict.fromkeys(map(listed, facts.get("services", record.services))))
    if title is None and any(not is_known(service) for service in services):
        raise UnknownService(pointer="/service_type")
    documents = facts.get("document_ids", ())
    if not await work.documents.are_all_there(Access(record.owner_id), documents):
        raise NotFound
    if "case_id" in facts:
        await name_case(work, record=record, case_id=facts["case_id"])
    before = _when(record)
    set_amounts(record, facts)
    reckon(record, facts)
    record.status = facts.get("status", record.status or RecordStatus.COMPLETED)
    record.service_date = facts.get("service_date", record.service_date)
    refuse_flaws(work, record, before=before)
    record.services, record.service_type, record.title = services, services[0], title
    if "distance" in facts:
        unit = facts.get("distance_unit") or DistanceUnit(vehicle.distance_unit)
        record.odometer_metres = said_metres(facts["distance"], unit, known=record.odometer_metres)
    said = dict(facts)
    for name in SAID_AS_KEPT:
        if name in said:
            setattr(record, name, said[name])
    if "document_ids" in facts:
        record.document_ids = [str(id_) for id_ in dict.fromkeys(documents)]


def _when(record: MaintenanceRecord) -> When | None:
    if record.service_date is None:
        return None  # it is new
    return When(RecordStatus(record.status), record.service_date)


def refuse_flaws(work: Work, record: MaintenanceRecord, *, before: When | None) -> None:
    """One rule for whoever says it: typed, corrected, confirmed or imported."""
    when = When(RecordStatus(record.status), record.service_date)
    for amount, pointer in ((record.cost, "/cost"), (record.tax, "/tax")):
        flaw = flaw_of(
            when, before=before, today=work.today, kind=RecordKind(record.kind), cost=amount
        )
        if flaw is not None:
            refusal, where = REFUSALS[flaw]
            raise refusal(pointer=pointer if where == "/cost" else where)


async def _follow_odometer(
    work: Work, record: MaintenanceRecord, vehicle: Vehicle
) -> OdometerReading | None:
    """Work that was done carries its mileage into the ledger; what changed takes its old reading out again. What somebody has struck out
    stays so as long as the record says the same.
    """
    done = is_work_done(RecordStatus(record.status), RecordKind(record.kind))
    says = record.odometer_metres if done and record.trashed_at is None else None
    known = await work.readings.of_record(record.id)
    told = known or await work.readings.struck_out(record.reading_id)
    if told is not None:
        said = told.metres, told.read_on, told.vehicle_id
        if said == (says, record.service_date, vehicle.id):
            return told
    if known is not None:
        await void_reading_of_record(work, record_id=record.id)
    record.reading_id = None
    if says is None:
        return None
    source = ReadingSource.DOCUMENT if record.document_ids else ReadingSource.MAINTENANCE
    new = NewReading(says, record.service_date, source, record_id=record.id, made_by=record.made_by)
    reading = await take_reading(work, vehicle=vehicle, new=new)
    record.reading_id = reading.id
    return reading


def is_doubted(reading: OdometerReading | None) -> bool:
    return reading is not None and reading.status == ReadingStatus.QUARANTINED


def _recorded(
    record: MaintenanceRecord, vehicle: Vehicle, reading: OdometerReading | None
) -> Recorded:
    return Recorded(record, vehicle, is_doubted(reading))


async def read_record(work: Work, *, access: Access, record_id: UUID) -> Recorded:
    record = await work.records.one_seen(access, record_id)
    vehicle = await work.vehicles.one_seen(access, record.vehicle_id)
    return Recorded(record, vehicle, record.id in await doubted(work, [record]))


def warnings_of(
    record: MaintenanceRecord, sums: Sums | None, *, is_doubted: bool
) -> list[RecordWarning]:
    found = []
    if adds_up_wrong(record, sums):
        found.append(RecordWarning.LINES_DO_NOT_ADD_UP)
    if is_doubted:
        found.append(RecordWarning.MILEAGE_QUARANTINED)
    ends = (end_of(record, line_from_row(row, record.currency)) for row in record.lines)
    if any(end is not None and not end.is_known for end in ends):
        found.append(RecordWarning.WARRANTY_WITHOUT_MILEAGE)
    return found


async def doubted(work: Work, records: Collection[MaintenanceRecord]) -> set[UUID]:
    """Those whose mileage is in quarantine now; one query, and none where no record has a reading."""
    return await work.records.doubted([each.id for each in records if each.reading_id is not None])
