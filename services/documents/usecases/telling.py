"""What the other services hear of a document."""

from datetime import datetime

from services.documents.domain.states import Status
from services.documents.storage.models import Document
from services.documents.usecases.work import Work
from shared.access import Access
from shared.contracts.documents import (
    DocumentChanged,
    DocumentProgressed,
    DocumentRead,
    DocumentType,
    ReadField,
    ReadLine,
    ReadStatus,
)

_READ_STATUS = {
    Status.READ.value: ReadStatus.OK,
    Status.PASSWORD_REQUIRED.value: ReadStatus.PASSWORD_REQUIRED,
}


def tell_kept(work: Work, document: Document, *, deleted: bool = False) -> None:
    """That it is there, or no more: whoever may point at it must know. Each telling has a higher version."""
    work.emit(
        DocumentChanged(
            version=document.version,
            document_id=document.id,
            owner_id=document.owner_id,
            vehicle_id=document.vehicle_id,
            document_type=DocumentType(document.document_type),
            deleted=deleted,
        )
    )


def tell_progress(work: Work, document: Document, *, stage: str, percent: int) -> None:
    document.stage, document.percent = stage, percent
    document.updated_at = work.now
    work.emit(
        DocumentProgressed(
            document_id=document.id, owner_id=document.owner_id, stage=stage, percent=percent
        )
    )


async def tell_read(work: Work, document: Document) -> None:
    """The document as it now stands, corrections included; each telling has a higher revision."""
    await work.flush()  # fields written in this transaction belong to what is told
    fields = await work.fields.of_document(Access(document.owner_id), document.id)
    document.revision += 1
    read_at: datetime = document.read_at or work.now
    work.emit(
        DocumentRead(
            document_id=document.id,
            owner_id=document.owner_id,
            vehicle_id=document.vehicle_id,
            file_name=document.file_name,
            status=_READ_STATUS.get(document.status, ReadStatus.UNREADABLE),
            document_type=DocumentType(document.document_type),
            type_confidence=document.type_confidence,
            language=document.language,
            fields=tuple(
                ReadField(name=f.name, value=f.value, confidence=f.confidence, source=f.source)
                for f in fields
                if f.value is not None
            ),
            lines=tuple(ReadLine.model_validate(line) for line in document.lines),
            read_at=read_at,
            revision=document.revision,
        )
    )
