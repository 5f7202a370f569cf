"""The part of an import that a worker does: reading a large one, applying, undoing; with how far it has come told on the way."""

from typing import Final
from uuid import UUID

from pydantic import BaseModel

from services.vehicles.domain.moving.states import BUSY, ImportState
from services.vehicles.storage.moving.models import VehicleImport
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.vehicles_moving import ImportProgressed

IMPORT: Final = "vehicles.import"
WHOLE: Final = 100


class GoOn(BaseModel):
    """`quota`: how many cars the plan of who imports allows; None is no limit."""

    owner_id: UUID
    import_id: UUID
    quota: int | None = None
    only_judge: bool = False


def enqueue(
    work: Work, imported: VehicleImport, *, quota: int | None = None, only_judge: bool = False
) -> None:
    payload = GoOn(
        owner_id=imported.owner_id, import_id=imported.id, quota=quota, only_judge=only_judge
    )
    work.enqueue(IMPORT, payload, key=str(imported.id))


async def read_busy(work: Work, payload: GoOn) -> VehicleImport | None:
    """None where there is nothing to do any more: done by a run before, or deleted."""
    imported = await work.imports.find_seen(Access(payload.owner_id), payload.import_id)
    return imported if imported is not None and imported.state in BUSY else None


def tell(work: Work, imported: VehicleImport, *, done: int, total: int) -> None:
    work.emit(
        ImportProgressed(
            import_id=imported.id,
            owner_id=imported.owner_id,
            stage=imported.state,
            percent=min(WHOLE, done * WHOLE // total) if total else WHOLE,
        )
    )


async def note_progress(work: Work, payload: GoOn, *, done: int) -> None:
    """In a transaction of its own, beside the one that does the work."""
    imported = await read_busy(work, payload)
    if imported is not None:
        await work.imports.note_done(imported.id, done)
        tell(work, imported, done=done, total=imported.total)


BACK: Final = {
    ImportState.READING: ImportState.ASKING,
    ImportState.APPLYING: ImportState.READY,
    ImportState.UNDOING: ImportState.APPLIED,
}


async def give_up(work: Work, payload: GoOn, *, code: str) -> None:
    """As it stood before, with why: nothing of it was done."""
    imported = await read_busy(work, payload)
    if imported is None:
        return
    imported.state, imported.failure, imported.done = BACK[ImportState(imported.state)], code, 0
    imported.version += 1
    imported.updated_at = work.now
    tell(work, imported, done=0, total=1)
