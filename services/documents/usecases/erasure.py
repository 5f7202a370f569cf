"""Forgetting a person: rows now, files by jobs of the same transaction; what comes late finds them gone."""

from uuid import UUID

from services.documents.storage.belongings import BELONGINGS
from services.documents.usecases.cleanup import forget_blob_later
from services.documents.usecases.work import Work
from shared.bus.traces import forget_traces
from shared.contracts.erasure import AccountErased


async def erase_account(work: Work, *, account_id: UUID) -> None:
    await work.erased.bury(account_id, work.now)
    for blob_id in (
        *await work.documents.ids_of(account_id),
        *await work.exports.ids_of(account_id),
    ):
        forget_blob_later(work, blob_id)
    await BELONGINGS.erase(work.session, account_id)
    await forget_traces(work.session, account_id)
    work.emit(AccountErased(account_id=account_id, service="documents", erased_at=work.now))
