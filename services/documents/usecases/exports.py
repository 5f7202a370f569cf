"""A person's data from all services, made into one file that only they may fetch, for a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

import structlog
from pydantic import BaseModel

from services.documents.clients.archives import Archive
from services.documents.domain.export_words import readme
from services.documents.storage.belongings import BELONGINGS
from services.documents.storage.models import Export
from services.documents.usecases.cleanup import forget_blob_later
from services.documents.usecases.work import Work
from shared.access import Access
from shared.bus.data_pages import line_of, unpacked
from shared.contracts.auth import AccountExportStarted
from shared.contracts.base import Language
from shared.contracts.documents import ExportPacked
from shared.contracts.export import DataPage
from shared.errors import NotFound

log = structlog.get_logger()
PACK = "documents.pack_export"
COLLECTING, READY = "collecting", "ready"
PATIENCE = timedelta(hours=24)
"""How long the parts of other services are waited for."""
KEPT = timedelta(hours=24)
"""How long the finished file is there to be fetched."""


class PackExport(BaseModel):
    export_id: UUID


async def open_export(work: Work, *, event: AccountExportStarted) -> None:
    await work.exports.lock(event.export_id)
    await work.exports.add_once(
        id=event.export_id,
        owner_id=event.account_id,
        language=event.language.value,
        state=COLLECTING,
        started_at=event.started_at,
        expires_at=work.now + PATIENCE,
    )
    await _pack_when_complete(work, event.export_id)


async def keep_page(work: Work, *, page: DataPage) -> None:
    """Pages come in any order, more than once, and perhaps before their export is heard of."""
    await work.exports.lock(page.export_id)
    export = await work.exports.held(page.export_id)
    if export is not None and export.state != COLLECTING:
        return
    await work.export_pages.add_once(
        export_id=page.export_id,
        owner_id=page.account_id,
        service=page.service,
        number=page.number,
        is_last=page.is_last,
        counts=page.counts,
        content=page.content.get_secret_value(),
        received_at=work.now,
    )
    await _pack_when_complete(work, page.export_id)


async def _pack_when_complete(work: Work, export_id: UUID) -> None:
    if await work.exports.held(export_id) is None:
        return
    complete = await work.export_pages.complete_services(export_id)
    if set(work.settings.exporting_services) <= complete:
        work.enqueue(PACK, PackExport(export_id=export_id), key=str(export_id))


@dataclass(frozen=True, slots=True)
class Packing:
    """What goes into a file: read in short transactions, written outside of them."""

    export_id: UUID
    owner_id: UUID
    service: str
    language: Language
    into: Path
    made_at: datetime
    pages: Sequence[tuple[str, int]]
    files: Sequence[tuple[str, Path]]


async def plan_packing(work: Work, *, export_id: UUID) -> Packing | None:
    """None when there is nothing to pack any more."""
    export = await work.exports.held(export_id)
    if export is None or export.state != COLLECTING:
        return None
    return Packing(
        export_id=export_id,
        owner_id=export.owner_id,
        service=work.settings.service,
        language=Language(export.language),
        into=work.blobs.incoming(export_id),
        made_at=work.now,
        pages=await work.export_pages.numbers(export_id),
        files=[
            (f"documents/files/{document_id}/{name}", work.blobs.path(document_id))
            for document_id, name in await work.documents.names_of(export.owner_id)
        ],
    )


async def page_lines(work: Work, *, export_id: UUID, service: str, number: int) -> bytes:
    return unpacked(await work.export_pages.content(export_id, service, number))


async def note_own_rows(work: Work, notebook: IO[bytes], *, owner_id: UUID) -> None:
    """What this service holds, as it comes; packed once the transaction is over. Raises StorageFull."""
    async for table, row in BELONGINGS.rows(work.session, owner_id):
        notebook.write(line_of(table, row))


async def explain(archive: Archive, *, packing: Packing) -> None:
    letter = readme(packing.language, made_at=packing.made_at, tables=archive.counts)
    await archive.finish(
        letter,
        export_id=packing.export_id,
        account_id=packing.owner_id,
        made_at=packing.made_at.isoformat(),
    )


async def close_export(work: Work, *, packing: Packing, size: int, digest: bytes) -> bool:
    """The file takes its place; the pages it was made of go. False when its owner was erased in the meantime."""
    export_id = packing.export_id
    export = await work.exports.held(export_id)
    if export is None:
        return False
    await work.blobs.keep(packing.into, export_id)
    export.state, export.packed_at, export.expires_at = READY, work.now, work.now + KEPT
    export.size_bytes, export.sha256 = size, digest
    await work.export_pages.forget([export_id])
    work.emit(
        ExportPacked(
            export_id=export_id,
            account_id=export.owner_id,
            size_bytes=size,
            sha256=digest.hex(),
            packed_at=work.now,
            expires_at=export.expires_at,
        )
    )
    log.info("export.packed", export_id=str(export_id), size=size)
    return True


async def stored_export(work: Work, *, access: Access, export_id: UUID) -> tuple[Export, Path]:
    """Raises NotFound: for a stranger, before it is ready, and after its day."""
    export = await work.exports.find_seen(access, export_id)
    path = work.blobs.path(export_id)
    if export is None or export.state != READY or export.expires_at <= work.now:
        raise NotFound
    return export, path


async def forget_old_exports(work: Work) -> None:
    over = await work.exports.over(work.now)
    for export_id in over:
        forget_blob_later(work, export_id)
    await work.exports.forget(over)
    await work.export_pages.forget(over)
    await work.export_pages.forget_before(work.now - PATIENCE - KEPT)
    if over:
        log.info("exports.forgotten", count=len(over))
