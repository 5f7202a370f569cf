from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import Field

from services.vehicles.api.authorship import shown
from services.vehicles.api.dependencies import (
    CarDay,
    Currency,
    Distance,
    InWork,
    Level,
    Named,
    Number,
    Price,
    TimeOfDay,
    UnitPrice,
    chosen_id,
)
from services.vehicles.api.running.consumption import SumsOut, sums_out
from services.vehicles.api.running.describing import REFUSALS, AnEnergy, AUnit, facts_of
from services.vehicles.api.running.fills import FillOut, add_fill_once
from services.vehicles.domain.running.consumption import sums_of_one
from services.vehicles.domain.running.doubts import Hint
from services.vehicles.domain.running.figures import ConsumptionUnit, teller_of
from services.vehicles.usecases.running.quick_fill import Closed, tell_quickly
from shared.errors import IdTaken
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Identifier, Line
from shared.http.router import Router

router = Router(prefix="/api/vehicles", tags=["fills"])


class QuickFillIn(Named):
    """What stands on the pump and on the dashboard, and a photo of either."""

    mileage: Distance | None = None
    trip: Number | None = None
    quantity: Number | None = None
    total: Price | None = None
    unit_price: UnitPrice | None = None
    currency: Currency | None = None
    energy: AnEnergy | None = None
    unit: AUnit | None = None
    full: bool = True
    level_after: Level | None = None
    missed_before: bool = False
    station: Line | None = None
    day: CarDay | None = None
    """Today when left out."""
    time: TimeOfDay | None = None
    photo: Identifier | None = None
    """A document that has been sent before."""


class ClosedOut(AnswerModel):
    """What the car took since the last full tank."""

    consumption_unit: ConsumptionUnit
    sums: SumsOut


class QuickFillOut(AnswerModel):
    fill: FillOut
    doubts: Annotated[list[str], Field(examples=[["lower_than_before"]])]
    """Of the fill and of its reading together."""
    hints: list[Hint]
    closed: ClosedOut | None


def _closed(closed: Closed | None) -> ClosedOut | None:
    if closed is None:
        return None
    taken = closed.taken
    teller = teller_of(None, None, distance_unit=taken.distance_unit, in_gallons=taken.in_gallons)
    measure = closed.history.chain.measure
    _, unit, _ = teller.units(measure)
    return ClosedOut(
        consumption_unit=unit, sums=sums_out(sums_of_one(closed.segment), measure, teller)
    )


@router.post("/{vehicle_id}/quick-fill", status_code=201, responses=REFUSALS | problems(IdTaken))
async def quick_fill(
    vehicle_id: UUID, body: QuickFillIn, work: InWork, caller: CurrentCaller, response: Response
) -> QuickFillOut:
    """Reading, fill and photo in one call, with one answer that tells all doubts."""
    names = set(QuickFillIn.model_fields) - {"photo"}
    facts = facts_of(body, names)
    facts["document_ids"] = [body.photo] if body.photo else []
    facts["vehicle_id"] = vehicle_id
    made = await add_fill_once(work, caller, facts, chosen_id(body, vehicle_id))
    done = await tell_quickly(work, access=caller.access, told=made)
    response.headers["Location"] = f"/api/fills/{done.told.fill.id}"
    told = QuickFillOut(
        fill=FillOut.of(done.told),
        doubts=done.doubts,
        hints=list(done.told.doubts.hints),
        closed=_closed(done.closed),
    )
    return await shown(work, caller.access, told, cars=[made.car])
