from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import Field, SecretStr

from services.documents.api.dependencies import InWork
from services.documents.domain.states import Status
from services.documents.errors import (
    BeingRead,
    FileDamaged,
    NotLocked,
    PageNotRendered,
    PasswordNeeded,
    PasswordWrong,
    ReaderBusy,
    StorageFull,
)
from services.documents.storage.models import Document
from services.documents.usecases.extraction import ask_reading, give_password
from shared.contracts.features import Feature
from shared.errors import NotFound, PlanRequired
from shared.http.access import needs
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Identifier, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/documents", tags=["documents"])
MOST_AT_ONCE = 100


class Queued(AnswerModel):
    """Follow it at `GET /api/documents/{id}` or on the event stream."""

    id: UUID
    status: Status
    percent: int

    @classmethod
    def of(cls, document: Document) -> "Queued":
        return cls(id=document.id, status=Status(document.status), percent=document.percent)


class Several(RequestModel):
    document_ids: Annotated[list[Identifier], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Password(RequestModel):
    password: Annotated[SecretStr, Field(min_length=1, max_length=127)]


@router.post(
    "/batch_analyze",
    status_code=202,
    openapi_extra=needs(Feature.DOCUMENTS_OCR),
    responses=problems(PlanRequired, NotFound, BeingRead, PasswordNeeded),
)
async def analyze_several(body: Several, work: InWork, caller: CurrentCaller) -> list[Queued]:
    """All of them or, when one refuses, none."""
    asked = [
        await ask_reading(work, access=caller.access, document_id=document_id)
        for document_id in sorted(set(body.document_ids))
    ]
    return [Queued.of(document) for document in asked]


@router.post(
    "/{document_id}/analyze",
    status_code=202,
    openapi_extra=needs(Feature.DOCUMENTS_OCR),
    responses=problems(PlanRequired, NotFound, BeingRead, PasswordNeeded),
)
async def analyze(
    document_id: UUID, response: Response, work: InWork, caller: CurrentCaller
) -> Queued:
    """Have the document read, off the request."""
    document = await ask_reading(work, access=caller.access, document_id=document_id)
    response.headers["Location"] = f"/api/documents/{document_id}"
    return Queued.of(document)


@router.post(
    "/{document_id}/reprocess_ocr",
    status_code=202,
    openapi_extra=needs(Feature.DOCUMENTS_OCR),
    responses=problems(PlanRequired, NotFound, BeingRead, PasswordNeeded),
)
async def reprocess_ocr(
    document_id: UUID, response: Response, work: InWork, caller: CurrentCaller
) -> Queued:
    """The former name of `analyze`."""
    return await analyze(document_id, response, work, caller)


@router.post(
    "/{document_id}/password",
    responses=problems(
        NotFound, NotLocked, PasswordWrong, FileDamaged, PageNotRendered, ReaderBusy, StorageFull
    ),
)
async def unlock(document_id: UUID, body: Password, work: InWork, caller: CurrentCaller) -> Queued:
    """Opens a locked PDF; the password is used once and kept nowhere."""
    document = await give_password(
        work,
        access=caller.access,
        document_id=document_id,
        password=body.password.get_secret_value(),
        read_on=caller.has(Feature.DOCUMENTS_OCR),
    )
    return Queued.of(document)
