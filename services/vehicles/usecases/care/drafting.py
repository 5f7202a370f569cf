from collections.abc import Sequence
from typing import Any

from services.vehicles.domain.care.draft import (
    Car,
    Choice,
    DraftWarning,
    Found,
    PaperFacts,
    PaperLine,
    choose_car,
    lines_add_up,
    read_facts,
)
from services.vehicles.domain.care.recognition import recognise
from services.vehicles.storage.care.models import MaintenanceDraft, line_to_row
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.announce import on_the_wire
from services.vehicles.usecases.care.drafts import DraftStatus, missing_in, touch
from services.vehicles.usecases.care.paper_ends import remind_of_end
from services.vehicles.usecases.care.paper_facts import keep_paper
from services.vehicles.usecases.cars.owners import stand_with
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.documents import DocumentRead, DocumentType, ReadStatus
from shared.contracts.vehicles import MaintenanceDrafted, RecordKind
from shared.ids import new_id

DRAFTED_TYPES = frozenset({DocumentType.INVOICE, DocumentType.MAINTENANCE})
"""Nothing else ever becomes an expense."""
MONEY = frozenset({"kind", "cost_minor", "tax_minor", "currency", "lines", "prices_include_tax"})
WORK_FIELDS = frozenset({"service", "services", "service_type", "work", "description"})


async def draft_from_document(work: Work, *, document: DocumentRead) -> None:
    """A read invoice proposes; its owner decides. Messages may come twice and in any order: the highest revision wins."""
    await work.hold_owner(document.owner_id)
    await stand_with(work, Access(document.owner_id))
    is_news = await work.documents.learn(
        document_id=document.document_id,
        owner_id=document.owner_id,
        document_type=document.document_type,
        revision=document.revision,
    )
    if not is_news:
        return
    await remind_of_end(work, document=document)
    await keep_paper(work, document=document)
    draft = await work.drafts.of_document(Access(document.owner_id), document.document_id)
    proposes = document.document_type in DRAFTED_TYPES and document.status is ReadStatus.OK
    if draft is None:
        if proposes:
            await _new_draft(work, document)
        return
    if draft.status != DraftStatus.PENDING:
        return
    if not proposes and not draft.edited:
        await work.drafts.remove(draft)
        return
    draft.document_revision = document.revision
    if proposes:
        await _fill(work, draft, document)
    touch(work, draft)


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
            document_id=document.document_id,
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
    facts = read_facts(fields, lines, today=work.today)
    cars = await work.vehicles.all_owned(draft.owner_id)
    choice = _choose(cars, document, facts)
    by_id = {car.id: car for car in cars}
    vehicle = by_id.get(choice.vehicle_id) if choice.vehicle_id else None
    if "vehicle_id" in draft.edited and draft.vehicle_id is not None:
        vehicle = by_id.get(draft.vehicle_id)
    texts = [line.description for line in lines]
    texts += [found.value for name, found in fields.items() if name in WORK_FIELDS]
    found = recognise(texts, fuel=vehicle.fuel_type if vehicle else None)
    spoken = set(draft.edited)
    if spoken & MONEY:
        spoken |= (
            MONEY  # one row, one currency: amounts of the paper are not mixed with the owner's
        )
    for name, value in _columns(facts, choice, [each.service for each in found]).items():
        if name not in spoken:
            setattr(draft, name, value)
    draft.unsure = list(facts.unsure)
    draft.warnings = [*facts.warnings, *choice.warnings]
    if not lines_add_up(facts.lines, total=facts.total, tax=facts.tax):
        draft.warnings = [*draft.warnings, DraftWarning.LINES_DO_NOT_ADD_UP]
    if await _is_double(work, draft):
        draft.warnings = [*draft.warnings, DraftWarning.DUPLICATE]
    return vehicle


def _choose(cars: Sequence[Vehicle], document: DocumentRead, facts: PaperFacts) -> Choice:
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
        "kind": RecordKind.REFUND if facts.is_credit_note else RecordKind.SERVICE,
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
        Access(draft.owner_id), garage=draft.garage, invoice_number=draft.invoice_number
    )
    return recorded or await work.drafts.twin_exists(draft)
