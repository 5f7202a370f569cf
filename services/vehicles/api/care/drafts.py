from datetime import date
from typing import Annotated, Self, cast
from uuid import UUID

from fastapi import Query
from pydantic import Field

from services.vehicles.api.authorship import shown
from services.vehicles.api.care.amounts import LineOut, Lines
from services.vehicles.api.care.maintenance import Kind, RecordOut, Services, facts_of
from services.vehicles.api.care.plans import PlanOut
from services.vehicles.api.cars.odometer import ReadingOut
from services.vehicles.api.dependencies import Balance, CarDay, Distance, InWork, ServiceId, speaks
from services.vehicles.domain.care.draft import REQUIRED, DraftWarning, Missing
from services.vehicles.domain.cars.units import DistanceUnit
from services.vehicles.errors.care import (
    AmountTooLarge,
    DraftIncomplete,
    DraftSettled,
    MixedCurrencies,
    NegativeCost,
    RefundNotNegative,
    UnknownService,
)
from services.vehicles.storage.care.models import MaintenanceDraft, line_from_row
from services.vehicles.usecases.care.drafts import (
    DraftFacts,
    DraftStatus,
    confirm_draft,
    discard_draft,
    edit_draft,
    missing_in,
    read_draft,
)
from services.vehicles.usecases.care.maintenance import is_doubted
from services.vehicles.usecases.care.plans import views_of_vehicle
from shared.contracts.vehicles import RecordKind
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    AnswerModel,
    Identifier,
    Line,
    Moment,
    Prose,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.money import MoneyOut

router = Router(prefix="/api/maintenances/drafts", tags=["maintenance drafts"])


@every_member_optional
class DraftEdit(RequestModel):
    """What is left out stays as it is; what is said here, a later reading of the paper leaves alone."""

    vehicle: Identifier | None
    case: Identifier | None
    """What was wrong: the record closes this case."""
    service_date: CarDay | None
    service_type: ServiceId
    service_types: Services
    title: Line | None
    description: Prose | None
    mileage: Distance | None
    kind: Kind
    cost: Balance | None
    tax: Balance | None
    garage: Line | None
    invoice_number: Line | None
    lines: Lines
    prices_include_tax: bool


class DraftOut(AnswerModel):
    id: UUID
    status: DraftStatus
    document: UUID | None
    """What it was read from; or `booking`."""
    booking: UUID | None
    """After which a garage proposes it."""
    file_name: str | None
    vehicle: UUID | None
    case: UUID | None
    service_date: date | None
    service_type: str | None
    service_types: list[str]
    title: str | None
    description: str | None
    mileage: int | None
    distance_unit: DistanceUnit | None
    """Empty: the car's own."""
    kind: RecordKind
    cost: MoneyOut | None
    tax: MoneyOut | None
    garage: str | None
    invoice_number: str | None
    lines: list[LineOut]
    prices_include_tax: bool
    missing: list[Missing]
    needed_to_confirm: list[Missing]
    unsure: list[str]
    """Fields of the paper that were read with doubt."""
    warnings: list[DraftWarning]
    maintenance: UUID | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, draft: MaintenanceDraft) -> Self:
        missing = missing_in(draft)
        return cls(
            id=draft.id,
            status=DraftStatus(draft.status),
            document=draft.document_id,
            booking=draft.booking_id,
            file_name=draft.file_name,
            vehicle=draft.vehicle_id,
            case=draft.case_id,
            service_date=draft.service_date,
            service_type=draft.services[0] if draft.services else None,
            service_types=draft.services,
            title=draft.title,
            description=draft.description,
            mileage=draft.distance,
            distance_unit=DistanceUnit(draft.distance_unit) if draft.distance_unit else None,
            kind=RecordKind(draft.kind),
            cost=draft.cost,
            tax=draft.tax,
            garage=draft.garage,
            invoice_number=draft.invoice_number,
            lines=[LineOut.of(line_from_row(row, draft.currency)) for row in draft.lines],
            prices_include_tax=draft.prices_include_tax,
            missing=missing,
            needed_to_confirm=[name for name in missing if name in REQUIRED],
            unsure=draft.unsure,
            warnings=[DraftWarning(warning) for warning in draft.warnings],
            maintenance=draft.record_id,
            created_at=draft.created_at,
            updated_at=draft.updated_at,
        )


