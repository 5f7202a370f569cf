from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import Query, Request, Response

from services.auth.api.dependencies import (
    CurrentAsker,
    Email,
    InWork,
    OpaqueToken,
    Password,
    PresentUnsaid,
    done,
    refused,
)
from services.auth.api.registration import TokensOut
from services.auth.domain.factors import FactorKind
from services.auth.domain.tokens import ACCESS_LIFETIME
from services.auth.errors.accounts import AccountLocked
from services.auth.errors.passwords import HashingBusy, PasswordWrong
from services.auth.errors.sessions import LoginRefused, SessionOver
from services.auth.storage.models import Session
from services.auth.usecases.challenges import FactorNeeded
from services.auth.usecases.sessions import (
    CodeNeeded,
    SignedIn,
    end_other_sessions,
    end_session,
    log_in,
    log_out,
    refresh,
)
from shared.errors import NotFound, PersonallyOnly, ReauthenticationRequired
from shared.http.access import public, session_only
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment, RequestModel, SecretAnswer
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/auth", tags=["sessions"])


class Credentials(RequestModel):
    email: Email
    password: Password


class CodeNeededOut(AnswerModel):
    """A code went to the address: go on with verify-otp."""

    require_otp: Literal[True] = True


class FactorNeededOut(SecretAnswer):
    """The password was right: go on with 2fa/verify and one of the `factors`, within ten minutes.

    `require_otp`: a code was mailed; verify-otp takes it too. A mailed code among other factors is asked for at 2fa/verify/mail.
    """

    require_otp: bool
    require_totp: bool
    challenge: str
    factors: list[FactorKind]

    @classmethod
    def of(cls, needed: FactorNeeded) -> Self:
        return cls(
            require_otp=needed.mailed,
            require_totp=FactorKind.TOTP in needed.factors,
            challenge=needed.challenge,
            factors=list(needed.factors),
        )


class RefreshRequest(RequestModel):
    refresh: OpaqueToken


class RefreshedOut(SecretAnswer):
    access: str
    refresh: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - RFC 6750
    expires_in: int = int(ACCESS_LIFETIME.total_seconds())


class SessionOut(AnswerModel):
    id: UUID
    device: str
    ip: str
    created_at: Moment
    last_seen_at: Moment
    authenticated_at: Moment
    expires_at: Moment
    is_current: bool
    acted_by: UUID | None
    """The administrator who acts in the caller's name here, if one does."""
    reason: str | None
    """Why they do."""

    @classmethod
    def of(cls, session: Session, *, current: UUID | None) -> Self:
        return cls(
            id=session.id,
            device=session.device,
            ip=session.ip,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            authenticated_at=session.authenticated_at,
            expires_at=session.expires_at,
            is_current=session.id == current,
            acted_by=session.actor_id,
            reason=session.acted_because,
        )


class LogOut(RequestModel):
    """Clients of the former system send their refresh token; who is calling decides what ends."""

    refresh: OpaqueToken | None = None


@router.post(
    "/login",
    openapi_extra=public(),
    response_model=TokensOut | CodeNeededOut | FactorNeededOut,
    responses=problems(LoginRefused, AccountLocked, HashingBusy),
)
async def login(
    body: Credentials, request: Request, response: Response, work: InWork, asker: CurrentAsker
) -> Any:
    outcome = await log_in(work, email=body.email, password=body.password, asker=asker)
    match outcome:
        case SignedIn():
            return TokensOut.of(outcome, response, work)
        case CodeNeeded():
            return CodeNeededOut()
        case FactorNeeded():
            return FactorNeededOut.of(outcome)
        case LoginRefused():
            return refused(outcome, request)


@router.post(
    "/token/refresh",
    openapi_extra=public(),
    response_model=RefreshedOut,
    responses=problems(SessionOver),
)
async def refresh_token(
    body: RefreshRequest, request: Request, work: InWork, asker: CurrentAsker
) -> Any:
    """Each refresh token is good until the one it was exchanged for is used; a later use ends the session."""
    outcome = await refresh(work, token=body.refresh, asker=asker)
    if isinstance(outcome, SessionOver):
        return refused(outcome, request)
    return RefreshedOut(access=outcome.access, refresh=outcome.refresh)


@router.post(
    "/logout",
    status_code=204,
    response_class=Response,
    openapi_extra=session_only(),
    responses=problems(PersonallyOnly),
)
async def logout(
    work: InWork,
    caller: CurrentCaller,
    asker: CurrentAsker,
    *,
    everywhere: Annotated[bool, Query(alias="all")] = False,
    _body: LogOut | None = None,
) -> Response:
    """Ends this session, its access tokens included; with `?all=true` every session, for the person themselves."""
    if everywhere and caller.actor is not None:
        raise PersonallyOnly
    await log_out(
        work,
        account_id=caller.user,
        session_id=caller.session_id,
        everywhere=everywhere,
        asker=asker,
    )
    return Response(status_code=204)


Sessions = Annotated[
    ListQuery,
    listed_by(
        {"last_seen_at": Session.last_seen_at, "created_at": Session.created_at},
        default="-last_seen_at",
    ),
]


@router.get("/sessions")
async def list_sessions(work: InWork, caller: CurrentCaller, listing: Sessions) -> Page[SessionOut]:
    return await listing.page(
        work.session,
        work.sessions.live(caller.user, work.now),
        into=lambda session: SessionOut.of(session, current=caller.session_id),
    )


@router.delete(
    "/sessions",
    status_code=204,
    response_model=None,
    responses=problems(PasswordWrong, ReauthenticationRequired),
)
async def delete_other_sessions(request: Request, work: InWork, present: PresentUnsaid) -> Any:
    """All but this one. Needs the password, or a proof of who is there within the last five minutes."""
    return done(await end_other_sessions(work, present), request)


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    response_model=None,
    responses=problems(NotFound, PasswordWrong, ReauthenticationRequired),
)
async def delete_session(
    session_id: UUID, request: Request, work: InWork, present: PresentUnsaid
) -> Any:
    """For a session that is not this one: the password, or a proof of who is there within the last five minutes."""
    return done(await end_session(work, present, session_id=session_id), request)
