from sqlalchemy import Select

from services.auth.storage.models import AuditEntry
from services.auth.usecases.work import Work
from shared.access import Access


def own_entries(work: Work, *, access: Access) -> Select[AuditEntry]:
    """What happened to the caller's own account; nobody reads another's here."""
    return work.audit.seen_by(access)
