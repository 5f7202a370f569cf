from uuid import UUID

from sqlalchemy import Select

from services.auth.storage.models import AuditEntry
from services.auth.usecases.work import Work


def own_entries(work: Work, *, account_id: UUID) -> Select[AuditEntry]:
    """What happened to the caller's own account; nobody reads another's here."""
    return work.audit.of_owner(account_id)
