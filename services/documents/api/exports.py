from typing import Any
from uuid import UUID

from fastapi.responses import FileResponse

from services.documents.api.dependencies import InWork
from services.documents.api.files import SAFE
from services.documents.usecases.exports import stored_export
from shared.errors import NotFound
from shared.http.access import personally_and_lately
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.router import Router

router = Router(prefix="/api/exports", tags=["account"])
ZIP_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The ZIP.", "content": {"application/zip": {}}},
    206: {"description": "A range of it."},
}


@router.get(
    "/{export_id}/file",
    response_class=FileResponse,
    openapi_extra=personally_and_lately(),
    responses=ZIP_ANSWERS | problems(NotFound),
)
async def download_export(export_id: UUID, work: InWork, caller: CurrentCaller) -> FileResponse:
    """The caller's own data, once it is ready and for a day; anybody else's is not found.

    Needs a proof of who is there within the last five minutes: `POST /api/auth/reauthenticate`, else 403 `reauthentication_required`.
    """
    export, path = await stored_export(work, access=caller.access, export_id=export_id)
    name = f"autotrack-{export.started_at:%Y-%m-%d}.zip"
    disposition = f'attachment; filename="{name}"'
    return FileResponse(
        path,
        media_type="application/zip",
        headers=SAFE | {"Content-Disposition": disposition, "Cache-Control": "private, no-store"},
    )
