from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from fastapi import Query, Response

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.dependencies import CarDay, InWork, chosen_id
from services.vehicles.api.running.describing import (
    REFUSALS,
    FillEdit,
    FillIn,
    NewCarFill,
    NewFill,
    facts_of,
)
from services.vehicles.domain.cars.energies import Energy, QuantityUnit, from_smallest
from services.vehicles.domain.cars.odometer import Doubt, ReadingStatus
from services.vehicles.domain.cars.units import DistanceUnit, in_unit, to_hours
from services.vehicles.domain.running.doubts import FillDoubt, Hint
from services.vehicles.domain.running.histories import Basis
from services.vehicles.storage.running.models import Fill
from services.vehicles.usecases.client_ids import ChosenId, add_once
from services.vehicles.usecases.running.describing import FillFacts, exactly_in, paid_of
from services.vehicles.usecases.running.fills import (
    ToldFill,
    add_fill,
    edit_fill,
    read_fill,
    remove_fill,
    restore_fill,
    tell_fills,
)
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    AnswerModel,
    Moment,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.money import MoneyOut

router = Router(prefix="/api", tags=["fills"])


class OdometerOut(AnswerModel):
    """What became of the reading in the ledger."""

    reading: UUID
    status: ReadingStatus
    doubts: list[Doubt]


class FillOut(MadeOut):
    shown_to_maker: ClassVar[bool] = True

    id: UUID
    vehicle: UUID
    day: date
    time: str | None
    energy: Energy
    quantity: str
    unit: QuantityUnit
    unit_price: str | None
    total: MoneyOut | None
    derived: str | None
    """Which of quantity, unit_price and total follows from the others; `tariff`: the total from the tariff."""
    full: bool
    level_after: float | None
    missed_before: bool
    mileage: int | None
    mileage_derived: bool
    """From the trip."""
    trip: str | None
    distance_unit: DistanceUnit
    hours: str | None
    distance_on_this: str | None
    distance_on_other: str | None
    station: str | None
    note: str | None
    documents: list[UUID]
    measured_at: Basis | None
    battery_quantity: str | None
    solar_quantity: str | None
    charged_from: Moment | None
    charged_to: Moment | None
    tariff: UUID | None
    odometer: OdometerOut | None
    doubts: list[FillDoubt]
    hints: list[Hint]
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, told: ToldFill) -> Self:
        fill = told.fill
        unit = DistanceUnit(told.car.distance_unit)
        return cls(
            **_money_of(told),
            **_charge_of(fill),
            id=fill.id,
            vehicle=fill.vehicle_id,
            day=fill.day,
            time=f"{fill.at:%H:%M}" if fill.at else None,
            energy=Energy(fill.energy),
            quantity=f"{from_smallest(fill.quantity, QuantityUnit(fill.unit)):f}",
            unit=QuantityUnit(fill.unit),
            full=fill.is_full,
            level_after=fill.level_after / 10 if fill.level_after is not None else None,
            missed_before=fill.missed_before,
            mileage=in_unit(fill.odometer_metres, unit),
            mileage_derived=fill.odometer_derived,
            trip=_written(exactly_in(fill.trip_metres, unit)),
            distance_unit=unit,
            hours=to_hours(fill.engine_minutes) if fill.engine_minutes is not None else None,
            distance_on_this=_written(exactly_in(fill.own_metres, unit)),
            distance_on_other=_written(exactly_in(fill.other_metres, unit)),
            station=fill.station,
            note=fill.note,
            documents=[UUID(id_) for id_ in fill.document_ids],
            odometer=_odometer_of(told),
            doubts=list(told.doubts.doubts),
            hints=list(told.doubts.hints),
            created_at=fill.created_at,
            updated_at=fill.updated_at,
        ).about(fill)


def _written(number: Decimal | None) -> str | None:
    return f"{number:f}" if number is not None else None


def _kwh(energy: int | None) -> str | None:
    return f"{from_smallest(energy, QuantityUnit.KILOWATT_HOUR):f}" if energy is not None else None


def _money_of(told: ToldFill) -> dict[str, Any]:
    """Nothing to whom costs are not shown."""
    if not told.shows_costs:
        return {"unit_price": None, "total": None, "derived": None}
    fill = told.fill
    return {
        "unit_price": _written(paid_of(fill).unit_price),
        "total": fill.total,
        "derived": fill.derived,
    }


def _charge_of(fill: Fill) -> dict[str, Any]:
    return {
        "measured_at": Basis(fill.measured_at) if fill.measured_at else None,
        "battery_quantity": _kwh(fill.battery),
        "solar_quantity": _kwh(fill.solar),
        "charged_from": fill.charged_from,
        "charged_to": fill.charged_to,
        "tariff": fill.tariff_id,
    }


def _odometer_of(told: ToldFill) -> OdometerOut | None:
    if told.reading is None:
        return None
    doubts = [Doubt(doubt) for doubt in told.reading.doubts]
    return OdometerOut(
        reading=told.reading.id, status=ReadingStatus(told.reading.status), doubts=doubts
    )


ORDER_BY = {
    "day": Fill.day,
    "created_at": Fill.created_at,
    "quantity": Fill.quantity,
    "mileage": Fill.odometer_metres,
}
Fills = Annotated[ListQuery, listed_by(ORDER_BY, default="-day", search=(Fill.station, Fill.note))]
OfEnergy = Annotated[Energy | None, Query()]
Since = Annotated[CarDay | None, Query(alias="from")]
Until = Annotated[CarDay | None, Query(alias="to")]


