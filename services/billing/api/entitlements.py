from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from services.billing.api.dependencies import InTransaction, InWork
from services.billing.storage.entitlements import Cursor
from services.billing.usecases.entitlements import Snapshot, entitlement_of, snapshot_of
from shared.contracts.features import Feature, Limit, Plan
from shared.errors import BadRequest
from shared.http.access import internal_only
from shared.http.errors import problems
from shared.http.models import AnswerModel, Moment
from shared.http.router import Router

router = Router(prefix="/internal/entitlements", tags=["internal"])

WHOLE_PAGE = 1000
LARGEST_PAGE = 5000


class EntitlementOut(AnswerModel):
    """As in the event EntitlementsChanged."""

    user_id: UUID
    plan: Plan
    status: str
    features: list[Feature]
    limits: dict[Limit, int | None]
    version: int
    effective_at: Moment

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        return cls(
            user_id=snapshot.user_id,
            plan=snapshot.plan,
            status=snapshot.status,
            features=list(snapshot.features),
            limits=snapshot.limits,
            version=snapshot.version,
            effective_at=snapshot.effective_at,
        )


class ChangesOut(AnswerModel):
    """Ask again with `cursor`; at once while there is `more`. A change may be told twice, never missed."""

    results: list[EntitlementOut]
    cursor: str
    more: bool


@router.get("", openapi_extra=internal_only(), responses=problems(BadRequest))
async def list_entitlement_changes(
    work: InTransaction,
    since: Annotated[str | None, Query(max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = WHOLE_PAGE,
) -> ChangesOut:
    """For a gateway: everything without `since`, then what changed."""
    try:
        cursor = Cursor.parse(since) if since else Cursor()
    except ValueError as error:
        raise BadRequest(pointer="?since") from error
    rows, following, more = await work.entitlements.changed_since(cursor, limit=limit)
    results = [EntitlementOut.of(snapshot_of(row)) for row in rows]
    return ChangesOut(results=results, cursor=str(following), more=more)


@router.get("/{user_id}", openapi_extra=internal_only())
async def read_entitlement(user_id: UUID, work: InWork) -> EntitlementOut:
    """FREE, version 0, for somebody billing has not met yet."""
    return EntitlementOut.of(await entitlement_of(work, user_id=user_id))
