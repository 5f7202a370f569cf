"""Reading a document off the request: asked for, queued, read by the reader's program, stored and told."""

from dataclasses import asdict
from uuid import UUID

import structlog
from pydantic import BaseModel

from services.documents.clients.reader import OnPage, ReadingOrder
from services.documents.domain.fields import Reading
from services.documents.domain.files import FileFacts, MediaType
from services.documents.domain.items import InvoiceLine
from services.documents.domain.states import OWNER, Status, TypeSource, is_busy
from services.documents.domain.text import fold
from services.documents.errors import BeingRead, NotLocked, PasswordNeeded, PasswordWrong
from services.documents.storage.models import Document, Field
from services.documents.usecases.telling import tell_kept, tell_progress, tell_read
from services.documents.usecases.work import Work
from shared.access import Access
from shared.contracts.documents import DocumentType, ReadStatus
from shared.ids import new_id
from shared.local_day import latest_day

log = structlog.get_logger()
EXTRACT = "documents.extract"
_LONGEST_TEXT = 150_000
_FIRST_PERCENT, _LAST_PERCENT = 5, 90


class Extract(BaseModel):
    document_id: UUID
    owner_id: UUID


def queue_reading(work: Work, document: Document) -> None:
    document.status = Status.QUEUED.value
    tell_progress(work, document, stage="queued", percent=0)
    payload = Extract(document_id=document.id, owner_id=document.owner_id)
    work.enqueue(EXTRACT, payload, key=f"{document.id}:{document.version}")


async def ask_reading(work: Work, *, access: Access, document_id: UUID) -> Document:
    """Have the document read, or read again; corrections stay."""
    document = await work.documents.one_changed(access, document_id)
    if is_busy(document.status):
        raise BeingRead
    if document.status == Status.PASSWORD_REQUIRED:
        raise PasswordNeeded
    document.version += 1
    tell_kept(work, document)
    queue_reading(work, document)
    return document


async def give_password(
    work: Work, *, access: Access, document_id: UUID, password: str, read_on: bool
) -> Document:
    """The stored file becomes a copy without a password; the password itself is kept nowhere."""
    await _locked_document(work, access, document_id)
    copy = work.blobs.incoming(new_id())
    stored = work.blobs.path(document_id)
    try:
        async with work.paused():  # opening may wait for its turn; the database need not
            facts: FileFacts = await work.reader.unlock(
                stored, password, copy, owner_id=access.person
            )
        if facts.locked:
            raise PasswordWrong(pointer="/password")
        document = await _locked_document(work, access, document_id)
        await work.blobs.keep(copy, document.id)
    finally:
        work.blobs.drop(copy)
    document.pages = facts.pages
    document.status = Status.UPLOADED.value
    document.version += 1
    document.updated_at = work.now
    tell_kept(work, document)
    if read_on:
        queue_reading(work, document)
    return document


async def _locked_document(work: Work, access: Access, document_id: UUID) -> Document:
    document = await work.documents.one_changed(access, document_id)
    if document.status != Status.PASSWORD_REQUIRED:
        raise NotLocked
    return document


async def begin_reading(work: Work, *, access: Access, document_id: UUID) -> Document | None:
    """None when the document is gone or nobody waits for it any more."""
    document = await work.documents.find_changed(access, document_id)
    if document is None or not is_busy(document.status):
        return None
    document.status = Status.READING.value
    tell_progress(work, document, stage="reading", percent=_FIRST_PERCENT)
    return document


async def note_progress(
    work: Work, *, access: Access, document_id: UUID, done: int, count: int
) -> None:
    document = await work.documents.find_changed(access, document_id)
    if document is not None and document.status == Status.READING:
        share = done / max(1, count)
        percent = _FIRST_PERCENT + round(share * (_LAST_PERCENT - _FIRST_PERCENT))
        tell_progress(work, document, stage="reading", percent=percent)


async def store_reading(
    work: Work, *, access: Access, document_id: UUID, reading: Reading | None
) -> None:
    """What was read, or None when the file defeated every attempt. Corrections of the owner win for ever."""
    document = await work.documents.find_changed(access, document_id)
    if document is None:
        return
    readable = reading is not None and reading.status is ReadStatus.OK
    document.status = (Status.READ if readable else Status.UNREADABLE).value
    document.read_at = work.now
    document.version += 1
    await _store_fields(work, document, reading)
    if reading is not None:
        document.language = reading.language
        document.lines = [_line(line) for line in reading.lines]
        if document.type_source != TypeSource.OWNER:
            document.document_type = reading.kind.document_type.value
            document.type_source = TypeSource.READ.value
            document.type_confidence = reading.kind.confidence
        document.search_text = fold(f"{document.file_name} {reading.text}")[:_LONGEST_TEXT]
    tell_progress(work, document, stage=document.status, percent=100)
    tell_kept(work, document)
    await tell_read(work, document)
    log.info("document.read", document_id=str(document.id), status=document.status)


async def _store_fields(work: Work, document: Document, reading: Reading | None) -> None:
    await work.fields.forget_read(document.id)
    kept = {
        field.name
        for field in await work.fields.of_document(Access(document.owner_id), document.id)
        if field.source == OWNER
    }
    for found in reading.fields if reading else ():
        if found.name in kept:
            continue
        work.fields.add(
            Field(
                document_id=document.id,
                name=found.name,
                value=found.value,
                confidence=found.confidence,
                raw=found.raw or None,
                page=found.page,
                box=asdict(found.box) if found.box else None,
                source=found.source,
                created_at=work.now,
                updated_at=work.now,
            )
        )


def _line(line: InvoiceLine) -> dict[str, str | None]:
    def text(value: object) -> str | None:
        return None if value is None else str(value)

    return {
        "description": line.description,
        "quantity": text(line.quantity),
        "unit_price": text(line.unit_price),
        "amount": text(line.amount),
    }


async def have_read(work: Work, *, document: Document, on_page: OnPage) -> Reading:
    """Ask the reader's program; holds no transaction open."""
    declared = None
    if document.type_source != TypeSource.READ and document.document_type != DocumentType.OTHER:
        declared = DocumentType(document.document_type)
    order = ReadingOrder(
        work.blobs.path(document.id),
        MediaType(document.media_type),
        today=latest_day(work.now),  # a paper may be of today wherever it was written
        declared=declared,
    )
    return await work.reader.read(order, owner_id=document.owner_id, on_page=on_page)
