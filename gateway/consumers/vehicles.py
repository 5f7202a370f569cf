from gateway.usecases.live import show
from gateway.usecases.work import Work
from shared.contracts.vehicles import CarExportProgressed


async def car_export_progressed(event: CarExportProgressed, work: Work) -> None:
    await show(work, user_id=event.account_id, event=event)
