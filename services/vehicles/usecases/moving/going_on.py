from services.vehicles.domain.moving.states import ImportState
from services.vehicles.usecases.cars.owners import stand_with
from services.vehicles.usecases.moving.applying import Progress, apply
from services.vehicles.usecases.moving.imports import read_and_judge
from services.vehicles.usecases.moving.reading import judge_rows
from services.vehicles.usecases.moving.undoing import undo
from services.vehicles.usecases.moving.working import GoOn, read_busy, tell
from services.vehicles.usecases.work import Work
from shared.access import Access


async def go_on(work: Work, payload: GoOn, *, progress: Progress) -> None:
    """Whatever its state asks for; a second run of the same job finds nothing to do."""
    imported = await read_busy(work, payload)
    if imported is None:
        return
    access = Access(payload.owner_id)
    await stand_with(work, access)
    match ImportState(imported.state):
        case ImportState.READING if payload.only_judge:
            await judge_rows(work, access=access, imported=imported)
        case ImportState.READING:
            parts = await work.import_parts.of(imported.id)
            await read_and_judge(work, access, imported, parts)
        case ImportState.APPLYING:
            await apply(
                work, access=access, imported=imported, quota=payload.quota, progress=progress
            )
        case _:
            await undo(work, access=access, imported=imported, progress=progress)
    imported.version += 1
    imported.updated_at = work.now
    tell(work, imported, done=1, total=1)
