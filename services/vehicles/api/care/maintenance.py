from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Query, Response
from pydantic import BeforeValidator, Field

from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    InWork,
    MadeOut,
    Price,
    ServiceFilter,
    ServiceId,
    as_shown,
    chosen,
    one_as_shown,
    speaks,
)
from services.vehicles.domain.care.draft import DraftLine, LineKind
from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.units import DistanceUnit, Measured, in_unit
from services.vehicles.errors.care import CompletedInFuture, MixedCurrencies, UnknownService
from services.vehicles.storage.care.models import MaintenanceRecord, line_from_row
from services.vehicles.usecases.care.maintenance import (
    Recorded,
    RecordFacts,
    add_record,
    edit_record,
    read_record,
    remove_record,
)
from shared.contracts.base import Language
from shared.contracts.vehicles import RecordStatus
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    AnswerModel,
    Identifier,
    Line,
    Moment,
    Prose,
    RequestModel,
    described_decimal,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.money import MoneyOut

router = Router(prefix="/api/maintenances", tags=["maintenances"])

Number = Annotated[
    Decimal,
    BeforeValidator(lambda value: Decimal(value) if isinstance(value, int) else value),
    Field(strict=False, gt=0, max_digits=9, decimal_places=3),
    described_decimal(places=3, most=999_999, above_zero=True, example="1.5"),
]
Percent = Annotated[
    Decimal,
    Field(strict=False, ge=0, le=100, decimal_places=2),
    described_decimal(places=2, most=100, example="20"),
]
Status = Annotated[RecordStatus, chosen(RecordStatus)]
Kind = Annotated[LineKind, chosen(LineKind)]


class LineItem(RequestModel):
    kind: Kind = LineKind.PART
    description: Line
    quantity: Number | None = None
    unit_price: Price | None = None
    total: Price | None = None
    tax_rate: Percent | None = None

    def line(self) -> DraftLine:
        return DraftLine(
            kind=self.kind,
            description=self.description,
            quantity=self.quantity,
            unit_price=self.unit_price.money() if self.unit_price else None,
            total=self.total.money() if self.total else None,
            tax_rate=self.tax_rate,
        )


Lines = Annotated[list[LineItem], Field(max_length=100)]
Services = Annotated[list[ServiceId], Field(max_length=30)]
Documents = Annotated[list[Identifier], Field(max_length=30)]
REFUSALS = problems(NotFound, CompletedInFuture, MixedCurrencies, UnknownService)


class RecordIn(RequestModel):
    vehicle: Identifier
    service_date: CarDay
    service_type: ServiceId
    service_types: Services = Field(default_factory=list)
    """Everything that was done, when it was more than one thing."""
    title: Line | None = None
    description: Prose | None = None
    mileage: Distance | None = None
    cost: Price | None = None
    tax: Price | None = None
    garage: Line | None = None
    invoice_number: Line | None = None
    status: Status = RecordStatus.COMPLETED
    lines: Lines = Field(default_factory=list)
    documents: Documents = Field(default_factory=list)


@every_member_optional
class RecordEdit(RecordIn):
    """What is left out stays as it is."""


COLUMNS = {"vehicle": "vehicle_id", "mileage": "distance", "documents": "document_ids"}


def facts_of(body: Any, names: Iterable[str]) -> dict[str, Any]:
    """The body's members under the use case's names: money as Money, lines as lines, services as one list."""
    said = {COLUMNS.get(name, name): getattr(body, name) for name in names}
    for name in ("cost", "tax"):
        if said.get(name) is not None:
            said[name] = said[name].money()
    if "lines" in said:
        said["lines"] = [item.line() for item in said["lines"]]
    first, others = said.pop("service_type", None), said.pop("service_types", None)
    if first or others:
        said["services"] = list(dict.fromkeys([*([first] if first else []), *(others or [])]))
    return said


def _facts(body: RecordIn, *, only_said: bool) -> RecordFacts:
    names = body.model_fields_set if only_said else set(type(body).model_fields)
    return cast("RecordFacts", facts_of(body, names))  # the names are those of the models above


