"""How a case ends, by hand or by the work that mends it; and how it opens again."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.vehicles.domain.care.diagnostics import CaseStatus, Outcome
from services.vehicles.domain.care.records import is_work_done
from services.vehicles.errors.care_cases import (
    CaseIsOpen,
    CaseIsResolved,
    RecordMendsNothing,
    RepairNeedsRecord,
    ResolvedTooEarly,
)
from services.vehicles.storage.care.diagnostics import Diagnostic
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.announce import announce_record
from services.vehicles.usecases.care.diagnostics import changed, hold_case, put_in_trash
from services.vehicles.usecases.care.replies import Said, note_what_happened, say
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles import RecordKind, RecordStatus
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Ending:
    how: Outcome
    record_id: UUID | None = None
    """The work that mended it."""
    text: str | None = None
    on: date | None = None
    """Today, where nobody says."""


async def resolve_case(work: Work, *, access: Access, case_id: UUID, ending: Ending) -> Diagnostic:
    """Raises CaseIsResolved, RepairNeedsRecord, RecordMendsNothing, ResolvedTooEarly, NotFound."""
    vehicle, case = await hold_case(work, access=access, case_id=case_id)
    if case.is_resolved:
        raise CaseIsResolved
    record = await _mended_by(work, access, case, ending)
    on = ending.on or (record.service_date if record else work.today)
    if not case.reported_on <= on <= work.today and ending.on is not None:
        raise ResolvedTooEarly(pointer="/resolved_on")
    if record is not None:
        case.record_id = record.id
        if record.case_id is None:
            record.case_id = case.id
            announce_record(work, record=record)
    _end(work, case, ending, on, metres=_metres(record, vehicle))
    return case


def _metres(record: MaintenanceRecord | None, vehicle: Vehicle) -> int | None:
    """Where the car stood when it was mended."""
    told = record.odometer_metres if record is not None else None
    return told if told is not None else vehicle.odometer_metres


async def _mended_by(
    work: Work, access: Access, case: Diagnostic, ending: Ending
) -> MaintenanceRecord | None:
    if ending.record_id is None:
        if ending.how is Outcome.REPAIRED:
            raise RepairNeedsRecord(pointer="/record")
        return None
    if ending.how is not Outcome.REPAIRED:
        raise RecordMendsNothing(pointer="/record")
    record = await work.records.one_changed(access, ending.record_id, pointer="/record")
    if record.vehicle_id != case.vehicle_id:
        raise NotFound(pointer="/record")
    if not mends(record):
        raise RecordMendsNothing(pointer="/record")
    return record


def mends(record: MaintenanceRecord) -> bool:
    """Completed work that is not in the trash."""
    is_done = is_work_done(RecordStatus(record.status), RecordKind(record.kind))
    return is_done and record.trashed_at is None


def _end(work: Work, case: Diagnostic, ending: Ending, on: date, *, metres: int | None) -> None:
    case.status = CaseStatus.RESOLVED
    case.outcome, case.outcome_text = ending.how, ending.text
    case.resolved_on, case.resolved_at = on, work.now
    case.resolved_metres = metres
    note_what_happened(work, case, ending.how.value, ending.text)


async def reopen_case(
    work: Work, *, access: Access, case_id: UUID, text: str | None, instead_of: UUID | None
) -> Diagnostic:
    """It was not mended, or it has come back: with `instead_of`, what a new case says becomes a reply to this one, and the new one goes
    into the trash. Raises CaseIsOpen, NotFound.
    """
    vehicle, case = await hold_case(work, access=access, case_id=case_id)
    if not case.is_resolved:
        raise CaseIsOpen
    newer = None
    if instead_of is not None:
        newer = await work.cases.one_changed(access, instead_of, pointer="/instead_of")
        if newer.vehicle_id != case.vehicle_id or newer.trashed_at is not None or newer is case:
            raise NotFound(pointer="/instead_of")
    await _unlink(work, access, case)
    _open(work, case, "reopened", text)
    if newer is not None:
        said = "\n\n".join(part for part in (newer.title, newer.description) if part)
        say(work, case, Said(said, made_by=newer.made_by, documents=tuple(newer.document_ids)))
        case.dtc_codes = list(dict.fromkeys([*case.dtc_codes, *newer.dtc_codes]))
        case.document_ids = list(dict.fromkeys([*case.document_ids, *newer.document_ids]))
        await put_in_trash(work, case=newer, vehicle=vehicle)
    return case


async def _unlink(work: Work, access: Access, case: Diagnostic) -> None:
    """Its record names it no more, else a change of the record would close it again."""
    if case.record_id is None:
        return
    record = await work.records.find_changed(access, case.record_id)
    if record is not None and record.case_id == case.id:
        record.case_id = None
        announce_record(work, record=record)
    case.record_id = None


def _open(work: Work, case: Diagnostic, word: str, text: str | None = None) -> None:
    case.status = CaseStatus.OPEN
    case.outcome = case.outcome_text = None
    case.resolved_on = case.resolved_at = case.resolved_metres = None
    note_what_happened(work, case, word, text)


async def follow_record_with_cases(
    work: Work, *, record: MaintenanceRecord, vehicle: Vehicle
) -> None:
    """Completed work closes the case it names; work that is taken back, or is of another car, opens it again. The caller holds the car."""
    for case in await work.cases.of_record(record.id, record.case_id):
        is_here = case.vehicle_id == vehicle.id
        if not is_here or (record.case_id is None and case.record_id != record.id):
            _let_go(work, case, record)
            continue
        is_free = case.record_id is None or (mends(record) and not case.is_resolved)
        if is_free and case.record_id != record.id:
            case.record_id = record.id
            changed(work, case)
        if case.record_id != record.id:
            continue  # another work mends it
        if mends(record) and not case.is_resolved:
            ending = Ending(Outcome.REPAIRED)
            _end(work, case, ending, record.service_date, metres=_metres(record, vehicle))
        elif not mends(record) and case.outcome == Outcome.REPAIRED:
            _open(work, case, "record_gone")


async def name_case(work: Work, *, record: MaintenanceRecord, case_id: UUID | None) -> None:
    """A record names another case from now on, or none. The caller holds the car, and follows. Raises NotFound."""
    if case_id == record.case_id:
        return
    for case in await work.cases.of_record(record.id, record.case_id):
        if case.id == record.case_id:
            _let_go(work, case, record)
    if case_id is not None and not await work.cases.is_of(record.vehicle_id, case_id):
        raise NotFound(pointer="/case")
    record.case_id = case_id


def _let_go(work: Work, case: Diagnostic, record: MaintenanceRecord) -> None:
    if record.case_id == case.id:
        record.case_id = None
    if case.record_id != record.id:
        return
    case.record_id = None
    if case.outcome == Outcome.REPAIRED:
        _open(work, case, "record_gone")
    else:
        changed(work, case)
