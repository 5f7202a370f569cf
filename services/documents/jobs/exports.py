from datetime import timedelta

from services.documents.errors import StorageFull
from services.documents.usecases.exports import (
    PACK,
    PackExport,
    close_export,
    explain,
    forget_old_exports,
    note_own_rows,
    page_lines,
    plan_packing,
)
from services.documents.usecases.work import Work
from shared.bus.schedule import every
from shared.bus.work_queue import JobRun, job
from shared.errors import Later

ROOM_MAY_COME = timedelta(minutes=10)


@job(PACK, PackExport, concurrency=1, lease=timedelta(minutes=5))
async def pack(payload: PackExport, run: JobRun[Work]) -> None:
    """Constant memory and no long transaction, however many files there are. A full disk is waited for."""
    try:
        await _pack(payload, run)
    except StorageFull as full:
        raise Later(ROOM_MAY_COME) from full


async def _pack(payload: PackExport, run: JobRun[Work]) -> None:
    async with run.work() as work:
        packing, archives = await plan_packing(work, export_id=payload.export_id), work.archives
    if packing is None:
        return
    async with archives.create(packing.into) as archive:
        for service, number in packing.pages:
            async with run.work() as work:
                lines = await page_lines(
                    work, export_id=packing.export_id, service=service, number=number
                )
            await archive.lines(service, lines)
        with archives.notebook(packing.into) as notebook:
            async with run.work() as work:
                await note_own_rows(work, notebook, owner_id=packing.owner_id)
            await archive.noted(packing.service, notebook)
        for name, path in packing.files:
            await archive.file(name, path)
        await explain(archive, packing=packing)
    size, digest = await archives.measure(packing.into)
    try:
        async with run.finish() as work:
            is_kept = await close_export(work, packing=packing, size=size, digest=digest)
    except StorageFull:
        await archives.discard(packing.into)
        raise
    if not is_kept:
        await archives.discard(packing.into)


@every("*/10 * * * *", name="documents.exports")
async def forget_old(work: Work) -> None:
    await forget_old_exports(work)