class LineOut(AnswerModel):
    kind: LineKind
    description: str
    quantity: str | None
    unit_price: MoneyOut | None
    total: MoneyOut | None
    tax_rate: str | None

    @classmethod
    def of(cls, line: DraftLine) -> Self:
        return cls(
            kind=line.kind,
            description=line.description,
            quantity=f"{line.quantity:f}" if line.quantity is not None else None,
            unit_price=line.unit_price,
            total=line.total,
            tax_rate=f"{line.tax_rate:f}" if line.tax_rate is not None else None,
        )


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
    cost: MoneyOut | None
    tax: MoneyOut | None
    garage: str | None
    invoice_number: str | None
    status: RecordStatus
    lines: list[LineOut]
    documents: list[UUID]
    odometer_reading: UUID | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, record: MaintenanceRecord, car: Measured, language: Language) -> Self:
        unit = DistanceUnit(car.distance_unit)
        name = service_name(record.service_type)
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
            cost=record.cost,
            tax=record.tax,
            garage=record.garage,
            invoice_number=record.invoice_number,
            status=RecordStatus(record.status),
            lines=[LineOut.of(line_from_row(row, record.currency)) for row in record.lines],
            documents=[UUID(id_) for id_ in record.document_ids],
            odometer_reading=record.reading_id,
            created_at=record.created_at,
            updated_at=record.updated_at,
        )


ORDER_BY = {
    "service_date": MaintenanceRecord.service_date,
    "created_at": MaintenanceRecord.created_at,
    "cost": MaintenanceRecord.cost_minor,
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
    work: InWork, caller: CurrentCaller, listing: ListQuery, statement: Any
) -> Page[RecordOut]:
    """A page of records, told in the units of their cars."""
    page: Page[MaintenanceRecord] = await listing.page(
        work.session, statement, into=lambda record: record
    )
    cars = await work.vehicles.measured({record.vehicle_id for record in page.results})
    told = [
        (record, RecordOut.of(record, cars[record.vehicle_id], speaks(caller)))
        for record in page.results
        if record.vehicle_id in cars  # else it was deleted in between, with its records
    ]
    return page.with_results(await as_shown(work, caller.access, told))


@router.get("")
async def list_maintenances(
    work: InWork,
    caller: CurrentCaller,
    listing: Records,
    *,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    status: Annotated[RecordStatus | None, Query()] = None,
    service_type: ServiceFilter = None,
) -> Page[RecordOut]:
    statement = work.records.listed(
        caller.access, vehicle_id=vehicle_id, status=status, service_type=service_type
    )
    return await page_of(work, caller, listing, statement)


@router.post(
    "",
    status_code=201,
    responses=REFUSALS,
)
async def create_maintenance(
    body: RecordIn, work: InWork, caller: CurrentCaller, response: Response
) -> RecordOut:
    """A completed record carries its mileage into the odometer ledger and closes the plans of the same work."""
    facts = _facts(body, only_said=False)
    recorded = await add_record(work, access=caller.access, facts=facts)
    response.headers["Location"] = f"/api/maintenances/{recorded.record.id}"
    return await _out(work, caller, recorded)


async def _out(work: InWork, caller: CurrentCaller, recorded: Recorded) -> RecordOut:
    told = RecordOut.of(recorded.record, recorded.vehicle, speaks(caller))
    car = recorded.vehicle
    return await one_as_shown(work, caller.access, recorded.record, told, cars=[car])


@router.get("/upcoming")
async def list_upcoming(work: InWork, caller: CurrentCaller, listing: Coming) -> Page[RecordOut]:
    statement = work.records.upcoming(caller.access, work.today)
    return await page_of(work, caller, listing, statement)


@router.get("/recent")
async def list_recent(work: InWork, caller: CurrentCaller, listing: Records) -> Page[RecordOut]:
    statement = work.records.recent(caller.access, work.today)
    return await page_of(work, caller, listing, statement)


@router.get("/{record_id}", responses=problems(NotFound))
async def get_maintenance(record_id: UUID, work: InWork, caller: CurrentCaller) -> RecordOut:
    recorded = await read_record(work, access=caller.access, record_id=record_id)
    return await _out(work, caller, recorded)


@router.put("/{record_id}", responses=REFUSALS)
async def replace_maintenance(
    record_id: UUID, body: RecordIn, work: InWork, caller: CurrentCaller
) -> RecordOut:
    facts = _facts(body, only_said=False)
    recorded = await edit_record(work, access=caller.access, record_id=record_id, facts=facts)
    return await _out(work, caller, recorded)


@router.patch("/{record_id}", responses=REFUSALS)
async def change_maintenance(
    record_id: UUID, body: RecordEdit, work: InWork, caller: CurrentCaller
) -> RecordOut:
    facts = _facts(body, only_said=True)
    recorded = await edit_record(work, access=caller.access, record_id=record_id, facts=facts)
    return await _out(work, caller, recorded)


@router.delete("/{record_id}", status_code=204, responses=problems(NotFound))
async def delete_maintenance(record_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await remove_record(work, access=caller.access, record_id=record_id)
