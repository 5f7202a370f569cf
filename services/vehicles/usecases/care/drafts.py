from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.vehicles.domain.care.draft import REQUIRED, Missing, missing_from
from services.vehicles.domain.care.services import canonical, is_known
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.errors.care import DraftIncomplete, DraftSettled, UnknownService
from services.vehicles.storage.care.models import (
    MaintenanceDraft,
    MaintenancePlan,
    MaintenanceRecord,
    line_from_row,
)
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.care.amounts import Amounts, set_amounts
from services.vehicles.usecases.care.maintenance import RecordFacts, add_record
from services.vehicles.usecases.cars.vehicles import read_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.contracts.vehicles import RecordKind, RecordStatus
from shared.errors import NotFound

AMOUNTS = {"cost": "cost_minor", "tax": "tax_minor", "lines": "lines"}
"""What an owner says, and the column it is kept in."""


class DraftStatus(StrEnum):
    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    DISCARDED = "DISCARDED"


class DraftFacts(Amounts, total=False):
    """What an owner corrects in a draft; what is absent stays as it is."""

    vehicle_id: UUID | None
    case_id: UUID | None
    service_date: date | None
    services: list[str]
    title: str | None
    description: str | None
    distance: int | None
    garage: str | None
    invoice_number: str | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    record: MaintenanceRecord
    vehicle: Vehicle
    reading: OdometerReading | None
    plans: list[MaintenancePlan]
    """Plans of the work that was done, as they stand now."""


def missing_in(draft: MaintenanceDraft) -> list[Missing]:
    return list(
        missing_from(
            vehicle_id=draft.vehicle_id,
            service_date=draft.service_date,
            services=draft.services,
            distance=draft.distance,
            cost=draft.cost,
        )
    )


async def read_draft(work: Work, *, access: Access, draft_id: UUID) -> MaintenanceDraft:
    return await work.drafts.one_seen(access, draft_id)


async def edit_draft(
    work: Work, *, access: Access, draft_id: UUID, facts: DraftFacts
) -> MaintenanceDraft:
    draft = await _pending(work, access, draft_id)
    vehicle_id = facts.get("vehicle_id")
    if vehicle_id is not None:
        vehicle = await read_vehicle(
            work, access=access, vehicle_id=vehicle_id, may=May.HANDLE_DRAFTS
        )
        if vehicle.owner_id != draft.owner_id:
            raise NotFound(pointer="/vehicle")  # the paper is somebody else's than the car
    case_id, car = facts.get("case_id"), facts.get("vehicle_id", draft.vehicle_id)
    if case_id is not None and (car is None or not await work.cases.is_of(car, case_id)):
        raise NotFound(pointer="/case")
    title = facts.get("title", draft.title)
    if title is None and any(not is_known(s) for s in facts.get("services", ())):
        raise UnknownService(pointer="/service_type")
    set_amounts(draft, facts)
    said: dict[str, Any] = {name: value for name, value in facts.items() if name not in AMOUNTS}
    if "distance" in said and said["distance"] != draft.distance:
        said["distance_unit"] = None  # the owner speaks in the car's own unit
    for name, value in said.items():
        setattr(draft, name, value)
    spoken = {*said, *(column for name, column in AMOUNTS.items() if name in facts)}
    draft.edited = sorted({*draft.edited, *spoken})
    touch(work, draft)
    return draft


async def confirm_draft(
    work: Work, *, access: Access, draft_id: UUID, language: Language = Language.FR
) -> Confirmation:
    """Record what the draft says. A second confirmation, even at the same moment, answers with the first one's record."""
    draft = await work.drafts.one_changed(access, draft_id)
    if draft.status == DraftStatus.CONFIRMED and draft.record_id is not None:
        return await _confirmed(work, draft, draft.record_id)
    if draft.status != DraftStatus.PENDING:
        raise DraftSettled
    missing = [name for name in missing_in(draft) if name in REQUIRED]
    if missing:
        raise DraftIncomplete(pointer=f"/{missing[0]}", missing=[name.value for name in missing])
    facts = _record_facts(draft, language)
    if draft.case_id and await work.cases.is_of(facts["vehicle_id"], draft.case_id):
        facts["case_id"] = draft.case_id
    recorded = await add_record(work, access=access, facts=facts)
    draft.status = DraftStatus.CONFIRMED
    draft.record_id = recorded.record.id
    touch(work, draft)
    return await _confirmed(work, draft, recorded.record.id)


def _record_facts(draft: MaintenanceDraft, language: Language) -> RecordFacts:
    """Raises nothing: what is required was checked."""
    if draft.vehicle_id is None or draft.service_date is None:
        raise NotFound
    return RecordFacts(
        vehicle_id=draft.vehicle_id,
        service_date=draft.service_date,
        services=list(draft.services),
        title=draft.title,
        description=draft.description,
        distance=draft.distance,
        distance_unit=DistanceUnit(draft.distance_unit) if draft.distance_unit else None,
        cost=draft.cost,
        tax=draft.tax,
        garage=draft.garage,
        garage_id=draft.garage_id,
        invoice_number=draft.invoice_number,
        status=RecordStatus.COMPLETED,
        kind=RecordKind(draft.kind),
        prices_include_tax=draft.prices_include_tax,
        lines=[line_from_row(row, draft.currency) for row in draft.lines],
        document_ids=[draft.document_id] if draft.document_id else [],
        language=language,
    )


async def _confirmed(work: Work, draft: MaintenanceDraft, record_id: UUID) -> Confirmation:
    access = Access(draft.owner_id)
    try:
        record = await work.records.one_seen(access, record_id)
        vehicle = await work.vehicles.one_seen(access, record.vehicle_id)
    except NotFound as gone:
        raise DraftSettled from gone
    reading = await work.readings.of_record(record.id)
    done = {canonical(service) for service in record.services}
    plans = [
        plan
        for plan in await work.plans.of_vehicle(vehicle.id)
        if canonical(plan.service_type) in done
    ]
    return Confirmation(record, vehicle, reading, plans)


async def discard_draft(work: Work, *, access: Access, draft_id: UUID) -> MaintenanceDraft:
    draft = await work.drafts.one_changed(access, draft_id)
    if draft.status == DraftStatus.CONFIRMED:
        raise DraftSettled
    if draft.status == DraftStatus.PENDING:
        draft.status = DraftStatus.DISCARDED
        touch(work, draft)
    return draft


async def _pending(work: Work, access: Access, draft_id: UUID) -> MaintenanceDraft:
    draft = await work.drafts.one_changed(access, draft_id)
    if draft.status != DraftStatus.PENDING:
        raise DraftSettled
    return draft


def touch(work: Work, draft: MaintenanceDraft) -> None:
    draft.version += 1
    draft.updated_at = work.now
