from services.notifications.domain import document_news
from services.notifications.usecases.deliver import deliver
from services.notifications.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.documents import DocumentExpiring, DocumentRead


@listen(DocumentRead)
async def announce_problem(event: DocumentRead, work: Work) -> None:
    await deliver(work, document_news.of_reading(event))


@listen(DocumentExpiring, together=True)
async def warn_of_expiry(event: DocumentExpiring, work: Work) -> None:
    await deliver(work, document_news.of_expiry(event))
