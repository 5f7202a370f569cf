from datetime import timedelta

from services.documents.errors import FileRefused, OcrFailed, ReaderBusy, StorageFull
from services.documents.usecases.extraction import (
    EXTRACT,
    Extract,
    begin_reading,
    have_read,
    note_progress,
    store_reading,
)
from services.documents.usecases.work import Work
from shared.access import Access
from shared.bus.work_queue import JobRun, job
from shared.errors import Later

_LONGEST_WAIT = timedelta(minutes=1)


@job(EXTRACT, Extract, concurrency=2, lease=timedelta(minutes=5), max_attempts=3)
async def extract(payload: Extract, run: JobRun[Work]) -> None:
    """Whose share of the reader is used up waits, and those of others are read first."""
    try:
        await _extract(payload, run)
    except StorageFull as full:
        raise Later(_LONGEST_WAIT) from full
    except ReaderBusy as busy:
        raise Later(
            min(_LONGEST_WAIT, timedelta(seconds=int(busy.headers["Retry-After"])))
        ) from busy


async def _extract(payload: Extract, run: JobRun[Work]) -> None:
    access, document_id = Access(payload.owner_id), payload.document_id
    async with run.work() as work:
        work.reader.refuse_reading(payload.owner_id)
        document = await begin_reading(work, access=access, document_id=document_id)
    if document is None:
        return

    async def on_page(done: int, count: int) -> None:
        async with run.work() as work:
            await note_progress(
                work, access=access, document_id=document_id, done=done, count=count
            )

    try:
        reading = await have_read(work, document=document, on_page=on_page)
    except FileRefused:
        reading = None
    except OcrFailed:
        if not run.is_last_attempt:
            raise
        reading = None
    async with run.finish() as work:
        await store_reading(work, access=access, document_id=document_id, reading=reading)
