from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query

from services.vehicles.api.dependencies import InWork, speaks
from services.vehicles.api.timeline import address_of, title_of
from services.vehicles.domain.things import ThingKind
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.things import SEARCHED
from services.vehicles.usecases.search import search
from shared.contracts.base import Language
from shared.contracts.scopes import scope_of
from shared.http.identity import Caller, CurrentCaller
from shared.http.models import NO_NUL, AnswerModel
from shared.http.pagination import Page, Pages
from shared.http.router import Router

router = Router(prefix="/api/search", tags=["search"])


class FoundOut(AnswerModel):
    """`address`: where the whole thing is."""

    kind: ThingKind
    id: UUID
    vehicle: UUID
    vehicle_name: str
    title: str
    on: date | None
    status: str | None
    note: str | None
    address: str

    @classmethod
    def of(cls, row: Any, vehicle: Vehicle, language: Language) -> Self:
        return cls(
            kind=ThingKind(row.kind),
            id=row.id,
            vehicle=row.vehicle_id,
            vehicle_name=vehicle.name,
            title=title_of(row, language),
            on=row.day,
            status=row.status,
            note=row.note,
            address=address_of(row),
        )


def open_to(
    caller: Caller, kinds: list[ThingKind], addresses: dict[ThingKind, str]
) -> list[ThingKind]:
    """What a key may read by its own address it may read here, and nothing else."""
    if caller.scopes is None:
        return kinds
    return [kind for kind in kinds if scope_of(addresses[kind], ("GET",)) in caller.scopes]


def _offered(kinds: list[ThingKind] | None, addresses: dict[ThingKind, str]) -> list[ThingKind]:
    return [kind for kind in addresses if kinds is None or kind in kinds]


@router.get("")
async def search_everything(
    work: InWork,
    caller: CurrentCaller,
    listing: Pages,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            pattern=NO_NUL,
            description="Words that must all be in it, in any case and with or without accents.",
            examples=["vidange 2024"],
        ),
    ],
    kind: Annotated[list[ThingKind] | None, Query(description="Only these kinds.")] = None,
) -> Page[FoundOut]:
    """Own things and those shared: cars first, then kind by kind, the latest first."""
    addresses = {thing.kind: thing.address for thing in SEARCHED}
    found = await search(
        work,
        access=caller.access,
        text=q,
        kinds=frozenset(open_to(caller, _offered(kind, addresses), addresses)),
        start=listing.start,
        size=listing.page_size,
    )
    language = speaks(caller)
    shown = [
        FoundOut.of(row, found.vehicles[row.vehicle_id], language)
        for row in found.rows
        if row.vehicle_id in found.vehicles  # else it was deleted in between
    ]
    return listing.of(shown, found.count)
