from typing import Annotated, Any
from uuid import UUID

from services.auth.api.dependencies import InWork
from services.auth.storage.models import AuditEntry
from services.auth.usecases.audit import own_entries
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/auth", tags=["audit"])


class AuditEntryOut(AnswerModel):
    id: UUID
    kind: str
    at: Moment
    ip: str
    device: str
    actor_id: UUID | None
    request_id: str
    facts: dict[str, Any]


Entries = Annotated[
    ListQuery,
    listed_by(
        {"at": AuditEntry.at, "kind": AuditEntry.kind}, default="-at", search=(AuditEntry.kind,)
    ),
]


@router.get("/audit")
async def list_audit_entries(
    work: InWork, caller: CurrentCaller, listing: Entries
) -> Page[AuditEntryOut]:
    """The security events of the caller's account. `actor_id` is the administrator who acted, if one did."""
    return await listing.page(
        work.session,
        own_entries(work, access=caller.access),
        into=AuditEntryOut.model_validate,
    )
