"""Forgetting a person: rows now, files by jobs of the same transaction; what comes late finds them gone."""

from uuid import UUID

from services.documents.usecases.cleanup import forget_blob_later
from services.documents.usecases.work import Work
from shared.bus.erasure import erase_person
from shared.contracts.erasure import AccountErased


async def erase_account(work: Work, *, account_id: UUID) -> None:
    """The person is held alone: what was being taken in is in, and known here by its id."""
    for blob_id in (
        *await work.documents.ids_of(account_id),
        *await work.exports.ids_of(account_id),
    ):
        forget_blob_later(work, blob_id)
    await work.documents.forget_person(account_id)
    await erase_person(work, account_id)
    work.emit(AccountErased(account_id=account_id, service="documents", erased_at=work.now))
