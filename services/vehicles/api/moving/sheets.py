from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Response

from services.vehicles.api.dependencies import FIRST_DAY, LAST_DAY, InWork, chosen, speaks
from services.vehicles.domain.running.periods import Period
from services.vehicles.errors.moving_out import ExportTooLong
from services.vehicles.usecases.moving.sheets import (
    MEDIA_TYPES,
    SheetFormat,
    export_maintenances,
)
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import Day
from shared.http.router import Router

router = Router(prefix="/api/maintenances", tags=["exports"])
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The table.",
        "content": {media_type: {} for media_type in MEDIA_TYPES.values()},
    }
}


def as_file(name: str) -> dict[str, str]:
    """Headers of an answer that is a file: nobody shows it in a page, nor keeps it on the way."""
    plain = name.encode("ascii", "replace").decode().replace('"', "'")
    said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return {
        "Content-Disposition": said,
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }


@router.get(
    "/export",
    response_class=Response,
    responses=ANSWERS | problems(NotFound, RoleInsufficient, ExportTooLong),
)
async def export_maintenance(
    work: InWork,
    caller: CurrentCaller,
    *,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
    form: Annotated[SheetFormat, Query(alias="format"), chosen(SheetFormat)] = SheetFormat.XLSX,
    since: Annotated[Day | None, Query(alias="from")] = None,
    until: Annotated[Day | None, Query(alias="to")] = None,
) -> Response:
    """Maintenance as a table, headers in the caller's language: of one car, or of all of which they may take tables.

    What somebody typed is text and stays text: a cell that would begin as a formula does has an apostrophe before it.
    """
    sheet = await export_maintenances(
        work,
        access=caller.access,
        vehicle_id=vehicle_id,
        period=Period(since or FIRST_DAY, until or LAST_DAY),
        form=form,
        language=speaks(caller),
    )
    return Response(sheet.content, media_type=sheet.media_type, headers=as_file(sheet.file_name))
