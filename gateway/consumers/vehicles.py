from gateway.usecases.live import show
from gateway.usecases.work import Work
from shared.contracts.vehicles import DiagnosisProgressed, ImportProgressed


async def diagnosis_progressed(event: DiagnosisProgressed, work: Work) -> None:
    await show(work, user_id=event.owner_id, event=event)


async def import_progressed(event: ImportProgressed, work: Work) -> None:
    await show(work, user_id=event.owner_id, event=event)
