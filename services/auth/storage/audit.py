from uuid import UUID

from sqlalchemy import delete

from services.auth.storage.models import AuditEntry
from shared.db.repository import Repository


class AuditRepository(Repository[AuditEntry]):
    model = AuditEntry
    owner = "account_id"

    async def forget(self, account_id: UUID) -> None:
        """Only for an account that is being erased; the database refuses it for others."""
        await self.session.execute(delete(AuditEntry).where(AuditEntry.account_id == account_id))
