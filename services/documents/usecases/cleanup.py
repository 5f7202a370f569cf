"""Files without a document: left by a process that died between the disk and the database."""

from uuid import UUID

import structlog
from pydantic import BaseModel

from services.documents.clients.blobs import Blobs
from services.documents.usecases.work import Work

log = structlog.get_logger()
FORGET_BLOB = "documents.forget_blob"
SWEEP = "documents.sweep_blobs"


class ForgetBlob(BaseModel):
    blob_id: UUID


class Sweep(BaseModel):
    """Needs no facts."""


def forget_blob_later(work: Work, blob_id: UUID) -> None:
    """Right after this transaction commits, and only then."""
    work.enqueue(FORGET_BLOB, ForgetBlob(blob_id=blob_id), key=str(blob_id))


async def forget_blob(work: Work, *, blob_id: UUID) -> None:
    await work.blobs.forget(blob_id)


async def known_blobs(work: Work) -> set[UUID]:
    return await work.documents.every_id() | await work.exports.every_id()


async def sweep_blobs(blobs: Blobs, *, known: set[UUID]) -> int:
    """Only what is older than some hours: an upload in the making is nobody's yet, nor is what came since `known` was asked."""
    swept = await blobs.sweep(known)
    if swept:
        log.info("blobs.swept", count=swept)
    return swept