async def page_of(
    work: InWork, caller: CurrentCaller, listing: ListQuery, statement: Any
) -> Page[FillOut]:
    page: Page[Fill] = await listing.page(work.session, statement, into=lambda fill: fill)
    told = await tell_fills(work, access=caller.access, fills=page.results)
    answer = page.with_results([FillOut.of(each) for each in told])
    return await shown(work, caller.access, answer, cars=[each.car for each in told])


async def add_fill_once(
    work: InWork, caller: CurrentCaller, facts: FillFacts, chosen: ChosenId | None
) -> ToldFill:
    async def make(id_: UUID) -> ToldFill:
        return await add_fill(work, access=caller.access, facts=FillFacts(**facts, id=id_))

    return await add_once(
        work,
        access=caller.access,
        chosen=chosen,
        make=make,
        again=lambda id_: read_fill(work, access=caller.access, fill_id=id_),
    )


@router.get("/fills")
async def list_fills(
    work: InWork,
    caller: CurrentCaller,
    listing: Fills,
    *,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    energy: OfEnergy = None,
    since: Since = None,
    until: Until = None,
) -> Page[FillOut]:
    """A driver's list holds what they filled; a viewer's tells no prices unless costs are shown to them."""
    statement = work.fills.listed(
        caller.access, vehicle_id=vehicle_id, energy=energy, since=since, until=until
    )
    return await page_of(work, caller, listing, statement)


@router.post("/fills", status_code=201, responses=REFUSALS | problems(IdTaken))
async def create_fill(
    body: NewFill, work: InWork, caller: CurrentCaller, response: Response
) -> FillOut:
    """The mileage goes into the odometer's ledger; what seems wrong is told in `doubts` and kept all the same."""
    facts = facts_of(body, type(body).model_fields)
    told = await add_fill_once(work, caller, facts, chosen_id(body))
    response.headers["Location"] = f"/api/fills/{told.fill.id}"
    return await shown(work, caller.access, FillOut.of(told), cars=[told.car])


@router.get("/vehicles/{vehicle_id}/fills", responses=problems(NotFound))
async def list_vehicle_fills(
    vehicle_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    listing: Fills,
    *,
    energy: OfEnergy = None,
    since: Since = None,
    until: Until = None,
) -> Page[FillOut]:
    await work.vehicles.one_seen(caller.access, vehicle_id)
    statement = work.fills.listed(
        caller.access, vehicle_id=vehicle_id, energy=energy, since=since, until=until
    )
    return await page_of(work, caller, listing, statement)


@router.post(
    "/vehicles/{vehicle_id}/fills", status_code=201, responses=REFUSALS | problems(IdTaken)
)
async def create_vehicle_fill(
    vehicle_id: UUID, body: NewCarFill, work: InWork, caller: CurrentCaller, response: Response
) -> FillOut:
    facts = facts_of(body, type(body).model_fields)
    facts["vehicle_id"] = vehicle_id
    told = await add_fill_once(work, caller, facts, chosen_id(body, vehicle_id))
    response.headers["Location"] = f"/api/fills/{told.fill.id}"
    return await shown(work, caller.access, FillOut.of(told), cars=[told.car])


@router.get("/fills/trash")
async def list_fills_in_trash(work: InWork, caller: CurrentCaller, listing: Fills) -> Page[FillOut]:
    """What was deleted in the last 30 days."""
    return await page_of(work, caller, listing, work.fills.in_trash(caller.access))


@router.get("/fills/{fill_id}", responses=problems(NotFound))
async def get_fill(fill_id: UUID, work: InWork, caller: CurrentCaller) -> FillOut:
    told = await read_fill(work, access=caller.access, fill_id=fill_id)
    return await shown(work, caller.access, FillOut.of(told), cars=[told.car])


@router.put("/fills/{fill_id}", responses=REFUSALS)
async def replace_fill(fill_id: UUID, body: FillIn, work: InWork, caller: CurrentCaller) -> FillOut:
    facts = facts_of(body, type(body).model_fields)
    told = await edit_fill(work, access=caller.access, fill_id=fill_id, facts=facts)
    return await shown(work, caller.access, FillOut.of(told), cars=[told.car])


@router.patch("/fills/{fill_id}", responses=REFUSALS)
async def change_fill(
    fill_id: UUID, body: FillEdit, work: InWork, caller: CurrentCaller
) -> FillOut:
    facts = facts_of(body, body.model_fields_set)
    told = await edit_fill(work, access=caller.access, fill_id=fill_id, facts=facts)
    return await shown(work, caller.access, FillOut.of(told), cars=[told.car])


@router.delete("/fills/{fill_id}", status_code=204, responses=problems(NotFound, RoleInsufficient))
async def delete_fill(fill_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """Its reading leaves the ledger with it. It lies in the trash for 30 days."""
    await remove_fill(work, access=caller.access, fill_id=fill_id)


@router.post("/fills/{fill_id}/restore", responses=problems(NotFound, RoleInsufficient))
async def restore_a_fill(fill_id: UUID, work: InWork, caller: CurrentCaller) -> FillOut:
    told = await restore_fill(work, access=caller.access, fill_id=fill_id)
    return await shown(work, caller.access, FillOut.of(told), cars=[told.car])
