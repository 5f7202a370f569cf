"""Taking documents in, and what their owner does with them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog

from services.documents.clients.incoming import Upload, receive
from services.documents.domain.files import FileFacts, MediaType, renamed, safe_name
from services.documents.domain.states import Status, TypeSource
from services.documents.domain.text import fold
from services.documents.errors import AlreadyUploaded, FileEmpty, UploadMalformed
from services.documents.storage.models import Document
from services.documents.usecases.cleanup import forget_blob_later
from services.documents.usecases.extraction import queue_reading
from services.documents.usecases.telling import tell_kept, tell_read
from services.documents.usecases.work import Work
from shared.access import Access
from shared.contracts.documents import DocumentType
from shared.contracts.features import Feature, Limit
from shared.errors import InvalidInput, NotFound, PlanRequired, QuotaExceeded, RoleInsufficient
from shared.http.idempotency import Claim
from shared.http.identity import Caller
from shared.ids import new_id

log = structlog.get_logger()
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the form said beside the file."""

    document_type: DocumentType | None
    vehicle_id: UUID | None
    analyze: bool | None


async def upload_document(
    work: Work,
    *,
    caller: Caller,
    body: AsyncIterator[bytes],
    content_type: str | None,
    once: Claim | None,
) -> Document:
    """Takes the file in, or refuses and leaves nothing behind. While it is received and looked into, no transaction is open."""
    document_id = new_id()
    incoming = work.blobs.incoming(document_id)
    limit = work.settings.max_upload_bytes
    try:
        async with work.paused():
            upload = await receive(body, content_type=content_type, into=incoming, limit=limit)
        wishes = wishes_of(upload)
        if upload.size == 0:
            raise FileEmpty(pointer="/file")
        if wishes.analyze and wishes.vehicle_id is None and not caller.has(Feature.DOCUMENTS_OCR):
            raise PlanRequired(Feature.DOCUMENTS_OCR)
        if once is not None:
            await once.look(upload.digest())
        async with work.paused():
            facts = await work.reader.inspect(incoming, owner_id=caller.user)
        if once is not None:
            await once.take(upload.digest())
        allowed = await _allowed(work, caller, wishes)
        await _refuse_what_the_owner_may_not(work, allowed, upload)
        document = _document(
            work,
            document_id,
            (allowed.owner_id, caller.user),
            upload=upload,
            facts=facts,
            wishes=wishes,
        )
        work.unless_committed(lambda: work.blobs.drop(work.blobs.path(document_id)))
        work.documents.add(document)
        tell_kept(work, document)
        await work.flush()  # the unique index speaks before the file is moved
        await work.blobs.keep(incoming, document_id)
    finally:
        work.blobs.drop(incoming)
    if _is_read_at_once(wishes, allowed) and not facts.locked:
        queue_reading(work, document)
    log.info("document.uploaded", document_id=str(document_id), media_type=facts.media_type.value)
    return document


def wishes_of(upload: Upload) -> Wishes:
    """Raises InvalidInput for a value of no kind, UploadMalformed for a field nobody knows."""
    unknown = set(upload.fields) - {"document_type", "vehicle_id", "analyze"}
    if unknown:
        raise UploadMalformed(pointer=f"/{fold(min(unknown))[:40]}")
    said = {name: value.strip() for name, value in upload.fields.items() if value.strip()}
    try:
        kind = DocumentType(said["document_type"].lower()) if "document_type" in said else None
    except ValueError:
        raise InvalidInput(pointer="/document_type") from None
    try:
        vehicle = UUID(said["vehicle_id"]) if "vehicle_id" in said else None
    except ValueError:
        raise InvalidInput(pointer="/vehicle_id") from None
    if said.get("analyze", "true").lower() not in {"true", "false"}:
        raise InvalidInput(pointer="/analyze")
    return Wishes(kind, vehicle, said["analyze"].lower() == "true" if "analyze" in said else None)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whose the paper becomes, and what their plan allows."""

    owner_id: UUID
    features: frozenset[Feature]
    limits: Mapping[Limit, int | None]


def _is_read_at_once(wishes: Wishes, allowed: Allowed) -> bool:
    """Where nobody says, where the plan includes reading."""
    if wishes.analyze is not None:
        return wishes.analyze
    return Feature.DOCUMENTS_OCR in allowed.features


async def _allowed(work: Work, caller: Caller, wishes: Wishes) -> Allowed:
    """A paper of a shared car is its owner's, and counts in their plan. Raises NotFound, RoleInsufficient, PlanRequired."""
    allowed = Allowed(caller.user, caller.features, caller.limits)
    if wishes.vehicle_id is not None:
        owner_id = await work.vehicles.owner_for(caller.access, wishes.vehicle_id)
        if not await work.hold(owner_id, wait=False):
            raise NotFound(pointer="/vehicle_id")
        if owner_id != caller.user:
            allowed = Allowed(owner_id, *await work.owner_plans.of(Access(owner_id)))
    if wishes.analyze and Feature.DOCUMENTS_OCR not in allowed.features:
        raise PlanRequired(Feature.DOCUMENTS_OCR)
    return allowed


