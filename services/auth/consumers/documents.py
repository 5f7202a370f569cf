from services.auth.usecases.export import note_packed
from services.auth.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.documents import ExportPacked


@listen(ExportPacked)
async def announce_packed(event: ExportPacked, work: Work) -> None:
    await note_packed(work, event=event)
