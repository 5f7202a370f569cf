from datetime import timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import Response
from pydantic import Field

from services.auth.api.account import AccountOut
from services.auth.api.dependencies import CurrentAsker, InWork
from services.auth.domain.impersonation import LONGEST_MINUTES, USUAL_MINUTES
from services.auth.errors.accounts import NotToBeImpersonated
from services.auth.usecases.impersonation import Impersonation, impersonate, stop_impersonating
from shared.errors import NotFound
from shared.http.access import admin_only
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import NOT_IN_A_LINE, Moment, RequestModel, SecretAnswer
from shared.http.router import Router

router = Router(prefix="/api/auth/users/{user_id}/impersonate", tags=["users"])
FIVE_CHARACTERS = rf"^\s*[^\s{NOT_IN_A_LINE}][^{NOT_IN_A_LINE}]{{3,}}[^\s{NOT_IN_A_LINE}]\s*$"
"""On one line, and not counting the spaces around them, which are taken off."""


class ImpersonationRequest(RequestModel):
    reason: Annotated[
        str,
        Field(
            min_length=5,
            max_length=200,
            pattern=FIVE_CHARACTERS,
            examples=["Ticket 4711: invoice not shown"],
        ),
    ]
    """The person reads it, in a mail, in their sessions and in their log."""
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MINUTES)] = USUAL_MINUTES


class ImpersonationOut(SecretAnswer):
    """There is no refresh token: when the time is over, it is over."""

    access: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - RFC 6750
    expires_in: int
    expires_at: Moment
    session_id: UUID
    user: AccountOut

    @classmethod
    def of(cls, begun: Impersonation) -> Self:
        lasting = begun.session.expires_at - begun.session.created_at
        return cls(
            access=begun.access,
            expires_in=int(lasting.total_seconds()),
            expires_at=begun.session.expires_at,
            session_id=begun.session.id,
            user=AccountOut.of(begun.account),
        )


@router.post(
    "",
    status_code=201,
    openapi_extra=admin_only(),
    responses=problems(NotFound, NotToBeImpersonated),
)
async def begin_impersonation(
    user_id: UUID,
    body: ImpersonationRequest,
    work: InWork,
    caller: CurrentCaller,
    asker: CurrentAsker,
) -> ImpersonationOut:
    """A token to act in this person's name, who is told by mail. Credentials, payments, deletion and administration stay closed."""
    begun = await impersonate(
        work,
        user_id=user_id,
        actor_id=caller.user,
        reason=body.reason,
        lasting=timedelta(minutes=body.minutes),
        asker=asker,
    )
    return ImpersonationOut.of(begun)


@router.delete(
    "",
    status_code=204,
    response_class=Response,
    openapi_extra=admin_only(),
    responses=problems(NotFound),
)
async def end_impersonation(
    user_id: UUID, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> Response:
    """Ends it at once, its token included. The person can do so, too: it is one of their sessions."""
    await stop_impersonating(work, user_id=user_id, actor_id=caller.user, asker=asker)
    return Response(status_code=204)
