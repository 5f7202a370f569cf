from datetime import timedelta
from typing import Final

from services.documents.errors import ReaderBusy, StorageFull
from services.documents.usecases.receipts import (
    SEND,
    SendReceipt,
    Sheet,
    made_printable,
    read_receipt,
    send_receipt,
)
from services.documents.usecases.work import Work
from shared.bus.work_queue import JobRun, job
from shared.errors import Later

LONGEST_WAIT: Final = timedelta(minutes=1)


@job(SEND, SendReceipt, concurrency=1, lease=timedelta(minutes=2), max_attempts=3)
async def send(payload: SendReceipt, run: JobRun[Work]) -> None:
    """Drawn while no transaction is open. Whose share of the reader is used up waits; a full disk is waited for."""
    try:
        await _send(payload, run)
    except StorageFull as full:
        raise Later(LONGEST_WAIT) from full
    except ReaderBusy as busy:
        wait = timedelta(seconds=int(busy.headers["Retry-After"]))
        raise Later(min(LONGEST_WAIT, wait)) from busy


async def _send(payload: SendReceipt, run: JobRun[Work]) -> None:
    async with run.work() as work:
        found = await read_receipt(work, wanted=payload)
    if found is None:
        return
    made = await made_printable(found) if isinstance(found, Sheet) else found
    async with run.finish() as work:
        await send_receipt(work, wanted=payload, found=made)
