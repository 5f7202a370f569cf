from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import Field as Described

from services.documents.api.dependencies import InWork
from services.documents.errors import BeingRead, FieldUnknown, FieldValueInvalid
from services.documents.storage.models import Field
from services.documents.usecases.documents import read_document
from services.documents.usecases.fields import correct_field
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Line, Moment, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/documents", tags=["documents"])
SURE = 0.9


class BoxOut(AnswerModel):
    """In points of the page as it was read, origin top left."""

    left: float
    top: float
    right: float
    bottom: float


class FieldOut(AnswerModel):
    name: str = Described(examples=["total"])
    value: str | None = Described(
        examples=["189.90"], description="null: the owner says the paper has none."
    )
    confidence: float
    sure: bool = Described(description="Sure enough to be used without asking.")
    raw: str | None
    page: int | None
    box: BoxOut | None
    source: str = Described(description="text, page, xml, code, or owner for a correction")
    corrected_at: Moment | None

    @classmethod
    def of(cls, field: Field) -> "FieldOut":
        return cls(
            name=field.name,
            value=field.value,
            confidence=field.confidence,
            sure=field.confidence >= SURE,
            raw=field.raw,
            page=field.page,
            box=BoxOut(**field.box) if field.box else None,
            source=field.source,
            corrected_at=field.corrected_at,
        )


class Correction(RequestModel):
    value: Line | None


@router.get("/{document_id}/fields", responses=problems(NotFound))
async def list_fields(document_id: UUID, work: InWork, caller: CurrentCaller) -> list[FieldOut]:
    """Each value found, with how sure we are and where it stands."""
    await read_document(work, access=caller.access, document_id=document_id)
    return [FieldOut.of(f) for f in await work.fields.of_document(caller.access, document_id)]


@router.patch(
    "/{document_id}/fields/{name}",
    responses=problems(NotFound, FieldUnknown, FieldValueInvalid, BeingRead),
)
async def correct(
    document_id: UUID,
    name: Annotated[str, Path(max_length=60)],
    body: Correction,
    work: InWork,
    caller: CurrentCaller,
) -> FieldOut:
    """A correction is kept and never overwritten by a later reading."""
    field = await correct_field(
        work, access=caller.access, document_id=document_id, name=name, value=body.value
    )
    return FieldOut.of(field)
