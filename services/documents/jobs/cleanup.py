from datetime import timedelta

from services.documents.usecases.cleanup import (
    FORGET_BLOB,
    SWEEP,
    ForgetBlob,
    Sweep,
    forget_blob,
    known_blobs,
    sweep_blobs,
)
from services.documents.usecases.work import Work
from shared.bus.schedule import every
from shared.bus.work_queue import JobRun, job


@job(FORGET_BLOB, ForgetBlob, concurrency=1, lease=timedelta(minutes=1))
async def forget(payload: ForgetBlob, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        await forget_blob(work, blob_id=payload.blob_id)


@every("40 3 * * *", name="documents.sweep")
async def sweep(work: Work) -> None:
    work.enqueue(SWEEP, Sweep(), key="nightly")


@job(SWEEP, Sweep, lease=timedelta(minutes=5))
async def sweep_files(payload: Sweep, run: JobRun[Work]) -> None:
    """The disk is looked through while no transaction is open."""
    del payload
    async with run.work() as work:
        known, blobs = await known_blobs(work), work.blobs
    await sweep_blobs(blobs, known=known)
