from collections.abc import AsyncIterator
from itertools import count
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from services.vehicles.api.dependencies import InWork, Named, chosen, chosen_id, speaks
from services.vehicles.api.moving.sheets import as_file
from services.vehicles.domain.moving.receipts import Why
from services.vehicles.errors.moving_out import (
    ExportNeedsCar,
    ExportNeedsYear,
    ExportNotReady,
    ExportsWaiting,
)
from services.vehicles.storage.moving.exports import CarExport
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.moving.car_exports import (
    ExportFormat,
    ExportState,
    Wish,
    ask_export,
    open_file,
    read_export,
    remove_export,
)
from shared.contracts.base import Language
from shared.db.unit_of_work import Mode
from shared.errors import IdTaken, NotFound, RoleInsufficient
from shared.http.access import personally
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Identifier, Moment
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/car-exports", tags=["exports"])


class NewExport(Named):
    """Of one car, or (csv and json) of all their cars when none is named."""

    vehicle: Identifier | None = None
    format: Annotated[ExportFormat, chosen(ExportFormat)]
    language: Annotated[Language, chosen(Language)] | None = None
    """The caller's own when left out."""
    costs: bool = True
    """With what it cost."""
    receipts: bool = True
    """With the papers, behind a history and in a passport; they show what things cost, so without `costs` there are none."""
    year: Annotated[int, Field(ge=1900, le=2199, examples=[2026])] | None = None
    """Of a statement of trips: which, and it needs one."""
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", examples=["FR"])] | None = None
    """Of a statement of trips: by whose scale; the car's own country when left out."""
    fiscal_power: Annotated[int, Field(ge=1, le=200, examples=[5])] | None = None
    """Of a statement of trips: French P.6."""


class MissingOut(AnswerModel):
    """A paper that is not in the file."""

    document: UUID
    problem: Why
    """It may be `not_found`, `locked` (by a password), `damaged`, `too_large`, `no_picture` (data without a page), `not_in_time`, or one of
    `too_many`.
    """


class ExportOut(AnswerModel):
    id: UUID
    vehicle: UUID | None
    format: ExportFormat
    language: Language
    costs: bool
    receipts: bool
    year: int | None
    country: str | None
    fiscal_power: int | None
    state: ExportState
    percent: int
    problem: str | None
    """Of a failed one: `not_made`, or `no_longer_yours`."""
    file: str | None
    """Where it is fetched, once it is ready."""
    file_name: str | None
    size_bytes: int | None
    sha256: str | None
    receipts_in_it: int
    receipts_left_out: int
    """Too large, no longer there, or of a kind that no page shows."""
    missing: list[MissingOut]
    """Which they are, and why."""
    expires_at: Moment
    created_at: Moment

    @classmethod
    def of(cls, export: CarExport) -> Self:
        is_ready = export.state == ExportState.READY
        return cls(
            id=export.id,
            vehicle=export.vehicle_id,
            format=ExportFormat(export.format),
            language=Language(export.language),
            costs=export.with_costs,
            receipts=export.with_receipts,
            year=export.year,
            country=export.country,
            fiscal_power=export.fiscal_power,
            state=ExportState(export.state),
            percent=export.percent,
            problem=export.problem,
            file=f"/api/car-exports/{export.id}/file" if is_ready else None,
            file_name=export.file_name,
            size_bytes=export.size_bytes,
            sha256=export.sha256.hex() if export.sha256 else None,
            receipts_in_it=export.receipts,
            receipts_left_out=export.receipts_left_out,
            missing=[MissingOut(**each) for each in export.missing],
            expires_at=export.expires_at,
            created_at=export.created_at,
        )


Exports = Annotated[
    ListQuery, listed_by({"created_at": CarExport.created_at}, default="-created_at")
]
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {
            "application/zip": {},
            "application/pdf": {},
            "application/json": {"schema": {"type": "object"}, "example": {"vehicles": []}},
        },
    }
}


def streamed(request: Request, export: CarExport) -> StreamingResponse:
    """A finished file, a part at a time; between them it has no connection."""

    async def parts() -> AsyncIterator[bytes]:
        for number in count():
            async with request.app.state.open_work(Mode.READING) as work:
                part = await work.car_exports.part(export.id, number)
            if part is None:
                return
            yield part

    headers = as_file(export.file_name or str(export.id))
    headers["Content-Length"] = str(export.size_bytes)
    return StreamingResponse(parts(), media_type=export.media_type, headers=headers)


@router.get("")
async def list_exports(
    work: InWork,
    caller: CurrentCaller,
    listing: Exports,
    *,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
) -> Page[ExportOut]:
    """The caller's own of the last week, whoever's the cars are."""
    statement = work.car_exports.listed(caller.access, vehicle_id=vehicle_id)
    living = statement.where(CarExport.expires_at > work.now)
    page: Page[ExportOut] = await listing.page(work.session, living, into=ExportOut.of)
    return page


@router.post(
    "",
    status_code=202,
    openapi_extra=personally(),
    responses=problems(
        NotFound, RoleInsufficient, ExportNeedsCar, ExportNeedsYear, ExportsWaiting, IdTaken
    ),
)
async def create_export(
    body: NewExport, work: InWork, caller: CurrentCaller, response: Response
) -> ExportOut:
    """Tables, JSON, a printed history, a passport, or the statement of a year's trips.

    Made away from the request, once its papers have come or ten minutes are over; `car_export_progressed` on the event stream tells
    how far it is, and `GET` as well.
    """
    wish = Wish(
        vehicle_id=body.vehicle,
        format=body.format,
        language=body.language or speaks(caller),
        with_costs=body.costs,
        with_receipts=body.receipts,
        year=body.year,
        country=body.country,
        fiscal_power=body.fiscal_power,
    )
    export = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=lambda id_: ask_export(work, access=caller.access, wish=wish, export_id=id_),
        again=lambda id_: read_export(work, access=caller.access, export_id=id_),
    )
    response.headers["Location"] = f"/api/car-exports/{export.id}"
    return ExportOut.of(export)


@router.get("/{export_id}", responses=problems(NotFound))
async def get_export(export_id: UUID, work: InWork, caller: CurrentCaller) -> ExportOut:
    return ExportOut.of(await read_export(work, access=caller.access, export_id=export_id))


@router.get(
    "/{export_id}/file",
    openapi_extra=personally(),
    response_class=StreamingResponse,
    responses=FILE | problems(NotFound, RoleInsufficient, ExportNotReady),
)
async def download_car_export(
    export_id: UUID, request: Request, work: InWork, caller: CurrentCaller
) -> StreamingResponse:
    """For a week, and as long as they may still take the car with them."""
    export = await open_file(work, access=caller.access, export_id=export_id)
    return streamed(request, export)


@router.delete("/{export_id}", status_code=204, responses=problems(NotFound))
async def delete_export(export_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """The file goes at once, and with it every link to it."""
    await remove_export(work, access=caller.access, export_id=export_id)
