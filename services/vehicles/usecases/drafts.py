from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypedDict
from uuid import UUID

from services.vehicles.domain.draft import (
    REQUIRED,
    Car,
    Choice,
    DraftLine,
    DraftWarning,
    Found,
    Missing,
    PaperFacts,
    PaperLine,
    choose_car,
    lines_add_up,
    missing_from,
    read_facts,
)
from services.vehicles.domain.recognition import recognise
from services.vehicles.domain.services import canonical, service_types
from services.vehicles.domain.units import DistanceUnit
from services.vehicles.errors import DraftIncomplete, DraftSettled, UnknownService
from services.vehicles.storage.models import (
    MaintenanceDraft,
    MaintenancePlan,
    MaintenanceRecord,
    OdometerReading,
    Vehicle,
    line_from_row,
    line_to_row,
)
from services.vehicles.usecases.announce import on_the_wire
from services.vehicles.usecases.maintenance import RecordFacts, add_record
from services.vehicles.usecases.work import Work
from shared.contracts.documents import DocumentRead, DocumentType, ReadStatus
from shared.contracts.vehicles import MaintenanceDrafted, RecordStatus
from shared.errors import NotFound
from shared.ids import new_id
from shared.money import Money

DRAFTED_TYPES = frozenset({DocumentType.INVOICE, DocumentType.MAINTENANCE})
"""Nothing else ever becomes an expense."""
WORK_FIELDS = frozenset({"service", "services", "service_type", "work", "description"})


class DraftStatus(StrEnum):
    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    DISCARDED = "DISCARDED"


class DraftFacts(TypedDict, total=False):
    """What an owner corrects in a draft; what is absent stays as it is."""

    vehicle_id: UUID | None
    service_date: date | None
    services: list[str]
    title: str | None
    description: str | None
    distance: int | None
    cost: Money | None
    tax: Money | None
    garage: str | None
    invoice_number: str | None
    lines: list[DraftLine]


@dataclass(frozen=True, slots=True)
class Confirmation:
    record: MaintenanceRecord
    vehicle: Vehicle
    reading: OdometerReading | None
    plans: list[MaintenancePlan]
    """Plans of the work that was done, as they stand now."""


async def draft_from_document(work: Work, *, document: DocumentRead) -> None:
    """A read invoice proposes; its owner decides. Messages may come twice and in any order: the highest revision wins."""
    if await work.erased.knows(document.owner_id):
        return
    await work.vehicles.hold_owner(document.owner_id)
    await work.documents.learn(
        document_id=document.document_id,
        owner_id=document.owner_id,
        document_type=document.document_type,
    )
    draft = await work.drafts.of_document(document.owner_id, document.document_id)
    proposes = document.document_type in DRAFTED_TYPES and document.status is ReadStatus.OK
    if draft is None:
        if proposes:
            await _new_draft(work, document)
        return
    if draft.status != DraftStatus.PENDING or document.revision <= draft.document_revision:
        return
    draft.document_revision = document.revision
    if proposes:
        await _fill(work, draft, document)
    elif not draft.edited:
        draft.status = DraftStatus.DISCARDED
    _touch(work, draft)


async def _new_draft(work: Work, document: DocumentRead) -> None:
    draft = MaintenanceDraft(
        id=new_id(),
        owner_id=document.owner_id,
        document_id=document.document_id,
        document_revision=document.revision,
        file_name=document.file_name,
        status=DraftStatus.PENDING,
        version=1,
        edited=[],
        created_at=work.now,
        updated_at=work.now,
    )
    vehicle = await _fill(work, draft, document)
    work.drafts.add(draft)
    work.emit(
        MaintenanceDrafted(
            draft_id=draft.id,
            owner_id=draft.owner_id,
            document_id=draft.document_id,
            vehicle_id=draft.vehicle_id,
            vehicle_name=vehicle.name if vehicle else None,
            vendor=draft.garage,
            service_date=draft.service_date,
            total=on_the_wire(draft.cost),
            missing=tuple(missing_in(draft)),
        )
    )


async def _fill(work: Work, draft: MaintenanceDraft, document: DocumentRead) -> Vehicle | None:
    """Take what the paper says, except where the owner has spoken."""
    fields = {field.name: Found(field.value, field.confidence) for field in document.fields}
    lines = [
        PaperLine(line.description, line.quantity, line.unit_price, line.amount)
        for line in document.lines
    ]
    facts = read_facts(fields, lines, today=work.now.date())
    cars = await work.vehicles.all_of_owner(draft.owner_id)
    choice = _choose(cars, document, facts)
    by_id = {car.id: car for car in cars}
    vehicle = by_id.get(choice.vehicle_id) if choice.vehicle_id else None
    if "vehicle_id" in draft.edited and draft.vehicle_id is not None:
        vehicle = by_id.get(draft.vehicle_id)
    texts = [line.description for line in lines]
    texts += [found.value for name, found in fields.items() if name in WORK_FIELDS]
    found = recognise(texts, fuel=vehicle.fuel_type if vehicle else None)
    for name, value in _columns(facts, choice, [each.service for each in found]).items():
        if name not in draft.edited:
            setattr(draft, name, value)
    draft.unsure = list(facts.unsure)
    draft.warnings = [*facts.warnings, *choice.warnings]
    if not lines_add_up(facts.lines, total=facts.total, tax=facts.tax):
        draft.warnings = [*draft.warnings, DraftWarning.LINES_DO_NOT_ADD_UP]
    if await _is_double(work, draft):
        draft.warnings = [*draft.warnings, DraftWarning.DUPLICATE]
    return vehicle