class ConfirmationOut(AnswerModel):
    """What was recorded, what the ledger made of the mileage, and the plans as they stand now."""

    draft: DraftOut
    maintenance: RecordOut
    odometer_reading: ReadingOut | None
    plans: Annotated[
        list[PlanOut], Field(description="Plans of this work, with the next forecast.")
    ]


Drafts = Annotated[
    ListQuery,
    listed_by(
        {
            "created_at": MaintenanceDraft.created_at,
            "service_date": MaintenanceDraft.service_date,
        },
        default="-created_at",
        search=(
            MaintenanceDraft.garage,
            MaintenanceDraft.invoice_number,
            MaintenanceDraft.file_name,
        ),
    ),
]


@router.get("")
async def list_drafts(
    work: InWork,
    caller: CurrentCaller,
    listing: Drafts,
    status: Annotated[DraftStatus | None, Query()] = None,
    document_id: Annotated[UUID | None, Query(alias="document")] = None,
) -> Page[DraftOut]:
    drafts = work.drafts.listed(caller.access, status=status)
    if document_id is not None:
        drafts = drafts.where(MaintenanceDraft.document_id == document_id)
    return await listing.page(work.session, drafts, into=DraftOut.of)


@router.get("/{draft_id}", responses=problems(NotFound))
async def get_draft(draft_id: UUID, work: InWork, caller: CurrentCaller) -> DraftOut:
    return DraftOut.of(await read_draft(work, access=caller.access, draft_id=draft_id))


@router.patch(
    "/{draft_id}", responses=problems(NotFound, DraftSettled, UnknownService, MixedCurrencies)
)
async def change_draft(
    draft_id: UUID, body: DraftEdit, work: InWork, caller: CurrentCaller
) -> DraftOut:
    facts = cast("DraftFacts", facts_of(body, body.model_fields_set))  # the model's own names
    draft = await edit_draft(work, access=caller.access, draft_id=draft_id, facts=facts)
    return DraftOut.of(draft)


@router.post(
    "/{draft_id}/confirm",
    responses=problems(
        *(NotFound, RoleInsufficient, DraftSettled, DraftIncomplete),
        *(NegativeCost, RefundNotNegative, AmountTooLarge),
    ),
)
async def confirm_a_draft(draft_id: UUID, work: InWork, caller: CurrentCaller) -> ConfirmationOut:
    """Records the work, takes the mileage into the ledger, closes the plans of the same work. Twice is once."""
    language = speaks(caller)
    done = await confirm_draft(work, access=caller.access, draft_id=draft_id, language=language)
    draft = await read_draft(work, access=caller.access, draft_id=draft_id)
    views = await views_of_vehicle(work, vehicle=done.vehicle, plans=done.plans)
    told = ConfirmationOut(
        draft=DraftOut.of(draft),
        maintenance=RecordOut.of(
            done.record, done.vehicle, language, is_doubted=is_doubted(done.reading)
        ),
        odometer_reading=ReadingOut.of(done.reading, done.vehicle) if done.reading else None,
        plans=[PlanOut.of(view, language) for view in views],
    )
    return await shown(work, caller.access, told, cars=[done.vehicle])


@router.post("/{draft_id}/discard", responses=problems(NotFound, DraftSettled))
async def discard_a_draft(draft_id: UUID, work: InWork, caller: CurrentCaller) -> DraftOut:
    return DraftOut.of(await discard_draft(work, access=caller.access, draft_id=draft_id))
