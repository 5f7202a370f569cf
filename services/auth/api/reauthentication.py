from typing import Any, Self

from fastapi import Request
from pydantic import model_validator

from services.auth.api.dependencies import CurrentAsker, InWork, OtpCode, Password, refused
from services.auth.api.second_factor import RecoveryCode
from services.auth.domain.factors import Given
from services.auth.domain.recency import RECENT
from services.auth.errors import (
    FactorWrong,
    PasswordWrong,
    ReauthenticationRequired,
    TooManyTries,
)
from services.auth.usecases.reauthentication import reauthenticate
from shared.errors import AppError
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/auth", tags=["sessions"])


class Proof(RequestModel):
    """One of the three."""

    password: Password | None = None
    totp_code: OtpCode | None = None
    recovery_code: RecoveryCode | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(one is not None for one in (self.password, self.totp_code, self.recovery_code)) != 1:
            raise ValueError("give password, totp_code or recovery_code")
        return self

    def given(self) -> Given | None:
        return None if self.password else Given(self.totp_code, self.recovery_code)


class ReauthenticatedOut(AnswerModel):
    authenticated_at: Moment
    valid_until: Moment


@router.post(
    "/reauthenticate",
    response_model=ReauthenticatedOut,
    responses=problems(PasswordWrong, FactorWrong, TooManyTries, ReauthenticationRequired),
)
async def prove_again(
    body: Proof, request: Request, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> Any:
    """For five minutes this session may then change the address, end other sessions, export the data and delete the account."""
    outcome = await reauthenticate(
        work,
        account_id=caller.user,
        session_id=caller.session_id,
        password=body.password,
        given=body.given(),
        asker=asker,
    )
    if isinstance(outcome, AppError):
        return refused(outcome, request)
    proven = outcome.authenticated_at
    return ReauthenticatedOut(authenticated_at=proven, valid_until=proven + RECENT)
