from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from services.vehicles.api.authorship import MadeOut, as_shown, one_as_shown
from services.vehicles.api.care.amounts import LineOut, Lines, TaxOut
from services.vehicles.api.dependencies import (
    Balance,
    CarDay,
    Distance,
    InWork,
    Named,
    ServiceFilter,
    ServiceId,
    chosen,
    chosen_id,
    speaks,
)
from services.vehicles.domain.care.records import RecordWarning
from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.units import DistanceUnit, Measured, in_unit
from services.vehicles.errors.care import (
    AmountTooLarge,
    CompletedInFuture,
    MixedCurrencies,
    NegativeCost,
    RefundNotNegative,
    ScheduledInPast,
    UnknownService,
)
from services.vehicles.storage.care.models import MaintenanceRecord, line_from_row
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.amounts import net_of, sums_of
from services.vehicles.usecases.care.maintenance import (
    Recorded,
    RecordFacts,
    add_record,
    doubted,
    edit_record,
    read_record,
    warnings_of,
)
from services.vehicles.usecases.care.trash import remove_record
from services.vehicles.usecases.cars.days import elsewhere
from services.vehicles.usecases.client_ids import add_once
from shared.contracts.base import Language
from shared.contracts.vehicles import RecordKind, RecordStatus
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import (
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

router = Router(prefix="/api/maintenances", tags=["maintenances"])

Status = Annotated[RecordStatus, chosen(RecordStatus)]
Kind = Annotated[RecordKind, chosen(RecordKind)]
Services = Annotated[list[ServiceId], Field(max_length=30)]
Documents = Annotated[list[Identifier], Field(max_length=30)]
REFUSALS = problems(
    *(NotFound, RoleInsufficient, UnknownService, CompletedInFuture, ScheduledInPast),
    *(MixedCurrencies, NegativeCost, RefundNotNegative, AmountTooLarge),
)


class RecordIn(RequestModel):
    vehicle: Identifier
    service_date: CarDay
    service_type: ServiceId
    service_types: Services = Field(default_factory=list)
    """Everything that was done, when it was more than one thing."""
    title: Line | None = None
    description: Prose | None = None
    mileage: Distance | None = None
    kind: Kind = RecordKind.SERVICE
    cost: Balance | None = None
    """The total with tax; what the lines come to when left out. Negative for a refund."""
    tax: Balance | None = None
    garage: Line | None = None
    garage_id: Identifier | None = None
    invoice_number: Line | None = None
    status: Status = RecordStatus.COMPLETED
    lines: Lines = Field(default_factory=list)
    prices_include_tax: bool = False
    """Those of the lines."""
    documents: Documents = Field(default_factory=list)
    case: Identifier | None = None
    """What was wrong: completed, the work closes this case, and taken back it opens it again."""


class NewRecord(Named, RecordIn):
    """As its client describes it, under an id of the client's choice if it likes."""


@every_member_optional
class RecordEdit(RecordIn):
    """What is left out stays as it is."""


COLUMNS = {
    "vehicle": "vehicle_id",
    "mileage": "distance",
    "documents": "document_ids",
    "case": "case_id",
}


def facts_of(body: Any, names: Iterable[str]) -> dict[str, Any]:
    """The body's members under the use case's names: money as Money, lines as lines, services as one list."""
    said = {COLUMNS.get(name, name): getattr(body, name) for name in names if name != "id"}
    for name in ("cost", "tax"):
        if said.get(name) is not None:
            said[name] = said[name].money()
    if "lines" in said:
        said["lines"] = [item.line() for item in said["lines"]]
    if said.get("title") in _names(body):
        said["title"] = None  # the answer's own, sent back
    first, others = said.pop("service_type", None), said.pop("service_types", None)
    if first or others:
        said["services"] = list(dict.fromkeys([*([first] if first else []), *(others or [])]))
    return said


def _names(body: Any) -> set[str]:
    """What the reference list calls it."""
    name = service_name(getattr(body, "service_type", None) or "")
    return {name.into(language) for language in Language} if name else set()


def told(recorded: Recorded, caller: Caller) -> "RecordOut":
    return RecordOut.of(
        recorded.record, recorded.vehicle, speaks(caller), is_doubted=recorded.is_doubted
    )


def _facts(body: RecordIn, caller: Caller, *, only_said: bool) -> RecordFacts:
    names = body.model_fields_set if only_said else set(type(body).model_fields)
    said = facts_of(body, names) | {"language": speaks(caller)}
    return cast("RecordFacts", said)  # the names are those of the models above


class RecordOut(MadeOut):
    id: UUID
    vehicle: UUID
    service_date: date
    service_type: str
    service_types: list[str]
    title: str
    description: str | None
    mileage: int | None
    distance_unit: DistanceUnit
    kind: RecordKind
    cost: MoneyOut | None
    """With tax."""
    tax: MoneyOut | None
    net: MoneyOut | None
    taxes: list[TaxOut]
    """What the lines say, rate by rate; empty without amounts in lines."""
    garage: str | None
    garage_id: UUID | None
    invoice_number: str | None
    status: RecordStatus
    lines: list[LineOut]
    prices_include_tax: bool
    documents: list[UUID]
    case: UUID | None
    odometer_reading: UUID | None
    warnings: list[RecordWarning]
    trashed_at: Moment | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(
        cls, record: MaintenanceRecord, car: Measured, language: Language, *, is_doubted: bool
    ) -> Self:
        """`is_doubted`: its mileage is in quarantine."""
        unit = DistanceUnit(car.distance_unit)
        name = service_name(record.service_type)
        sums = sums_of(record)
        return cls(
            id=record.id,
            vehicle=record.vehicle_id,
            service_date=record.service_date,
            service_type=record.service_type,
            service_types=record.services,
            title=record.title or (name.into(language) if name else record.service_type),
            description=record.description,
            mileage=in_unit(record.odometer_metres, unit),
            distance_unit=unit,
            kind=RecordKind(record.kind),
            cost=record.cost,
            tax=record.tax,
            net=net_of(record, sums),
            taxes=[TaxOut.of(each) for each in sums.taxes] if sums else [],
            garage=record.garage,
            garage_id=record.garage_id,
            invoice_number=record.invoice_number,
            status=RecordStatus(record.status),
            lines=[LineOut.of(line_from_row(row, record.currency)) for row in record.lines],
            prices_include_tax=record.prices_include_tax,
            documents=[UUID(id_) for id_ in record.document_ids],
            case=record.case_id,
            odometer_reading=record.reading_id,
            warnings=warnings_of(record, sums, is_doubted=is_doubted),
            trashed_at=record.trashed_at,
            created_at=record.created_at,
            updated_at=record.updated_at,
        ).about(record)


RecordIn.may_be(RecordOut)

COST = "cost"
ORDER_BY = {
    "service_date": MaintenanceRecord.service_date,
    "created_at": MaintenanceRecord.created_at,
    COST: MaintenanceRecord.cost_minor,
    "mileage": MaintenanceRecord.odometer_metres,
}
SEARCHED = (
    MaintenanceRecord.title,
    MaintenanceRecord.description,
    MaintenanceRecord.garage,
    MaintenanceRecord.invoice_number,
    MaintenanceRecord.service_type,
)
Records = Annotated[ListQuery, listed_by(ORDER_BY, default="-service_date", search=SEARCHED)]
Coming = Annotated[ListQuery, listed_by(ORDER_BY, default="service_date", search=SEARCHED)]


async def page_of(
    work: InWork,
    caller: CurrentCaller,
    listing: ListQuery,
    statement: Any,
    *,
    only: Vehicle | None = None,
) -> Page[RecordOut]:
    """A page of records, told in the units of their cars; in no order that tells what was paid to whom it is not shown."""
    if listing.ordered_by == COST:
        shown = await work.records.cost_as_shown(caller.access)
        listing = listing.veiled(*shown) if shown else listing
    page: Page[MaintenanceRecord] = await listing.page(
        work.session, statement, into=lambda record: record
    )
    cars: Mapping[UUID, Measured] = (
        {only.id: only}
        if only is not None
        else await work.vehicles.measured({record.vehicle_id for record in page.results})
    )
    unsure = await doubted(work, page.results)
    told = [
        (
            record,
            RecordOut.of(
                record, cars[record.vehicle_id], speaks(caller), is_doubted=record.id in unsure
            ),
        )
        for record in page.results
        if record.vehicle_id in cars  # else it was deleted in between, with its records
    ]
    known = [] if only is None else [only]
    return page.with_results(await as_shown(work, caller.access, told, cars=known))


@router.get("")
async def list_maintenances(
    work: InWork,
    caller: CurrentCaller,
    listing: Records,
    *,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    status: Annotated[RecordStatus | None, Query()] = None,
    kind: Annotated[RecordKind | None, Query()] = None,
    service_type: ServiceFilter = None,
) -> Page[RecordOut]:
    statement = work.records.listed(
        caller.access, vehicle_id=vehicle_id, status=status, service_type=service_type
    )
    if kind is not None:
        statement = statement.where(MaintenanceRecord.kind == kind)
    return await page_of(work, caller, listing, statement)


@router.post(
    "",
    status_code=201,
    responses=REFUSALS | problems(NotFound, IdTaken),
)
async def create_maintenance(
    body: NewRecord, work: InWork, caller: CurrentCaller, response: Response
) -> RecordOut:
    """A completed record carries its mileage into the odometer ledger and closes the plans of the same work."""
    facts = _facts(body, caller, only_said=False)
    recorded = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=lambda id_: add_record(work, access=caller.access, facts=facts, record_id=id_),
        again=lambda id_: read_record(work, access=caller.access, record_id=id_),
    )
    response.headers["Location"] = f"/api/maintenances/{recorded.record.id}"
    return await _out(work, caller, recorded)


