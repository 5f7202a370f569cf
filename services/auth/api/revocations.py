from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.auth.api.dependencies import InWork
from services.auth.usecases.reauthentication import is_proven_lately
from shared.http.access import internal_only
from shared.http.models import AnswerModel, Instant, Moment
from shared.http.router import Router

router = Router(prefix="/internal", tags=["internal"])


class RevocationOut(AnswerModel):
    session_id: UUID
    until: Moment


class ZoneOut(AnswerModel):
    account_id: UUID
    version: int
    timezone: str
    until: Moment


class RevocationsOut(AnswerModel):
    results: list[RevocationOut]
    zones: list[ZoneOut]
    """Who has moved to another time zone than their tokens may say."""
    cursor: datetime


class ProofOut(AnswerModel):
    is_recent: bool


@router.get("/sessions/{session_id}", openapi_extra=internal_only())
async def read_proof(session_id: UUID, work: InWork) -> ProofOut:
    """Whether the session lives and its owner proved within the last five minutes to be there."""
    return ProofOut(is_recent=await is_proven_lately(work, session_id=session_id))


@router.get("/revocations", openapi_extra=internal_only())
async def list_revocations(
    work: InWork, since: Annotated[Instant | None, Query()] = None
) -> RevocationsOut:
    """Ended sessions whose access tokens may be alive. Ask with the last `cursor`: the minute before it is read again."""
    cursor = await work.revocations.clock()
    recent = await work.revocations.recent(since, work.now)
    zones = await work.revocations.recent_zones(since, work.now)
    return RevocationsOut(
        results=[RevocationOut.model_validate(one) for one in recent],
        zones=[ZoneOut.model_validate(one) for one in zones],
        cursor=cursor,
    )
