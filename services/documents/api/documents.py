from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import Field

from services.documents.api.dependencies import InWork
from services.documents.domain.files import MediaType
from services.documents.domain.states import Status, TypeSource
from services.documents.errors import (
    AlreadyUploaded,
    FileDamaged,
    FileEmpty,
    FileTooLarge,
    FileTypeUnsupported,
    PageNotRendered,
    PictureTooLarge,
    ReaderBusy,
    StorageFull,
    TooManyPages,
    UploadMalformed,
)
from services.documents.storage.models import Document
from services.documents.usecases.documents import (
    Edit,
    edit_document,
    read_document,
    remove_document,
    upload_document,
)
from shared.contracts.documents import DocumentType
from shared.contracts.features import Limit
from shared.errors import NotFound, PlanRequired, QuotaExceeded
from shared.http.access import needs
from shared.http.errors import problems
from shared.http.idempotency import late_claim
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Identifier, Line, Moment, RequestModel
from shared.http.pagination import OWN_SEARCH, ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/documents", tags=["documents"])
Documents = Annotated[
    ListQuery,
    listed_by(
        {
            "created_at": Document.created_at,
            "updated_at": Document.updated_at,
            "file_name": Document.file_name,
            "document_type": Document.document_type,
            "size_bytes": Document.size_bytes,
        },
        default="-created_at",
        search=OWN_SEARCH,
    ),
]


class LineOut(AnswerModel):
    description: str
    quantity: str | None
    unit_price: str | None
    amount: str | None


class DocumentOut(AnswerModel):
    id: UUID
    vehicle_id: UUID | None
    file_name: str = Field(examples=["facture.pdf"])
    media_type: MediaType
    size_bytes: int
    pages: int
    document_type: DocumentType
    type_source: TypeSource
    type_confidence: float
    status: Status
    stage: str | None
    percent: int = Field(
        description="How far the reading has come; follow it here or on the event stream."
    )
    language: str | None
    lines: list[LineOut]
    revision: int
    read_at: Moment | None
    created_at: Moment
    updated_at: Moment


class DocumentEdit(RequestModel):
    file_name: Line | None = None
    document_type: Annotated[DocumentType, Field(strict=False)] | None = None
    vehicle_id: Identifier | None = None


class DocumentReplacement(RequestModel):
    file_name: Line
    document_type: Annotated[DocumentType, Field(strict=False)]
    vehicle_id: Identifier | None


class StatsOut(AnswerModel):
    documents: int
    documents_limit: int | None
    storage_bytes: int
    storage_limit_mb: int | None
    by_type: dict[str, int]
    by_status: dict[str, int]


UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "PDF, JPEG, PNG, WebP, HEIC, TIFF or an XML invoice, at most 20 MB.",
                        },
                        "document_type": {
                            "type": "string",
                            "enum": [*(kind.value for kind in DocumentType), ""],
                        },
                        "vehicle_id": {
                            "anyOf": [
                                {"type": "string", "format": "uuid"},
                                {"type": "string", "maxLength": 0},
                            ],
                            "description": "Empty, as a form sends it: of no vehicle yet.",
                        },
                        "analyze": {
                            "type": "boolean",
                            "description": "Read it at once; the default where the plan includes reading.",
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    "",
    status_code=201,
    openapi_extra=UPLOAD_BODY | needs(quota=Limit.DOCUMENTS),
    responses=problems(
        *(FileEmpty, FileDamaged, TooManyPages, PictureTooLarge, FileTypeUnsupported, FileTooLarge),
        *(AlreadyUploaded, UploadMalformed, QuotaExceeded, PlanRequired, NotFound),
        *(PageNotRendered, ReaderBusy, StorageFull),
    ),
)
async def upload(
    request: Request, response: Response, work: InWork, caller: CurrentCaller
) -> DocumentOut:
    """Take a document in. The file's real type is read from its content."""
    content_type = request.headers.get("content-type")
    document = await upload_document(
        work,
        caller=caller,
        body=request.stream(),
        content_type=content_type,
        once=late_claim(request),
    )
    response.headers["Location"] = f"/api/documents/{document.id}"
    return DocumentOut.model_validate(document)


@router.get("")
async def list_documents(
    work: InWork, caller: CurrentCaller, listing: Documents
) -> Page[DocumentOut]:
    """The caller's documents; `search` looks through everything that was read in them, whatever the accents."""
    return await _page(work, listing, work.documents.matching(caller.access, listing.search))


@router.get("/by_type")
async def list_by_type(
    work: InWork,
    caller: CurrentCaller,
    listing: Documents,
    document_type: Annotated[DocumentType, Query(alias="type")],
) -> Page[DocumentOut]:
    rows = work.documents.matching(caller.access, listing.search)
    return await _page(work, listing, rows.where(Document.document_type == document_type.value))


@router.get("/by_vehicle")
async def list_by_vehicle(
    work: InWork, caller: CurrentCaller, listing: Documents, vehicle_id: UUID
) -> Page[DocumentOut]:
    rows = work.documents.matching(caller.access, listing.search)
    return await _page(work, listing, rows.where(Document.vehicle_id == vehicle_id))


@router.get("/unanalyzed")
async def list_unanalyzed(
    work: InWork, caller: CurrentCaller, listing: Documents
) -> Page[DocumentOut]:
    rows = work.documents.matching(caller.access, listing.search)
    return await _page(work, listing, rows.where(Document.read_at.is_(None)))


async def _page(work: InWork, listing: Documents, rows: Any) -> Page[DocumentOut]:
    return await listing.page(work.session, rows, into=DocumentOut.model_validate)


@router.get("/stats")
async def document_stats(work: InWork, caller: CurrentCaller) -> StatsOut:
    used = await work.documents.used(caller.user)
    counts = await work.documents.counts(caller.access)
    return StatsOut(
        documents=used.documents,
        documents_limit=caller.limit(Limit.DOCUMENTS),
        storage_bytes=used.size_bytes,
        storage_limit_mb=caller.limit(Limit.STORAGE_MB),
        **counts,
    )


@router.get("/{document_id}", responses=problems(NotFound))
async def read_one(document_id: UUID, work: InWork, caller: CurrentCaller) -> DocumentOut:
    """One document, with the progress of its reading."""
    document = await read_document(work, access=caller.access, document_id=document_id)
    return DocumentOut.model_validate(document)


@router.patch("/{document_id}", responses=problems(NotFound))
async def edit(
    document_id: UUID, body: DocumentEdit, work: InWork, caller: CurrentCaller
) -> DocumentOut:
    """A type given here is a correction: no later reading changes it."""
    edit = Edit(changed=frozenset(body.model_fields_set), **body.model_dump())
    document = await edit_document(work, access=caller.access, document_id=document_id, edit=edit)
    return DocumentOut.model_validate(document)


@router.put("/{document_id}", responses=problems(NotFound))
async def replace(
    document_id: UUID, body: DocumentReplacement, work: InWork, caller: CurrentCaller
) -> DocumentOut:
    edit = Edit(changed=frozenset(body.model_dump()), **body.model_dump())
    document = await edit_document(work, access=caller.access, document_id=document_id, edit=edit)
    return DocumentOut.model_validate(document)


@router.delete("/{document_id}", status_code=204, responses=problems(NotFound))
async def delete(document_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await remove_document(work, access=caller.access, document_id=document_id)
