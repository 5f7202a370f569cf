from gateway.usecases.live import show
from gateway.usecases.work import Work
from shared.contracts.vehicles import DiagnosisProgressed


async def diagnosis_progressed(event: DiagnosisProgressed, work: Work) -> None:
    await show(work, user_id=event.owner_id, event=event)
