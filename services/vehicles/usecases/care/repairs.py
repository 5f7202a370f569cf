"""From what is wrong to what is to be done: a case makes its own maintenance record, or a plan, in one call."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.vehicles.domain.care.diagnostics import CaseStatus
from services.vehicles.domain.care.fault_codes import REPAIR
from services.vehicles.domain.care.templates import Use, template
from services.vehicles.errors.care_cases import CaseIsResolved, NothingProposed
from services.vehicles.storage.care.diagnostics import Diagnostic
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.case_views import look_over
from services.vehicles.usecases.care.diagnostics import hold_case
from services.vehicles.usecases.care.maintenance import Recorded, RecordFacts, add_record
from services.vehicles.usecases.care.plans import PlanFacts, PlanView
from services.vehicles.usecases.care.replies import note_what_happened
from services.vehicles.usecases.care.templates import Chosen, apply_template
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.contracts.vehicles import RecordStatus


@dataclass(frozen=True, slots=True)
class Intended:
    """What is left out, the case proposes."""

    service_type: str | None
    language: Language
    on: date | None = None
    """Today, where nobody says."""
    garage: str | None = None
    id: UUID | None = None
    """Of what is made, as its client chose it."""


async def schedule_repair(
    work: Work, *, access: Access, case_id: UUID, intended: Intended
) -> Recorded:
    """A scheduled record that names the case: completed, it closes it. Raises CaseIsResolved, and what `add_record` raises."""
    vehicle, case = await _open_case(work, access, case_id)
    service = intended.service_type or _first(case, vehicle) or REPAIR
    facts = RecordFacts(
        vehicle_id=vehicle.id,
        service_date=intended.on or work.today,
        services=[service],
        title=case.title,
        description=_what_is_wrong(case),
        garage=intended.garage,
        status=RecordStatus.SCHEDULED,
        case_id=case.id,
        language=intended.language,
    )
    recorded = await add_record(work, access=access, facts=facts, record_id=intended.id)
    case.status = CaseStatus.WAITING
    note_what_happened(work, case, "scheduled", recorded.record.service_date.isoformat())
    return recorded


async def plan_repair(
    work: Work,
    *,
    access: Access,
    case_id: UUID,
    intended: Intended,
    is_confirmed: bool,
) -> PlanView:
    """A plan of the work that the case proposes, with the ready intervals: what came once comes again. Raises NothingProposed where
    the work has none, and what `apply_template` raises.
    """
    vehicle, case = await _open_case(work, access, case_id)
    ready = template(intended.service_type or _first(case, vehicle) or REPAIR)
    if ready is None:
        raise NothingProposed(pointer="/service_type")
    view = await apply_template(
        work,
        access=access,
        vehicle_id=vehicle.id,
        chosen=Chosen(ready, Use.NORMAL, is_confirmed),
        facts=PlanFacts(),
        plan_id=intended.id,
    )
    note_what_happened(work, case, "planned", ready.name.into(intended.language))
    return view


async def _open_case(work: Work, access: Access, case_id: UUID) -> tuple[Vehicle, Diagnostic]:
    vehicle, case = await hold_case(work, access=access, case_id=case_id)
    if case.is_resolved:
        raise CaseIsResolved
    return vehicle, case


def _first(case: Diagnostic, vehicle: Vehicle) -> str | None:
    return next(iter(look_over(case, vehicle).proposals), None)


def _what_is_wrong(case: Diagnostic) -> str | None:
    parts = (case.description, ", ".join(case.dtc_codes))
    return "\n".join(part for part in parts if part)[:10_000] or None