async def _refuse_what_the_owner_may_not(work: Work, allowed: Allowed, upload: Upload) -> None:
    owner_id = allowed.owner_id
    await work.hold_owner(owner_id)
    same = await work.documents.same_bytes(owner_id, upload.sha256)
    if same is not None:
        raise AlreadyUploaded(document_id=str(same))
    used = await work.documents.used(owner_id)
    most = allowed.limits.get(Limit.DOCUMENTS)
    if most is not None and used.documents >= most:
        raise QuotaExceeded(resource=Limit.DOCUMENTS, limit=most, used=used.documents)
    most = allowed.limits.get(Limit.STORAGE_MB)
    if most is not None and used.size_bytes + upload.size > most * MEGABYTE:
        raise QuotaExceeded(
            resource=Limit.STORAGE_MB, limit=most, used=-(-used.size_bytes // MEGABYTE)
        )


def _document(
    work: Work,
    document_id: UUID,
    whose: tuple[UUID, UUID],
    *,
    upload: Upload,
    facts: FileFacts,
    wishes: Wishes,
) -> Document:
    """`whose`: its owner, and who files it."""
    name = safe_name(upload.file_name, facts.media_type)
    owner_id, made_by = whose
    return Document(
        id=document_id,
        owner_id=owner_id,
        made_by=made_by,
        vehicle_id=wishes.vehicle_id,
        file_name=name,
        media_type=facts.media_type.value,
        size_bytes=upload.size,
        sha256=upload.sha256,
        pages=facts.pages,
        document_type=(wishes.document_type or DocumentType.OTHER).value,
        type_source=(TypeSource.DECLARED).value,
        type_confidence=0.0,
        status=(Status.PASSWORD_REQUIRED if facts.locked else Status.UPLOADED).value,
        percent=0,
        revision=0,
        lines=[],
        search_text=fold(name),
        created_at=work.now,
        updated_at=work.now,
        version=1,
    )


async def read_document(work: Work, *, access: Access, document_id: UUID) -> Document:
    return await work.documents.one_seen(access, document_id)


@dataclass(frozen=True, slots=True)
class Edit:
    """Only what is named in `changed` is changed."""

    changed: frozenset[str]
    file_name: str | None = None
    document_type: DocumentType | None = None
    vehicle_id: UUID | None = None


async def edit_document(work: Work, *, access: Access, document_id: UUID, edit: Edit) -> Document:
    document = await work.documents.one_changed(access, document_id)
    if edit.vehicle_id and edit.vehicle_id != document.vehicle_id:
        owner_id = await work.vehicles.owner_for(access, edit.vehicle_id)
        if owner_id != document.owner_id:
            raise NotFound(pointer="/vehicle_id")  # a paper stays its owner's
    if "vehicle_id" in edit.changed and edit.vehicle_id is None:
        _refuse_unfiling(document, access)
    before = (document.document_type, document.vehicle_id)
    if "file_name" in edit.changed and edit.file_name:
        name = renamed(edit.file_name, MediaType(document.media_type))
        document.search_text = document.search_text.replace(fold(document.file_name), fold(name), 1)
        document.file_name = name
    if "document_type" in edit.changed and edit.document_type:
        document.document_type = edit.document_type.value
        document.type_source = TypeSource.OWNER.value
        document.type_confidence = 1.0
    if "vehicle_id" in edit.changed:
        document.vehicle_id = edit.vehicle_id
    document.updated_at = work.now
    document.version += 1
    tell_kept(work, document)
    if document.read_at and before != (document.document_type, document.vehicle_id):
        await tell_read(work, document)
    return document


def _refuse_unfiling(document: Document, access: Access) -> None:
    """Under no car it would be the owner's alone, out of reach of whoever took it from there."""
    if document.vehicle_id is not None and document.owner_id != access.person:
        raise RoleInsufficient(pointer="/vehicle_id")


async def remove_document(work: Work, *, access: Access, document_id: UUID) -> None:
    """The row goes now, the file right after the commit: a job of the same transaction deletes it."""
    document = await work.documents.one_changed(access, document_id)
    document.version += 1
    tell_kept(work, document, deleted=True)
    await work.documents.remove(document)
    forget_blob_later(work, document.id)
