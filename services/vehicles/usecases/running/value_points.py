from datetime import date
from typing import TypedDict
from uuid import UUID

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.running.worth import ValueKind
from services.vehicles.errors.running import ValueKnown
from services.vehicles.storage.running.value_points import ValuePoint
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id
from shared.money import Money


class ValueFacts(TypedDict, total=False):
    """What is absent stays as it is."""

    id: UUID
    """Of a new one, as its client chose it."""
    valued_on: date
    kind: ValueKind
    amount: Money
    note: str | None


async def add_value(
    work: Work, *, access: Access, vehicle_id: UUID, facts: ValueFacts
) -> ValuePoint:
    vehicle = await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.WRITE_COSTS)
    point = ValuePoint(
        id=facts.get("id") or new_id(),
        owner_id=vehicle.owner_id,
        vehicle_id=vehicle.id,
        made_by=access.person,
        version=1,
        created_at=work.now,
        updated_at=work.now,
    )
    await _describe(work, point, facts)
    return work.value_points.add(point)


async def read_value(work: Work, *, access: Access, vehicle_id: UUID, point_id: UUID) -> ValuePoint:
    point = await work.value_points.one_seen(access, point_id)
    if point.vehicle_id != vehicle_id:
        raise NotFound
    return point


async def edit_value(
    work: Work, *, access: Access, vehicle_id: UUID, point_id: UUID, facts: ValueFacts
) -> ValuePoint:
    point = await _held(work, access, vehicle_id, point_id)
    await _describe(work, point, facts)
    point.version += 1
    point.updated_at = work.now
    return point


async def remove_value(work: Work, *, access: Access, vehicle_id: UUID, point_id: UUID) -> None:
    await work.value_points.remove(await _held(work, access, vehicle_id, point_id))


async def _held(work: Work, access: Access, vehicle_id: UUID, point_id: UUID) -> ValuePoint:
    await hold_vehicle(work, access=access, vehicle_id=vehicle_id, may=May.WRITE_COSTS)
    point = await work.value_points.one_changed(access, point_id)
    if point.vehicle_id != vehicle_id:
        raise NotFound
    return point


async def _describe(work: Work, point: ValuePoint, facts: ValueFacts) -> None:
    """Raises ValueKnown: its owner bought a car once and sells it once."""
    kind = facts.get("kind", point.kind)
    once = kind in {ValueKind.PURCHASE, ValueKind.SALE}
    if once and await work.value_points.has_kind(
        point.vehicle_id, ValueKind(kind), other_than=point.id
    ):
        raise ValueKnown(pointer="/kind")
    point.kind = kind
    if "valued_on" in facts:
        point.valued_on = facts["valued_on"]
    if "amount" in facts:
        point.amount_minor = facts["amount"].amount_minor
        point.currency = facts["amount"].currency
    if "note" in facts:
        point.note = facts["note"]
