from datetime import date
from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Response

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.dependencies import CarDay, InWork, Named, Price, chosen, chosen_id
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.running.worth import ValueKind
from services.vehicles.errors.running import ValueKnown
from services.vehicles.storage.running.value_points import ValuePoint
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.running.value_points import (
    ValueFacts,
    add_value,
    edit_value,
    read_value,
    remove_value,
)
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import Line, Moment, RequestModel, every_member_optional
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.money import MoneyOut

router = Router(prefix="/api/vehicles/{vehicle_id}/value-points", tags=["costs"])


class ValueIn(RequestModel):
    valued_on: CarDay
    kind: Annotated[ValueKind, chosen(ValueKind)] = ValueKind.ESTIMATE
    amount: Price
    note: Line | None = None


class NewValue(Named, ValueIn):
    """Under an id of the client's choice if it likes."""


@every_member_optional
class ValueEdit(ValueIn):
    """What is left out stays as it is."""


class ValueOut(MadeOut):
    id: UUID
    vehicle: UUID
    valued_on: date
    kind: ValueKind
    amount: MoneyOut
    note: str | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, point: ValuePoint) -> Self:
        return cls(
            id=point.id,
            vehicle=point.vehicle_id,
            valued_on=point.valued_on,
            kind=ValueKind(point.kind),
            amount=point.amount,
            note=point.note,
            created_at=point.created_at,
            updated_at=point.updated_at,
        ).about(point)


def _facts(body: ValueIn, *, only_said: bool) -> ValueFacts:
    said: dict[str, Any] = {
        name: getattr(body, name)
        for name in ValueIn.model_fields
        if not only_said or name in body.model_fields_set
    }
    if "amount" in said:
        said["amount"] = said["amount"].money()
    return cast("ValueFacts", said)  # the names are those of the model above


Values = Annotated[
    ListQuery,
    listed_by(
        {"valued_on": ValuePoint.valued_on, "created_at": ValuePoint.created_at},
        default="valued_on",
    ),
]
REFUSALS = problems(NotFound, RoleInsufficient, ValueKnown)


@router.get("", responses=problems(NotFound, RoleInsufficient))
async def list_value_points(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, listing: Values
) -> Page[ValueOut]:
    """What the car was bought for and is thought to be worth; without a `purchase` here, the car's own purchase price counts."""
    await work.vehicles.one_for(caller.access, vehicle_id, May.SEE_COSTS)
    statement = work.value_points.of_vehicle(caller.access, vehicle_id)
    page: Page[ValueOut] = await listing.page(work.session, statement, into=ValueOut.of)
    return await shown(work, caller.access, page)


@router.post("", status_code=201, responses=REFUSALS | problems(IdTaken))
async def create_value_point(
    vehicle_id: UUID, body: NewValue, work: InWork, caller: CurrentCaller, response: Response
) -> ValueOut:
    facts = _facts(body, only_said=False)
    access = caller.access
    point = await add_once(
        work,
        access=access,
        chosen=chosen_id(body, vehicle_id),
        make=lambda id_: add_value(
            work, access=access, vehicle_id=vehicle_id, facts=ValueFacts(**facts, id=id_)
        ),
        again=lambda id_: read_value(work, access=access, vehicle_id=vehicle_id, point_id=id_),
    )
    response.headers["Location"] = f"/api/vehicles/{vehicle_id}/value-points/{point.id}"
    return await shown(work, caller.access, ValueOut.of(point))


@router.get("/{point_id}", responses=problems(NotFound))
async def get_value_point(
    vehicle_id: UUID, point_id: UUID, work: InWork, caller: CurrentCaller
) -> ValueOut:
    point = await read_value(work, access=caller.access, vehicle_id=vehicle_id, point_id=point_id)
    return await shown(work, caller.access, ValueOut.of(point))


@router.patch("/{point_id}", responses=REFUSALS)
async def change_value_point(
    vehicle_id: UUID, point_id: UUID, body: ValueEdit, work: InWork, caller: CurrentCaller
) -> ValueOut:
    facts = _facts(body, only_said=True)
    point = await edit_value(
        work, access=caller.access, vehicle_id=vehicle_id, point_id=point_id, facts=facts
    )
    return await shown(work, caller.access, ValueOut.of(point))


@router.delete("/{point_id}", status_code=204, responses=problems(NotFound, RoleInsufficient))
async def delete_value_point(
    vehicle_id: UUID, point_id: UUID, work: InWork, caller: CurrentCaller
) -> None:
    await remove_value(work, access=caller.access, vehicle_id=vehicle_id, point_id=point_id)
