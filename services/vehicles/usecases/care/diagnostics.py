from collections.abc import Sequence
from datetime import date
from typing import TypedDict
from uuid import UUID

from services.vehicles.domain.care.diagnostics import (
    CaseStatus,
    Point,
    Severity,
    Weighed,
    has_come_back,
    look_at,
    lowers,
)
from services.vehicles.domain.care.fault_codes import FaultCode, NotACode, read_code
from services.vehicles.domain.cars.odometer import Meter, ReadingSource
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.standing import standing_of
from services.vehicles.domain.cars.units import DistanceUnit, said_metres
from services.vehicles.errors.care_cases import (
    CaseIsResolved,
    CaseStaysWithCar,
    FaultCodeMalformed,
    ReportedInFuture,
    ResolveSaysHow,
    SeverityNeedsReason,
)
from services.vehicles.storage.care.diagnostics import Diagnostic
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.case_news import tell
from services.vehicles.usecases.cars.odometer import (
    NewReading,
    close,
    hold_vehicle,
    take_reading,
    void_reading_of_origin,
)
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles_cases import CaseNews
from shared.errors import NotFound, RoleInsufficient
from shared.ids import new_id


class CaseFacts(TypedDict, total=False):
    """What somebody says about a case; what is absent stays as it is. Distances in the car's unit."""

    id: UUID
    """Of a new one, as its client chose it."""
    vehicle_id: UUID
    title: str
    description: str | None
    dtc_codes: Sequence[str]
    reported_on: date | None
    distance: int | None
    severity: Severity | None
    severity_reason: str | None
    status: CaseStatus | None
    document_ids: Sequence[UUID]


async def report_case(
    work: Work, *, access: Access, facts: CaseFacts, guest: str | None = None
) -> Diagnostic:
    """Whoever may report a defect. The owner hears of one that cannot wait, if somebody else reports it.

    `guest`: by a guest of that name, in the owner's place.
    """
    vehicle = await hold_vehicle(
        work, access=access, vehicle_id=facts["vehicle_id"], may=May.REPORT_DEFECT
    )
    case = Diagnostic(
        id=facts.get("id") or new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=None if guest else access.person,
        guest=guest,
        version=1,
        dtc_codes=[],
        document_ids=[],
        reply_count=0,
        analysis="none",
        status=CaseStatus.OPEN,
        created_at=work.now,
        updated_at=work.now,
    )
    await _describe(work, case, vehicle, facts)
    work.cases.add(case)
    await follow_ledger(work, case=case, vehicle=vehicle)
    await _tell_owner(work, case, vehicle, by=case.made_by, guest=guest)
    return case


async def edit_case(work: Work, *, access: Access, case_id: UUID, facts: CaseFacts) -> Diagnostic:
    """What is in the trash is not changed. A driver says anew what they reported themselves, as long as it is not resolved; how far it is
    and how mild are not theirs to say. Raises NotFound, RoleInsufficient.
    """
    vehicle, case = await hold_case(work, access=access, case_id=case_id, may=May.REPORT_DEFECT)
    wanted = facts.get("vehicle_id", vehicle.id)
    if wanted != vehicle.id:
        await work.vehicles.one_seen(access, wanted, pointer="/vehicle")
        raise CaseStaysWithCar(pointer="/vehicle")
    if not standing_of(vehicle, access.person).may(May.WRITE_CASES):
        _refuse_what_is_not_theirs(case, facts)
    was = Severity(case.severity)
    await _describe(work, case, vehicle, facts)
    changed(work, case)
    await follow_ledger(work, case=case, vehicle=vehicle)
    if not was.is_urgent:
        await _tell_owner(work, case, vehicle, by=access.person)
    return case


def _refuse_what_is_not_theirs(case: Diagnostic, facts: CaseFacts) -> None:
    if case.is_resolved:
        raise CaseIsResolved
    if facts.get("status") not in {None, case.status}:
        raise RoleInsufficient(pointer="/status")
    if facts.get("severity_reason") is not None:
        raise RoleInsufficient(pointer="/severity_reason")


async def _tell_owner(
    work: Work, case: Diagnostic, vehicle: Vehicle, *, by: UUID | None, guest: str | None = None
) -> None:
    """Of what cannot wait, if somebody else says it: nobody we know, of a guest."""
    if by == vehicle.owner_id or not Severity(case.severity).is_urgent:
        return
    owner = {vehicle.owner_id}
    await tell(
        work, case=case, vehicle=vehicle, kind=CaseNews.REPORTED, to=owner, by=by, guest=guest
    )


async def trash_case(work: Work, *, access: Access, case_id: UUID) -> None:
    """It can be taken back for thirty days; its mileage leaves the ledger."""
    vehicle, case = await hold_case(work, access=access, case_id=case_id)
    await put_in_trash(work, case=case, vehicle=vehicle)


async def put_in_trash(work: Work, *, case: Diagnostic, vehicle: Vehicle) -> None:
    case.trashed_at = work.now
    changed(work, case)
    await follow_ledger(work, case=case, vehicle=vehicle)


async def restore_case(work: Work, *, access: Access, case_id: UUID) -> Diagnostic:
    """As if it had never been deleted; of what is not in the trash nothing changes."""
    vehicle = await hold_vehicle(
        work,
        access=access,
        vehicle_id=await work.cases.vehicle_of(access, case_id),
        may=May.WRITE_CASES,
    )
    case = await work.cases.one_changed(access, case_id)
    if case.trashed_at is None:
        return case
    case.trashed_at = None
    changed(work, case)
    await follow_ledger(work, case=case, vehicle=vehicle)
    return case


