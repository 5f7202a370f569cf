from services.documents.usecases.exports import keep_page
from services.documents.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.export import DataPage


@listen(DataPage)
async def collect_page(event: DataPage, work: Work) -> None:
    await keep_page(work, page=event)
