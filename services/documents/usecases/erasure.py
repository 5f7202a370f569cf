"""Forgetting a person: rows now, files by jobs of the same transaction."""

from uuid import UUID

from services.documents.usecases.cleanup import forget_blob_later
from services.documents.usecases.work import Work
from shared.contracts.erasure import AccountErased


async def erase_account(work: Work, *, account_id: UUID) -> None:
    for document_id in await work.documents.ids_of(account_id):
        forget_blob_later(work, document_id)
    await work.documents.erase_owner(account_id)
    await work.vehicles.erase_owner(account_id)
    work.emit(AccountErased(account_id=account_id, service="documents", erased_at=work.now))