async def read_case(work: Work, *, access: Access, case_id: UUID) -> Diagnostic:
    case = await work.cases.one_seen(access, case_id)
    if case.trashed_at is not None:
        raise NotFound
    return case


async def hold_case(
    work: Work, *, access: Access, case_id: UUID, may: May = May.WRITE_CASES
) -> tuple[Vehicle, Diagnostic]:
    """The car, and what is wrong with it, for whoever may change all of it; with `may`, for whoever may do that with the car and change
    what this case says. Raises NotFound, also in the trash, RoleInsufficient.
    """
    vehicle_id = await work.cases.vehicle_of(access, case_id)
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=may)
    case = await work.cases.one_changed(access, case_id)
    if case.trashed_at is not None:
        raise NotFound
    return vehicle, case


def changed(work: Work, case: Diagnostic) -> Diagnostic:
    case.version += 1
    case.updated_at = work.now
    return case


async def _describe(work: Work, case: Diagnostic, vehicle: Vehicle, facts: CaseFacts) -> None:
    """Refusals first, then the whole change."""
    codes = _codes(facts["dtc_codes"]) if "dtc_codes" in facts else case.codes
    reported_on = facts.get("reported_on") or case.reported_on or work.today
    if reported_on > work.today and reported_on != case.reported_on:
        raise ReportedInFuture(pointer="/reported_on")
    documents = facts.get("document_ids", ())
    if not await work.documents.are_all_there(Access(case.owner_id), documents):
        raise NotFound(pointer="/documents")
    _set_status(case, facts.get("status"))
    case.title = facts.get("title", case.title)
    case.description = facts.get("description", case.description)
    case.reported_on = reported_on
    _weigh(case, codes, facts)
    if "distance" in facts:
        case.odometer_metres = said_metres(
            facts["distance"], DistanceUnit(vehicle.distance_unit), known=case.odometer_metres
        )
    if case.odometer_metres is not None or case.seen_metres is None:
        case.seen_metres = case.odometer_metres or vehicle.odometer_metres
    texts = [code.text for code in codes]
    if texts != case.dtc_codes or case.earlier_id is None:
        case.dtc_codes = texts
        case.earlier_id = await _earlier(work, case)
    if "document_ids" in facts:
        case.document_ids = [str(id_) for id_ in dict.fromkeys(documents)]


def _codes(texts: Sequence[str]) -> list[FaultCode]:
    """Doubles once. Raises FaultCodeMalformed, and says which."""
    found = {}
    for place, text in enumerate(texts):
        try:
            code = read_code(text)
        except NotACode:
            raise FaultCodeMalformed(pointer=f"/dtc_codes/{place}") from None
        found[code.text] = code
    return list(found.values())


def _set_status(case: Diagnostic, wanted: CaseStatus | None) -> None:
    if wanted is None or wanted == case.status:
        return
    if case.is_resolved:
        raise CaseIsResolved
    if wanted is CaseStatus.RESOLVED:
        raise ResolveSaysHow(pointer="/status")
    case.status = wanted


def _weigh(case: Diagnostic, codes: Sequence[FaultCode], facts: CaseFacts) -> None:
    """Raises SeverityNeedsReason for what would be shown milder than before, by whatever way, without a word why."""
    before = Severity(case.severity) if case.severity else None
    was = case.weighed if before else Weighed(None, None)
    found = look_at(case.title, case.description, codes).severity
    typed = facts.get("severity") if "severity" in facts else was.typed
    said = facts.get("severity_reason")
    reason, against = (said, found) if said else (was.reason, was.reason_against)
    now = Weighed(typed, found, reason, against)
    is_new_word = typed is not None and typed not in {was.typed, before}
    is_lowered = lowers(before, now.shown) or (is_new_word and lowers(before, typed or now.shown))
    if is_lowered and said is None:
        raise SeverityNeedsReason(pointer="/severity_reason")
    case.severity, case.severity_rank = now.shown, now.shown.rank
    case.severity_typed, case.severity_found = now.typed, now.found
    case.severity_reason, case.severity_reason_against = now.reason, now.reason_against


async def _earlier(work: Work, case: Diagnostic) -> UUID | None:
    """The latest resolved case of the same fault that may not have been mended."""
    seen = Point(case.reported_on, case.seen_metres)
    for ended in await work.cases.ended_with(case.vehicle_id, case.dtc_codes):
        if ended.id == case.id or ended.resolved_on is None:
            continue
        if has_come_back(Point(ended.resolved_on, ended.resolved_metres), seen):
            return ended.id
    return None


async def follow_ledger(work: Work, *, case: Diagnostic, vehicle: Vehicle) -> None:
    """A mileage that is said with a case is a reading like any other; struck out by hand, it stays so as long as the case says the same.
    The caller holds the car.
    """
    says = case.odometer_metres if case.trashed_at is None else None
    known = await work.readings.of_origin(case.id, Meter.DISTANCE)
    told = known or await work.readings.struck_out_of(case.id)
    if told is not None and (told.metres, told.read_on) == (says, case.reported_on):
        return
    if known is not None:
        await void_reading_of_origin(work, origin_id=case.id, meter=Meter.DISTANCE)
    elif says is None:
        return
    if told is not None and says is not None:
        told.struck_out = False  # it says something else now: what was struck out is forgotten
    if says is not None:
        new = NewReading(
            says,
            case.reported_on,
            ReadingSource.MANUAL,
            origin_id=case.id,
            made_by=case.made_by,
            guest=case.guest,
        )
        await take_reading(work, vehicle=vehicle, new=new)
    await work.flush()
    await close(work, vehicle)
