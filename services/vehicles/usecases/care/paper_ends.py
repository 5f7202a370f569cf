"""The end of a paper that was read is a reminder; a newer paper of the same kind settles the older one's."""

from uuid import UUID

from services.vehicles.domain.care.beats import LEAD_DAYS
from services.vehicles.domain.care.draft import Found
from services.vehicles.domain.care.paper_ends import PaperEnd, end_of
from services.vehicles.domain.care.reminders import (
    OccurrenceStatus,
    ReminderKind,
    ReminderSource,
)
from services.vehicles.storage.care.reminder_models import Reminder
from services.vehicles.usecases.care.papers import vehicle_of_paper
from services.vehicles.usecases.care.reminders import (
    ReminderFacts,
    add_reminder,
    edit_reminder,
    finish_reminder,
    remove_reminder,
)
from services.vehicles.usecases.work import Work
from shared.access import Access
from shared.contracts.documents import DocumentRead, ReadStatus
from shared.errors import NotFound

LEADS = {ReminderKind.INSURANCE: 60}
"""Time to compare and to give notice; in some countries a rule pack reminds once more, later."""


async def remind_of_end(work: Work, *, document: DocumentRead) -> None:
    """The caller has seen that this reading is news."""
    access = Access(document.owner_id)
    fields = {field.name: Found(field.value, field.confidence) for field in document.fields}
    is_read = document.status is ReadStatus.OK
    end = end_of(document.document_type, fields) if is_read else None
    known = await work.reminders.of_document(access, document.document_id)
    if end is None or end.on < work.today:
        await forget_end(work, access=access, document_id=document.document_id)
        return
    if known:
        facts = ReminderFacts(due_on=end.on, kind=end.kind)
        await edit_reminder(work, access=access, reminder_id=known[0].id, facts=facts)
        return
    vehicle_id = await vehicle_of_paper(work, access, document, fields)
    if vehicle_id is None:
        return
    newer = await _settle_older(work, access, vehicle_id, end)
    if not newer:
        lead_days = LEADS.get(end.kind, LEAD_DAYS)
        await add_reminder(
            work,
            access=access,
            vehicle_id=vehicle_id,
            facts=ReminderFacts(title="", due_on=end.on, kind=end.kind, lead_days=lead_days),
            source=ReminderSource.DOCUMENT,
            document_id=document.document_id,
        )


async def forget_end(work: Work, *, access: Access, document_id: UUID) -> None:
    """The paper is gone, or has no end after all."""
    for reminder in await work.reminders.of_document(access, document_id):
        await remove_reminder(work, access=access, reminder_id=reminder.id)


async def _settle_older(work: Work, access: Access, vehicle_id: UUID, end: PaperEnd) -> bool:
    """Whether there is a paper that ends later still."""
    newer = False
    for other in await work.reminders.of_vehicle(vehicle_id):
        if other.source != ReminderSource.DOCUMENT or other.kind != end.kind:
            continue
        if other.due_on is not None and other.due_on > end.on:
            newer = True
        elif await _is_ahead(work, access, other):
            await finish_reminder(work, access=access, reminder_id=other.id)
    return newer


async def _is_ahead(work: Work, access: Access, reminder: Reminder) -> bool:
    row = await work.occurrences.latest(access, reminder.id)
    if row is None:
        raise NotFound
    return row.status == OccurrenceStatus.ACTIVE
