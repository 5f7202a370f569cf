from typing import Any, Self

from fastapi import Request, Response
from pydantic import model_validator

from services.auth.api.dependencies import (
    CurrentAsker,
    InWork,
    OtpCode,
    ProofGiven,
    presence,
    refused,
)
from services.auth.api.passkeys import OptionsOut, SignedCredential
from services.auth.api.second_factor import RecoveryCode
from services.auth.domain.factors import Given
from services.auth.domain.recency import RECENT, ProofKind
from services.auth.errors.accounts import CodeWrong, TooManyTries
from services.auth.errors.factors import FactorWrong, PasskeyRefused
from services.auth.errors.passwords import PasswordWrong
from services.auth.errors.sessions import ProveOtherwise
from services.auth.usecases.account import account_of
from services.auth.usecases.reauthentication import (
    mail_proof,
    passkey_to_prove,
    proofs_of,
    reauthenticate,
)
from shared.errors import AppError, NotFound, ReauthenticationRequired
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment
from shared.http.router import Router

router = Router(prefix="/api/auth", tags=["sessions"])


class Proof(ProofGiven):
    """One of the five."""

    totp_code: OtpCode | None = None
    recovery_code: RecoveryCode | None = None
    otp_code: OtpCode | None = None
    """The mailed one."""
    passkey: SignedCredential | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        codes = (self.totp_code, self.recovery_code, self.otp_code)
        if sum(one is not None for one in (self.password, self.passkey, *codes)) != 1:
            raise ValueError("give password, passkey, totp_code, recovery_code or otp_code")
        return self

    def given(self) -> Given | None:
        if self.password is not None:
            return None
        passkey = self.passkey.model_dump() if self.passkey else None
        return Given(self.totp_code, self.recovery_code, self.otp_code, passkey)


class ProofsOut(AnswerModel):
    """What the caller may prove themselves with; `mail` is for who has neither password, passkey nor app."""

    proofs: list[ProofKind]


class ReauthenticatedOut(AnswerModel):
    authenticated_at: Moment
    valid_until: Moment


@router.post(
    "/reauthenticate",
    response_model=ReauthenticatedOut,
    responses=problems(
        PasswordWrong,
        FactorWrong,
        PasskeyRefused,
        CodeWrong,
        TooManyTries,
        ReauthenticationRequired,
    ),
)
async def prove_again(
    body: Proof, request: Request, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> Any:
    """For five minutes this session may then change the address, end other sessions, export the data and delete the account."""
    outcome = await reauthenticate(work, presence(caller, asker, body), given=body.given())
    if isinstance(outcome, AppError):
        return refused(outcome, request)
    proven = outcome.authenticated_at
    return ReauthenticatedOut(authenticated_at=proven, valid_until=proven + RECENT)


@router.get("/reauthenticate")
async def read_proofs(work: InWork, caller: CurrentCaller) -> ProofsOut:
    return ProofsOut(proofs=list(await proofs_of(work, await account_of(work, caller.user))))


@router.post("/reauthenticate/passkey", responses=problems(NotFound))
async def begin_passkey_proof(work: InWork, caller: CurrentCaller) -> OptionsOut:
    """For `navigator.credentials.get()`; send what it gives as `passkey`. The challenge lives five minutes and works once."""
    return OptionsOut(public_key=await passkey_to_prove(work, account_id=caller.user))


@router.post(
    "/reauthenticate/mail",
    status_code=202,
    response_class=Response,
    responses=problems(ProveOtherwise),
)
async def mail_proof_code(work: InWork, caller: CurrentCaller, asker: CurrentAsker) -> Response:
    """For who signs in by a provider only: a code goes to their address, at most one a minute and five an hour."""
    await mail_proof(work, account_id=caller.user, asker=asker)
    return Response(status_code=202)
