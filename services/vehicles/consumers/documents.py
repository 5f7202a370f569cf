from services.vehicles.usecases.care.documents import note_document
from services.vehicles.usecases.care.drafting import draft_from_document
from services.vehicles.usecases.moving.receipts import keep_part
from services.vehicles.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.documents import DocumentChanged, DocumentRead, ReceiptPart


@listen(DocumentRead)
async def draft_what_was_done(event: DocumentRead, work: Work) -> None:
    await draft_from_document(work, document=event)


@listen(DocumentChanged)
async def note_what_is_kept(event: DocumentChanged, work: Work) -> None:
    await note_document(work, document=event)


@listen(ReceiptPart)
async def collect_receipt(event: ReceiptPart, work: Work) -> None:
    await keep_part(work, part=event)
