from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Response

from services.documents.api.dependencies import InWork
from services.documents.domain.files import MAX_PAGES, SHOWN_INLINE
from services.documents.errors import PageNotRendered, PasswordNeeded, ReaderBusy, StorageFull
from services.documents.usecases.files import make_preview, stored_file
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.files import RangeNotSatisfiable, StoredFile
from shared.http.identity import CurrentCaller
from shared.http.router import Router

router = Router(prefix="/api/documents", tags=["documents"])
FILE_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The bytes as they were uploaded."},
    206: {"description": "A range of them."},
}
PREVIEW_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "A JPEG of one page.", "content": {"image/jpeg": {}}}
}
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


@router.get(
    "/{document_id}/file",
    response_class=StoredFile,
    responses=FILE_ANSWERS | problems(NotFound, RangeNotSatisfiable),
)
async def download(
    document_id: UUID, work: InWork, caller: CurrentCaller, *, inline: bool = False
) -> StoredFile:
    """Supports range requests. `inline=true` lets a browser show what it can show safely; the rest is always a download."""
    document, path = await stored_file(work, access=caller.access, document_id=document_id)
    shown = inline and document.media_type in SHOWN_INLINE
    disposition = (
        f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(document.file_name)}"
    )
    return StoredFile(
        path, media_type=document.media_type, headers=SAFE | {"Content-Disposition": disposition}
    )


@router.get(
    "/{document_id}/preview",
    response_class=Response,
    responses=PREVIEW_ANSWER
    | problems(NotFound, PasswordNeeded, PageNotRendered, ReaderBusy, StorageFull),
)
async def preview(
    document_id: UUID,
    work: InWork,
    caller: CurrentCaller,
    page: Annotated[int, Query(ge=1, le=MAX_PAGES)] = 1,
) -> Response:
    """One page as it is read: upright, cropped, without the file's own metadata (a photograph's place included)."""
    picture = await make_preview(work, access=caller.access, document_id=document_id, page=page)
    return Response(picture, media_type="image/jpeg", headers=SAFE)
