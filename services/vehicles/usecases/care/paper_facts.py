"""What a paper says of a test or an insurance corrects what a rule would say: kept with the paper, and read anew with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.vehicles.domain.care.draft import SURE, Found
from services.vehicles.domain.care.obligations import Result
from services.vehicles.domain.care.rule_packs import ObligationKind
from services.vehicles.storage.care.obligations import ObligationDone
from services.vehicles.usecases.care.papers import vehicle_of_paper
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.documents import DocumentRead, DocumentType, ReadStatus
from shared.ids import new_id

TOLD: Final[Mapping[DocumentType, tuple[ObligationKind, str, str]]] = {
    DocumentType.INSPECTION: (ObligationKind.INSPECTION, "date", "expiry_date"),
    DocumentType.REGISTRATION: (ObligationKind.INSPECTION, "issue_date", "next_inspection_date"),
    DocumentType.INSURANCE: (ObligationKind.INSURANCE, "valid_from", "expiry_date"),
}
"""Of which obligation a paper tells, and in which fields the day it was done and the next one stand."""
RESULTS: Final = {"pass": Result.A, "fail": Result.S}


@dataclass(frozen=True, slots=True)
class PaperFacts:
    kind: ObligationKind
    done_on: date | None
    next_on: date | None
    result: Result


def facts_of(type_: DocumentType, fields: Mapping[str, Found], today: date) -> PaperFacts | None:
    """Only what was read surely; a day of doing that has not come is none. None where nothing is left."""
    if type_ not in TOLD:
        return None
    kind, done, next_ = TOLD[type_]
    done_on, next_on = _day(fields.get(done)), _day(fields.get(next_))
    if done_on is not None and (done_on > today or (next_on is not None and next_on < done_on)):
        done_on = None
    is_test = type_ is DocumentType.INSPECTION
    if next_on is None and not (is_test and done_on is not None):
        return None
    said = fields.get("result")
    sure = said is not None and said.confidence >= SURE and is_test
    result = RESULTS.get(said.value, Result.A) if said is not None and sure else Result.A
    return PaperFacts(kind, done_on, next_on, result)


def _day(found: Found | None) -> date | None:
    if found is None or found.confidence < SURE:
        return None
    try:
        return date.fromisoformat(found.value)
    except ValueError:
        return None


async def keep_paper(work: Work, *, document: DocumentRead) -> None:
    """The caller has seen that this reading is news."""
    access = Access(document.owner_id)
    fields = {field.name: Found(field.value, field.confidence) for field in document.fields}
    is_read = document.status is ReadStatus.OK
    facts = facts_of(document.document_type, fields, work.today) if is_read else None
    known = await work.obligations.of_document(access, document.document_id)
    if any(not row.is_read for row in known):
        return  # somebody has corrected it by hand
    if facts is None:
        await forget_paper(work, access=access, document_id=document.document_id)
        return
    vehicle_id = known[0].vehicle_id if known else None
    vehicle_id = vehicle_id or await vehicle_of_paper(work, access, document, fields)
    if vehicle_id is None:
        return
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id)
    row = known[0] if known else _new_row(work, vehicle.owner_id, vehicle_id, document.document_id)
    row.kind, row.result = facts.kind, facts.result
    row.done_on, row.next_on = facts.done_on, facts.next_on
    if known:
        row.version += 1
        row.updated_at = work.now
    else:
        work.obligations.add(row)
    await recompute(work, vehicle=vehicle)


async def forget_paper(work: Work, *, access: Access, document_id: UUID) -> None:
    """The paper is gone, or tells nothing after all: what was read on it goes with it; what somebody said stays without it."""
    for row in await work.obligations.of_document(access, document_id):
        vehicle = await hold_vehicle(work, access=access, vehicle_id=row.vehicle_id)
        if row.is_read:
            await work.obligations.remove(row)
        else:
            row.document_id = None
            row.version += 1
        await recompute(work, vehicle=vehicle)


def _new_row(work: Work, owner_id: UUID, vehicle_id: UUID, document_id: UUID) -> ObligationDone:
    return ObligationDone(
        id=new_id(),
        owner_id=owner_id,
        vehicle_id=vehicle_id,
        made_by=None,
        version=1,
        document_id=document_id,
        is_read=True,
        created_at=work.now,
        updated_at=work.now,
    )
