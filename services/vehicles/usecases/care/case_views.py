"""A case as it is told: with its car, what its words and codes say, and the work they propose."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.vehicles.domain.care.diagnostics import Found, look_at, proposals
from services.vehicles.domain.care.fault_codes import FaultCode
from services.vehicles.storage.care.diagnostics import Diagnostic, DiagnosticReply
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access


@dataclass(frozen=True, slots=True)
class CaseView:
    case: Diagnostic
    vehicle: Vehicle
    codes: Sequence[FaultCode]
    found: Found
    proposals: Sequence[str]
    """Services of the reference list; none of what is resolved."""
    replies: Sequence[DiagnosticReply] | None
    """Oldest first; None in a list."""


async def view_cases(
    work: Work, *, access: Access, cases: Sequence[Diagnostic], with_replies: bool = False
) -> list[CaseView]:
    """One statement, and one more for the replies, however many. Left out is what was deleted in between, with its car."""
    await work.flush()  # what was just said is read below
    seen = await work.vehicles.some_seen(access, {case.vehicle_id for case in cases})
    cars = {car.id: car for car in seen}
    replies: dict[object, list[DiagnosticReply]] = {case.id: [] for case in cases}
    if with_replies:
        for reply in await work.replies.of_cases([case.id for case in cases]):
            replies[reply.case_id].append(reply)
    return [
        look_over(case, cars[case.vehicle_id], replies[case.id] if with_replies else None)
        for case in cases
        if case.vehicle_id in cars
    ]


def look_over(
    case: Diagnostic, car: Vehicle, replies: Sequence[DiagnosticReply] | None = None
) -> CaseView:
    codes = case.codes
    found = look_at(case.title, case.description, codes)
    named = proposals(found.flags, codes, fuel=car.fuel_type, transmission=car.transmission)
    return CaseView(case, car, codes, found, [] if case.is_resolved else named, replies)
