from gateway.usecases.live import show
from gateway.usecases.work import Work
from shared.contracts.vehicles_cases import DiagnosisProgressed
from shared.contracts.vehicles_moving import CarExportProgressed, ImportProgressed


async def diagnosis_progressed(event: DiagnosisProgressed, work: Work) -> None:
    await show(work, user_id=event.owner_id, event=event)


async def import_progressed(event: ImportProgressed, work: Work) -> None:
    await show(work, user_id=event.owner_id, event=event)


async def car_export_progressed(event: CarExportProgressed, work: Work) -> None:
    await show(work, user_id=event.account_id, event=event)
