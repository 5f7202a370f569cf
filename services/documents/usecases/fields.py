"""Corrections: what the owner says a paper says. They are kept with who and when, and no later reading replaces them."""

from uuid import UUID

from services.documents.domain.corrections import clean
from services.documents.domain.states import FIELDS, OWNER, is_busy
from services.documents.errors import BeingRead, FieldUnknown, FieldValueInvalid
from services.documents.storage.models import Field
from services.documents.usecases.telling import tell_kept, tell_read
from services.documents.usecases.work import Work
from shared.access import Access

KNOWN = frozenset(name for names in FIELDS.values() for name in names)


async def correct_field(
    work: Work, *, access: Access, document_id: UUID, name: str, value: str | None
) -> Field:
    """`None` says that the paper has no such value."""
    document = await work.documents.one_changed(access, document_id)
    if name not in KNOWN:
        raise FieldUnknown(field=name[:40])
    if is_busy(document.status):
        raise BeingRead
    stored = clean(name, value) if value is not None else None
    if value is not None and stored is None:
        raise FieldValueInvalid(pointer="/value", field=name)
    rows = await work.fields.of_document(access, document_id)
    row = next((field for field in rows if field.name == name), None)
    if row is None:
        row = work.fields.add(Field(document_id=document_id, name=name, created_at=work.now))
    row.value, row.confidence, row.source = stored, 1.0, OWNER
    row.corrected_at, row.corrected_by, row.updated_at = work.now, access.person, work.now
    document.updated_at = work.now
    document.version += 1
    tell_kept(work, document)
    if document.read_at:
        await tell_read(work, document)
    return row
