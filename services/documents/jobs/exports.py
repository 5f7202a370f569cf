from datetime import timedelta

from services.documents.errors import StorageFull
from services.documents.usecases.exports import (
    PACK,
    PackExport,
    add_own_rows,
    add_page,
    close_export,
    explain,
    forget_old_exports,
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
                await add_page(
                    work, archive, export_id=packing.export_id, service=service, number=number
                )
        async with run.work() as work:
            await add_own_rows(work, archive, owner_id=packing.owner_id)
        for name, path in packing.files:
            await archive.file(name, path)
        async with run.work() as work:
            await explain(work, archive, packing=packing)
    try:
        async with run.finish() as work:
            await close_export(work, export_id=packing.export_id, packed=packing.into)
    except StorageFull:
        await archives.discard(packing.into)
        raise


@every("*/10 * * * *", name="documents.exports")
async def forget_old(work: Work) -> None:
    await forget_old_exports(work)