async def _out(work: InWork, caller: CurrentCaller, recorded: Recorded) -> RecordOut:
    answer, car = told(recorded, caller), recorded.vehicle
    return await one_as_shown(work, caller.access, recorded.record, answer, cars=[car])


@router.get("/upcoming")
async def list_upcoming(work: InWork, caller: CurrentCaller, listing: Coming) -> Page[RecordOut]:
    statement = work.records.upcoming(caller.access, await elsewhere(work, caller.access))
    return await page_of(work, caller, listing, statement)


@router.get("/recent")
async def list_recent(work: InWork, caller: CurrentCaller, listing: Records) -> Page[RecordOut]:
    statement = work.records.recent(caller.access, await elsewhere(work, caller.access))
    return await page_of(work, caller, listing, statement)


@router.get("/{record_id}", responses=problems(NotFound))
async def get_maintenance(record_id: UUID, work: InWork, caller: CurrentCaller) -> RecordOut:
    recorded = await read_record(work, access=caller.access, record_id=record_id)
    return await _out(work, caller, recorded)


@router.put("/{record_id}", responses=REFUSALS)
async def replace_maintenance(
    record_id: UUID, body: RecordIn, work: InWork, caller: CurrentCaller
) -> RecordOut:
    facts = _facts(body, caller, only_said=False)
    recorded = await edit_record(work, access=caller.access, record_id=record_id, facts=facts)
    return await _out(work, caller, recorded)


@router.patch("/{record_id}", responses=REFUSALS)
async def change_maintenance(
    record_id: UUID, body: RecordEdit, work: InWork, caller: CurrentCaller
) -> RecordOut:
    facts = _facts(body, caller, only_said=True)
    recorded = await edit_record(work, access=caller.access, record_id=record_id, facts=facts)
    return await _out(work, caller, recorded)


@router.delete("/{record_id}", status_code=204, responses=problems(NotFound, RoleInsufficient))
async def delete_maintenance(record_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """Into the trash, for thirty days: its reading is taken back, the plan that it closed is open again."""
    await remove_record(work, access=caller.access, record_id=record_id)