def _choose(cars: Any, document: DocumentRead, facts: PaperFacts) -> Choice:
    known = [Car(id=car.id, plate=car.plate_key, vin=car.vin) for car in cars]
    return choose_car(known, named=document.vehicle_id, plate=facts.plate, vin=facts.vin)


def _columns(facts: PaperFacts, choice: Choice, services: list[str]) -> dict[str, Any]:
    money = facts.total or facts.tax
    return {
        "vehicle_id": choice.vehicle_id,
        "service_date": facts.service_date,
        "services": services,
        "distance": facts.distance,
        "distance_unit": facts.distance_unit,
        "cost_minor": facts.total.amount_minor if facts.total else None,
        "tax_minor": facts.tax.amount_minor if facts.tax else None,
        "currency": money.currency if money else None,
        "garage": facts.vendor,
        "invoice_number": facts.invoice_number,
        "lines": [line_to_row(line) for line in facts.lines],
    }


async def _is_double(work: Work, draft: MaintenanceDraft) -> bool:
    """A second photograph of the same invoice."""
    if not draft.invoice_number or not draft.garage:
        return False
    recorded = await work.records.has_invoice(
        draft.owner_id, garage=draft.garage, invoice_number=draft.invoice_number
    )
    return recorded or await work.drafts.twin_exists(draft)


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


async def read_draft(work: Work, *, owner_id: UUID, draft_id: UUID) -> MaintenanceDraft:
    draft = await work.drafts.owned(owner_id, draft_id)
    if draft is None:
        raise NotFound
    return draft


async def edit_draft(
    work: Work, *, owner_id: UUID, draft_id: UUID, facts: DraftFacts
) -> MaintenanceDraft:
    draft = await _pending(work, owner_id, draft_id)
    vehicle_id = facts.get("vehicle_id")
    if vehicle_id is not None and await work.vehicles.owned(owner_id, vehicle_id) is None:
        raise NotFound
    title = facts.get("title", draft.title)
    if title is None and any(s not in service_types() for s in facts.get("services", ())):
        raise UnknownService(pointer="/service_type")
    said: dict[str, Any] = dict(facts)
    for name, column in (("cost", "cost_minor"), ("tax", "tax_minor")):
        if name in said:
            money: Money | None = said.pop(name)
            said[column] = money.amount_minor if money else None
            said |= {"currency": money.currency} if money else {}
    if "lines" in said:
        said["lines"] = [line_to_row(line) for line in facts["lines"]]
    if "distance" in said:
        said["distance_unit"] = None  # the owner speaks in the car's own unit
    for name, value in said.items():
        setattr(draft, name, value)
    draft.edited = sorted({*draft.edited, *said})
    _touch(work, draft)
    return draft


async def confirm_draft(work: Work, *, owner_id: UUID, draft_id: UUID) -> Confirmation:
    """Record what the draft says. A second confirmation, even at the same moment, answers with the first one's record."""
    draft = await work.drafts.owned(owner_id, draft_id, lock=True)
    if draft is None:
        raise NotFound
    if draft.status == DraftStatus.CONFIRMED and draft.record_id is not None:
        return await _confirmed(work, draft, draft.record_id)
    if draft.status != DraftStatus.PENDING:
        raise DraftSettled
    missing = [name for name in missing_in(draft) if name in REQUIRED]
    if missing:
        raise DraftIncomplete(pointer=f"/{missing[0]}", missing=[name.value for name in missing])
    recorded = await add_record(work, owner_id=owner_id, facts=_record_facts(draft))
    draft.status = DraftStatus.CONFIRMED
    draft.record_id = recorded.record.id
    _touch(work, draft)
    return await _confirmed(work, draft, recorded.record.id)


def _record_facts(draft: MaintenanceDraft) -> RecordFacts:
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
        invoice_number=draft.invoice_number,
        status=RecordStatus.COMPLETED,
        lines=[line_from_row(row, draft.currency) for row in draft.lines],
        document_ids=[draft.document_id],
    )


async def _confirmed(work: Work, draft: MaintenanceDraft, record_id: UUID) -> Confirmation:
    record = await work.records.owned(draft.owner_id, record_id)
    if record is None:
        raise DraftSettled
    vehicle = await work.vehicles.owned(draft.owner_id, record.vehicle_id)
    if vehicle is None:
        raise DraftSettled
    reading = None
    if record.reading_id is not None:
        reading = await work.readings.owned(draft.owner_id, record.reading_id)
    done = {canonical(service) for service in record.services}
    plans = [
        plan
        for plan in await work.plans.of_vehicle(vehicle.id)
        if canonical(plan.service_type) in done
    ]
    return Confirmation(record, vehicle, reading, plans)


async def discard_draft(work: Work, *, owner_id: UUID, draft_id: UUID) -> MaintenanceDraft:
    draft = await work.drafts.owned(owner_id, draft_id, lock=True)
    if draft is None:
        raise NotFound
    if draft.status == DraftStatus.CONFIRMED:
        raise DraftSettled
    if draft.status == DraftStatus.PENDING:
        draft.status = DraftStatus.DISCARDED
        _touch(work, draft)
    return draft


async def _pending(work: Work, owner_id: UUID, draft_id: UUID) -> MaintenanceDraft:
    draft = await work.drafts.owned(owner_id, draft_id, lock=True)
    if draft is None:
        raise NotFound
    if draft.status != DraftStatus.PENDING:
        raise DraftSettled
    return draft


def _touch(work: Work, draft: MaintenanceDraft) -> None:
    draft.version += 1
    draft.updated_at = work.now
