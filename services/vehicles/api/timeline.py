from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query, Request

from services.vehicles.api.authorship import Authored, MadeOut, shown
from services.vehicles.api.care.maintenance import RecordOut, Records, page_of
from services.vehicles.api.dependencies import FIRST_DAY, LAST_DAY, InWork, speaks
from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.cars.units import DistanceUnit, in_unit
from services.vehicles.domain.running.periods import Period
from services.vehicles.domain.things import ThingKind, name_of
from services.vehicles.storage.base import money_of
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.storage.things import ON_THE_TIMELINE, THING
from services.vehicles.storage.timeline import After
from services.vehicles.usecases.cars.vehicles import read_vehicle
from services.vehicles.usecases.timeline import Moments, Wanted, read_timeline
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.http.cursors import Place, place_of
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import Day
from shared.http.pagination import Cursor, Page, Pages
from shared.http.router import Router
from shared.money import MoneyOut

router = Router(prefix="/api/vehicles/{vehicle_id}", tags=["vehicles"])
LATEST_FIRST = "-on"
EDGE = {"on": OdometerReading.read_on}
"""What a cursor's value has to be: a day."""


class MomentOut(MadeOut):
    """One entry of a car's life; `address` is where all of it is told."""

    kind: ThingKind
    id: UUID
    on: date
    title: str
    status: str | None
    amount: MoneyOut | None
    """Only for those who see what the car costs."""
    mileage: int | None
    distance_unit: DistanceUnit
    note: str | None
    address: str

    @classmethod
    def of(cls, row: Any, car: Vehicle, language: Language) -> Self:
        kind, unit = ThingKind(row.kind), DistanceUnit(car.distance_unit)
        return cls(
            kind=kind,
            id=row.id,
            on=row.day,
            title=title_of(row, language),
            status=row.status,
            amount=money_of(row.amount_minor, row.currency),
            mileage=in_unit(row.metres, unit),
            distance_unit=unit,
            note=row.note,
            address=address_of(row),
        ).about(Authored(car.owner_id, car.id, row.made_by, row.guest))


def title_of(row: Any, language: Language) -> str:
    """Its own, or what a thing of its kind is called."""
    kind, word = ThingKind(row.kind), row.word or ""
    name = (
        service_name(word)
        if kind in {ThingKind.MAINTENANCE, ThingKind.PLAN}
        else name_of(kind, word)
    )
    return row.title or (name.into(language) if name else word)


def address_of(row: Any) -> str:
    return THING[ThingKind(row.kind)].address.format(id=row.id, vehicle=row.vehicle_id, of=row.of)


@router.get("/maintenances", responses=problems(NotFound))
async def list_vehicle_maintenances(
    vehicle_id: UUID, work: InWork, caller: CurrentCaller, listing: Records
) -> Page[RecordOut]:
    vehicle = await read_vehicle(
        work, access=caller.access, vehicle_id=vehicle_id, may=May.READ_CARE
    )
    statement = work.records.listed(caller.access, vehicle_id=vehicle_id)
    return await page_of(work, caller, listing, statement, only=vehicle)


@router.get("/timeline", responses=problems(NotFound))
async def vehicle_timeline(  # noqa: PLR0913 - a filter each
    vehicle_id: UUID,
    request: Request,
    work: InWork,
    caller: CurrentCaller,
    listing: Pages,
    *,
    cursor: Cursor = None,
    kind: Annotated[list[ThingKind] | None, Query(description="Only these kinds.")] = None,
    since: Annotated[Day | None, Query(alias="from")] = None,
    until: Annotated[Day | None, Query(alias="to")] = None,
) -> Page[MomentOut]:
    """Everything that was done to a car, paid for it and read from it, latest first; each role sees what is its own to see."""
    after = _after(cursor) if cursor else None
    moments = await read_timeline(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        kinds=kind or [thing.kind for thing in ON_THE_TIMELINE],
        period=Period(since or FIRST_DAY, until or LAST_DAY),
        wanted=Wanted(listing.page_size, listing.start if cursor is None else 0, after),
    )
    language = speaks(caller)
    told = [MomentOut.of(row, moments.vehicle, language) for row in moments.rows]
    by_page = listing.of(told, moments.count)
    page = by_page if cursor is None else _by_cursor(request, told, moments, after)
    return await shown(work, caller.access, page, cars=[moments.vehicle])


def _after(cursor: str) -> After:
    """Raises CursorInvalid."""
    place = place_of(cursor, EDGE)
    return After(place.value or date.min, place.row_id, place.is_before)


def _by_cursor(
    request: Request, shown: list[MomentOut], moments: Moments, after: After | None
) -> Page[MomentOut]:
    backwards = after is not None and after.is_backwards
    has_next = backwards or moments.has_more
    has_previous = moments.has_more if backwards else after is not None

    def link(moment: MomentOut, *, is_before: bool) -> str:
        place = Place(LATEST_FIRST, moment.on, moment.id, is_before).text()
        return (
            str(request.url.include_query_params(cursor=place).path)
            + "?"
            + (request.url.include_query_params(cursor=place).query)
        )

    return Page(
        count=moments.count,
        next=link(shown[-1], is_before=False) if shown and has_next else None,
        previous=link(shown[0], is_before=True) if shown and has_previous else None,
        results=shown,
    )
