from services.auth.storage.models import AuditEntry
from shared.db.repository import Repository


class AuditRepository(Repository[AuditEntry]):
    model = AuditEntry
    owner = "account_id"
