from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field, StringConstraints

from services.auth.api.dependencies import (
    CurrentAsker,
    InTransaction,
    InWork,
    OpaqueToken,
    Password,
    PresentUnsaid,
    presence,
    refused,
)
from services.auth.domain.devices import Asker
from services.auth.domain.exports import ExportState
from services.auth.domain.factors import Given
from services.auth.domain.recency import Presence
from services.auth.errors.accounts import ExportLinkWrong, TooManyTries
from services.auth.errors.factors import FactorWrong
from services.auth.errors.passwords import PasswordWrong
from services.auth.storage.models import DataExport
from services.auth.usecases.export import export_of, open_link, start_export
from services.auth.usecases.work import Work
from shared.errors import AppError, NotFound, ReauthenticationRequired
from shared.http.access import internal_only
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment, RequestModel
from shared.http.router import Router

router = Router(tags=["account"])
EXPORT = "/api/auth/me/export"


class ExportOut(AnswerModel):
    """`download_url` is there when the file is: fetch it as yourself."""

    id: UUID
    state: ExportState
    started_at: Moment
    ready_at: Moment | None
    expires_at: Moment | None
    size_bytes: int | None
    download_url: str | None

    @classmethod
    def of(cls, export: DataExport, *, now: Any) -> Self:
        over = export.expires_at is not None and export.expires_at <= now
        state = ExportState.EXPIRED if over else ExportState(export.state)
        is_ready = state is ExportState.READY
        return cls(
            id=export.id,
            state=state,
            started_at=export.started_at,
            ready_at=export.ready_at,
            expires_at=export.expires_at,
            size_bytes=export.size_bytes if is_ready else None,
            download_url=f"/api/exports/{export.id}/file" if is_ready else None,
        )


class LinkOpening(RequestModel):
    """What the gateway's page was told, and by whom."""

    token: OpaqueToken
    password: Password
    code: Annotated[str, StringConstraints(max_length=20)] | None = Field(
        default=None, description="Of the app, or a recovery code, for who has a second factor."
    )
    ip: str
    user_agent: str

    def given(self) -> Given | None:
        code = (self.code or "").strip()
        if not code:
            return None
        return Given(totp_code=code) if code.isdecimal() else Given(recovery_code=code)


class OpenedOut(AnswerModel):
    export_id: UUID
    account_id: UUID


async def _start(work: Work, present: Presence, request: Request, response: Response) -> Any:
    outcome = await start_export(work, present)
    if isinstance(outcome, AppError):
        return refused(outcome, request)
    response.headers["Location"] = f"{EXPORT}/{outcome.id}"
    response.headers["Retry-After"] = "2"
    return ExportOut.of(outcome, now=work.now)


@router.get(
    EXPORT,
    status_code=202,
    response_model=ExportOut,
    responses=problems(ReauthenticationRequired, TooManyTries),
)
async def export_data(
    request: Request,
    response: Response,
    work: InTransaction,
    caller: CurrentCaller,
    asker: CurrentAsker,
) -> Any:
    """Starts collecting everything held about the caller; poll `Location`. Who has just signed in needs no password again."""
    return await _start(work, presence(caller, asker, None), request, response)


@router.post(
    EXPORT,
    status_code=202,
    response_model=ExportOut,
    responses=problems(PasswordWrong, ReauthenticationRequired, TooManyTries),
)
async def begin_data_export(
    request: Request, response: Response, work: InWork, present: PresentUnsaid
) -> Any:
    """The same, with the password in the body when the session was proven more than five minutes ago."""
    return await _start(work, present, request, response)


@router.get(EXPORT + "/{export_id}", responses=problems(NotFound))
async def read_data_export(export_id: UUID, work: InWork, caller: CurrentCaller) -> ExportOut:
    export = await export_of(work, access=caller.access, export_id=export_id)
    return ExportOut.of(export, now=work.now)


@router.post(
    "/internal/exports/open",
    openapi_extra=internal_only(),
    response_model=OpenedOut,
    responses=problems(ExportLinkWrong, PasswordWrong, FactorWrong, TooManyTries),
)
async def open_export_link(body: LinkOpening, request: Request, work: InWork) -> Any:
    """The page behind the mailed link: token, password and second factor together say whose data it is."""
    outcome = await open_link(
        work,
        token=body.token,
        password=body.password,
        given=body.given(),
        asker=Asker(ip=body.ip, user_agent=body.user_agent),
    )
    if isinstance(outcome, AppError):
        return refused(outcome, request)
    return OpenedOut(export_id=outcome.id, account_id=outcome.account_id)
