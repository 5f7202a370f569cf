"""What a record may point at: the owner's documents, as long as they are there."""

from services.vehicles.usecases.care.announce import announce_record
from services.vehicles.usecases.care.drafts import DraftStatus
from services.vehicles.usecases.care.paper_ends import forget_end
from services.vehicles.usecases.care.paper_facts import forget_paper
from services.vehicles.usecases.cars.announce import announce_vehicle
from services.vehicles.usecases.cars.owners import stand_with
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.documents import DocumentChanged


async def note_document(work: Work, *, document: DocumentChanged) -> None:
    """A document that is gone leaves the cars, records and fills it was attached to, and a draft that nobody has confirmed yet goes
    with it.
    """
    owner_id, access = document.owner_id, Access(document.owner_id)
    await work.hold_owner(owner_id)
    if document.deleted:  # drafts, records and fills first, as whoever confirms or edits one does
        await work.drafts.of_document(access, document.document_id)
        await work.records.with_document(access, document.document_id)
        await work.fills.with_document(access, document.document_id)
    is_news = await work.documents.note(
        document_id=document.document_id,
        owner_id=owner_id,
        document_type=document.document_type,
        version=document.version,
        deleted=document.deleted,
    )
    if not is_news or not document.deleted:
        return
    await stand_with(work, access)
    await forget_end(work, access=access, document_id=document.document_id)
    await forget_paper(work, access=access, document_id=document.document_id)
    draft = await work.drafts.of_document(access, document.document_id)
    if draft is not None and draft.status == DraftStatus.PENDING:
        await work.drafts.remove(draft)
    for vehicle in await work.vehicles.with_photo(access, document.document_id):
        vehicle.photo_id = None
        announce_vehicle(work, vehicle=vehicle)
    gone = str(document.document_id)
    for record in await work.records.with_document(access, document.document_id):
        record.document_ids = [kept for kept in record.document_ids if kept != gone]
        announce_record(work, record=record)
    for fill in await work.fills.with_document(access, document.document_id):
        fill.document_ids = [kept for kept in fill.document_ids if kept != gone]
        fill.version += 1
