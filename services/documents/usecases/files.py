"""The bytes of a document, and a picture of its pages."""

from pathlib import Path
from uuid import UUID

from services.documents.domain.files import MediaType
from services.documents.domain.states import Status
from services.documents.errors import FileDamaged, PasswordNeeded
from services.documents.storage.models import Document
from services.documents.usecases.work import Work
from shared.access import Access
from shared.errors import NotFound
from shared.ids import new_id


async def stored_file(work: Work, *, access: Access, document_id: UUID) -> tuple[Document, Path]:
    document = await work.documents.one_seen(access, document_id)
    path = work.blobs.path(document.id)
    if not path.is_file():
        raise NotFound  # deleted a moment ago
    return document, path


async def make_preview(work: Work, *, access: Access, document_id: UUID, page: int) -> bytes:
    """A JPEG of one page, upright and cropped as it is read; carries none of the file's metadata."""
    document, path = await stored_file(work, access=access, document_id=document_id)
    if document.status == Status.PASSWORD_REQUIRED:
        raise PasswordNeeded
    if page > document.pages or document.media_type == MediaType.XML:
        raise NotFound
    picture = work.blobs.incoming(new_id())
    media_type = MediaType(document.media_type)
    try:
        async with work.paused():  # drawing may wait for its turn; the database need not
            await work.reader.preview(
                path, media_type, page=page - 1, into=picture, owner_id=access.person
            )
        return picture.read_bytes()
    except FileDamaged as fault:
        raise NotFound from fault
    finally:
        work.blobs.drop(picture)
