from gateway.usecases.live import show
from gateway.usecases.work import Work
from shared.contracts.documents import DocumentProgressed


async def document_progressed(event: DocumentProgressed, work: Work) -> None:
    await show(work, user_id=event.owner_id, event=event)
