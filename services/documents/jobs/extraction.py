from datetime import timedelta
from uuid import UUID

from services.documents.errors import FileRefused, OcrFailed, ReaderBusy, StorageFull
from services.documents.usecases.extraction import (
    EXTRACT,
    Extract,
    begin_reading,
    note_progress,
    read_document,
    store_reading,
)
from services.documents.usecases.work import Work
from shared.bus.work_queue import JobRun, job
from shared.errors import Later

_LONGEST_WAIT = timedelta(minutes=1)


@job(EXTRACT, Extract, concurrency=2, lease=timedelta(minutes=5), max_attempts=3)
async def extract(payload: Extract, run: JobRun[Work]) -> None:
    """Whose share of the reader is used up waits, and those of others are read first."""
    names = {"owner_id": payload.owner_id, "document_id": payload.document_id}
    try:
        await _extract(names, run)
    except StorageFull as full:
        raise Later(_LONGEST_WAIT) from full
    except ReaderBusy as busy:
        raise Later(
            min(_LONGEST_WAIT, timedelta(seconds=int(busy.headers["Retry-After"])))
        ) from busy


async def _extract(names: dict[str, UUID], run: JobRun[Work]) -> None:
    async with run.work() as work:
        work.reader.refuse_reading(names["owner_id"])
        document = await begin_reading(work, **names)
    if document is None:
        return

    async def on_page(done: int, count: int) -> None:
        async with run.work() as work:
            await note_progress(work, **names, done=done, count=count)

    try:
        reading = await read_document(work, document=document, on_page=on_page)
    except FileRefused:
        reading = None
    except OcrFailed:
        if not run.is_last_attempt:
            raise
        reading = None
    async with run.finish() as work:
        await store_reading(work, **names, reading=reading)
