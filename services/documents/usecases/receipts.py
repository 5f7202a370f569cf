"""Receipts of a car, sent to whoever makes a file of it: one job each, in the pages of docs/adr/0004-data-export-travels-as-pages.md."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog
from pydantic import AwareDatetime, BaseModel, SecretStr

from services.documents.clients.reader import Reader
from services.documents.domain.files import MediaType
from services.documents.domain.receipts import count_pieces, name_as, pieces
from services.documents.domain.states import Status
from services.documents.errors import (
    FileRefused,
    FileTooLarge,
    FileTypeUnsupported,
    PasswordWrong,
)
from services.documents.storage.models import Document
from services.documents.usecases.work import Work
from shared.access import Access
from shared.bus.data_pages import PAGE_BYTES
from shared.contracts.documents import ReceiptPart, ReceiptProblem
from shared.contracts.vehicles_moving import ReceiptsWanted
from shared.db.outside import outside
from shared.ids import new_id

log = structlog.get_logger()
SEND: Final = "documents.send_receipt"


class SendReceipt(BaseModel):
    account_id: UUID
    export_id: UUID
    vehicle_id: UUID
    document_id: UUID
    until: AwareDatetime


async def queue_receipts(work: Work, *, wanted: ReceiptsWanted) -> None:
    """Each by itself: one that fails is tried again without the others."""
    if _is_over(work.now, wanted.until):
        return
    for document_id in wanted.document_ids:
        payload = SendReceipt(
            account_id=wanted.account_id,
            export_id=wanted.export_id,
            vehicle_id=wanted.vehicle_id,
            document_id=document_id,
            until=wanted.until,
        )
        work.enqueue(SEND, payload, key=f"{wanted.export_id} {document_id}")


def _is_over(now: datetime, until: datetime) -> bool:
    return now >= until


@dataclass(frozen=True, slots=True)
class Sheet:
    """A stored file, and where what is made of it is written."""

    path: Path
    into: Path
    media_type: MediaType
    name: str
    sha256: bytes
    reader: Reader
    person: UUID


@dataclass(frozen=True, slots=True)
class Printable:
    """`of`: the hash of the stored file it was made of."""

    name: str
    media_type: MediaType
    content: bytes
    of: bytes


async def read_receipt(work: Work, *, wanted: SendReceipt) -> Sheet | ReceiptProblem | None:
    """None: nobody waits for it any more."""
    if _is_over(work.now, wanted.until):
        return None
    document = await _seen(work, wanted)
    if document is None or not work.blobs.path(document.id).is_file():
        return ReceiptProblem.NOT_FOUND
    if document.status == Status.PASSWORD_REQUIRED:
        return ReceiptProblem.LOCKED
    return Sheet(
        path=work.blobs.path(document.id),
        into=work.blobs.incoming(new_id()),
        media_type=MediaType(document.media_type),
        name=document.file_name,
        sha256=document.sha256,
        reader=work.reader,
        person=wanted.account_id,
    )


async def _seen(work: Work, wanted: SendReceipt) -> Document | None:
    """What they may see, of this car or of none: whoever attaches a paper to a record need not have filed it under the car."""
    document = await work.documents.find_seen(Access(wanted.account_id), wanted.document_id)
    if document is None or document.vehicle_id not in {None, wanted.vehicle_id}:
        return None
    return document


@outside
async def made_printable(sheet: Sheet) -> Printable | ReceiptProblem:
    """Raises ReaderBusy, StorageFull."""
    try:
        kind = await sheet.reader.printable(
            sheet.path, sheet.media_type, into=sheet.into, owner_id=sheet.person
        )
        return Printable(name_as(sheet.name, kind), kind, sheet.into.read_bytes(), of=sheet.sha256)
    except PasswordWrong:
        return ReceiptProblem.LOCKED
    except FileTypeUnsupported:
        return ReceiptProblem.NO_PICTURE
    except FileTooLarge:
        return ReceiptProblem.TOO_LARGE
    except FileRefused:
        return ReceiptProblem.DAMAGED
    finally:
        sheet.into.unlink(missing_ok=True)


async def send_receipt(
    work: Work, *, wanted: SendReceipt, found: Printable | ReceiptProblem
) -> None:
    """Asked again whether it is theirs: drawing it took a while."""
    if isinstance(found, ReceiptProblem):
        _say_why_not(work, wanted, found)
        return
    document = await _seen(work, wanted)
    if document is None or document.sha256 != found.of:
        _say_why_not(work, wanted, ReceiptProblem.NOT_FOUND)
        return
    digest = hashlib.sha256(found.content).hexdigest()
    parts = count_pieces(found.content, PAGE_BYTES)
    for number, piece in enumerate(pieces(found.content, PAGE_BYTES)):
        work.emit(
            ReceiptPart(
                export_id=wanted.export_id,
                account_id=wanted.account_id,
                document_id=wanted.document_id,
                number=number,
                parts=parts,
                file_name=found.name,
                media_type=found.media_type.value,
                sha256=digest,
                content=SecretStr(base64.b64encode(piece).decode()),
            )
        )
        await work.write_side_effects()
    log.info("receipt.sent", export_id=str(wanted.export_id), parts=parts)


def _say_why_not(work: Work, wanted: SendReceipt, problem: ReceiptProblem) -> None:
    work.emit(
        ReceiptPart(
            export_id=wanted.export_id,
            account_id=wanted.account_id,
            document_id=wanted.document_id,
            number=0,
            parts=1,
            file_name="",
            media_type="",
            sha256="",
            content=SecretStr(""),
            problem=problem,
        )
    )
    log.info("receipt.not_sent", export_id=str(wanted.export_id), problem=problem.value)
