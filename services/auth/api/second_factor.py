from typing import Annotated, Any, Self

import segno
from fastapi import Request, Response
from pydantic import Field, StringConstraints, model_validator

from services.auth.api.dependencies import (
    CurrentAsker,
    InWork,
    OpaqueToken,
    OtpCode,
    Present,
    ProofGiven,
    done,
    presence,
    refused,
)
from services.auth.api.passkeys import OptionsOut, SignedCredential
from services.auth.api.registration import TokensOut
from services.auth.domain.factors import Given
from services.auth.errors.accounts import TooManyTries
from services.auth.errors.factors import FactorExists, FactorWrong
from services.auth.errors.passwords import PasswordWrong
from services.auth.errors.sessions import ChallengeOver
from services.auth.usecases.account import account_of
from services.auth.usecases.challenges import mail_code, passkey_options
from services.auth.usecases.second_factor import (
    answer_challenge,
    begin_totp,
    confirm_totp,
    remove_totp,
    renew_recovery_codes,
    switch_mail_codes,
    switch_passkey,
)
from shared.errors import AppError, NotFound, ReauthenticationRequired
from shared.http.access import public
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, RequestModel, SecretAnswer
from shared.http.router import Router

router = Router(prefix="/api/auth/2fa", tags=["second factor"])

RecoveryCode = Annotated[
    str,
    StringConstraints(
        min_length=10, max_length=20, pattern=r"^[A-Za-z2-7-][A-Za-z2-7 -]+[A-Za-z2-7-]$"
    ),
    Field(examples=["k3vza-7q2md"]),
]


class TotpCode(RequestModel):
    totp_code: OtpCode


class Factor(RequestModel):
    """One of the two."""

    totp_code: OtpCode | None = None
    recovery_code: RecoveryCode | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.totp_code is None) == (self.recovery_code is None):
            raise ValueError("give totp_code or recovery_code")
        return self

    def given(self) -> Given:
        return Given(self.totp_code, self.recovery_code)


class Removal(Factor, ProofGiven):
    pass


class ChallengeAnswer(RequestModel):
    """The challenge and one of the four."""

    challenge: OpaqueToken
    totp_code: OtpCode | None = None
    recovery_code: RecoveryCode | None = None
    otp_code: OtpCode | None = None
    passkey: SignedCredential | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        said = (self.totp_code, self.recovery_code, self.otp_code, self.passkey)
        if sum(one is not None for one in said) != 1:
            raise ValueError("give totp_code, recovery_code, otp_code or passkey")
        return self

    def given(self) -> Given:
        return Given(
            totp_code=self.totp_code,
            recovery_code=self.recovery_code,
            mailed_code=self.otp_code,
            passkey=self.passkey.model_dump() if self.passkey else None,
        )


class ChallengeOnly(RequestModel):
    challenge: OpaqueToken


class StatusOut(AnswerModel):
    """What follows a right password."""

    totp: bool
    passkey: bool
    mail: bool
    passkeys: int
    """Registered ones: each signs in by itself; `passkey` asks for one after the password too."""
    recovery_codes_left: int


class EnrolmentOut(SecretAnswer):
    """For an authenticator app: scan the picture or type the secret, then confirm a code."""

    secret: str
    otpauth_uri: str
    qr_svg: str


class RecoveryCodesOut(SecretAnswer):
    recovery_codes: list[str]


@router.get("")
async def read_second_factor(work: InWork, caller: CurrentCaller) -> StatusOut:
    account = await account_of(work, caller.user)
    return StatusOut(
        totp=await work.factors.has_active(caller.user),
        passkey=account.passkey_required,
        mail=account.mail_codes,
        passkeys=await work.passkeys.count_owned(caller.user),
        recovery_codes_left=await work.factors.recovery_codes_left(caller.user),
    )


@router.post(
    "/mail",
    status_code=204,
    response_model=None,
    responses=problems(PasswordWrong, ReauthenticationRequired),
)
async def mail_codes_on(request: Request, work: InWork, present: Present) -> Any:
    """From now on a right password is followed by a mailed code; the caller's other sessions end."""
    return done(await switch_mail_codes(work, present, on=True), request)


@router.delete(
    "/mail",
    status_code=204,
    response_model=None,
    responses=problems(PasswordWrong, ReauthenticationRequired),
)
async def mail_codes_off(request: Request, work: InWork, present: Present) -> Any:
    return done(await switch_mail_codes(work, present, on=False), request)


@router.post(
    "/passkey",
    response_model=RecoveryCodesOut,
    responses=problems(PasswordWrong, ReauthenticationRequired, NotFound),
)
async def passkey_on(request: Request, work: InWork, present: Present) -> Any:
    """From now on a right password is followed by a passkey. Recovery codes are made, and shown this once, where there were none."""
    outcome = await switch_passkey(work, present, on=True)
    if isinstance(outcome, AppError):
        return refused(outcome, request)
    return RecoveryCodesOut(recovery_codes=list(outcome))


@router.delete(
    "/passkey",
    status_code=204,
    response_model=None,
    responses=problems(PasswordWrong, ReauthenticationRequired),
)
async def passkey_off(request: Request, work: InWork, present: Present) -> Any:
    outcome = await switch_passkey(work, present, on=False)
    return done(outcome if isinstance(outcome, AppError) else None, request)


@router.post(
    "/totp",
    status_code=201,
    response_model=EnrolmentOut,
    responses=problems(PasswordWrong, ReauthenticationRequired, FactorExists),
)
async def begin_totp_enrolment(request: Request, work: InWork, present: Present) -> Any:
    begun = await begin_totp(work, present)
    if isinstance(begun, AppError):
        return refused(begun, request)
    picture = segno.make(begun.uri, error="m").svg_inline(scale=4, border=2)
    return EnrolmentOut(secret=begun.seed, otpauth_uri=begun.uri, qr_svg=picture)


@router.post("/totp/confirm", responses=problems(FactorWrong, FactorExists, NotFound, TooManyTries))
async def confirm_totp_enrolment(
    body: TotpCode, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> RecoveryCodesOut:
    """From now on signing in asks for a code; the caller's other sessions end. The recovery codes are shown this once."""
    codes = await confirm_totp(
        work,
        account_id=caller.user,
        session_id=caller.session_id,
        code=body.totp_code,
        asker=asker,
    )
    return RecoveryCodesOut(recovery_codes=list(codes))


@router.delete(
    "/totp",
    status_code=204,
    response_model=None,
    responses=problems(
        PasswordWrong, ReauthenticationRequired, FactorWrong, NotFound, TooManyTries
    ),
)
async def delete_totp(
    body: Removal, request: Request, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> Any:
    """Needs the password or a recent proof, and a code or a recovery code."""
    present = presence(caller, asker, body)
    return done(await remove_totp(work, present, given=body.given()), request)


@router.post(
    "/recovery-codes",
    response_model=RecoveryCodesOut,
    responses=problems(PasswordWrong, ReauthenticationRequired, NotFound),
)
async def replace_recovery_codes(request: Request, work: InWork, present: Present) -> Any:
    """Ten new ones, shown this once; the earlier ones die."""
    codes = await renew_recovery_codes(work, present)
    if isinstance(codes, AppError):
        return refused(codes, request)
    return RecoveryCodesOut(recovery_codes=list(codes))


@router.post(
    "/verify",
    openapi_extra=public(),
    response_model=TokensOut,
    responses=problems(FactorWrong, ChallengeOver, TooManyTries),
)
async def verify_second_factor(
    body: ChallengeAnswer, request: Request, response: Response, work: InWork, asker: CurrentAsker
) -> Any:
    """The second step of a sign-in that answered with a challenge."""
    outcome = await answer_challenge(
        work, challenge=body.challenge, given=body.given(), asker=asker
    )
    if isinstance(outcome, AppError):
        return refused(outcome, request)
    return TokensOut.of(outcome, response, work)


@router.post(
    "/verify/mail",
    status_code=202,
    response_class=Response,
    openapi_extra=public(),
    responses=problems(ChallengeOver),
)
async def mail_second_factor(body: ChallengeOnly, work: InWork, asker: CurrentAsker) -> Response:
    """At most one mail a minute and five an hour, and only to who has chosen mailed codes."""
    await mail_code(work, secret=body.challenge, asker=asker)
    return Response(status_code=202)


@router.post("/verify/passkey", openapi_extra=public(), responses=problems(ChallengeOver))
async def begin_passkey_second_factor(body: ChallengeOnly, work: InWork) -> OptionsOut:
    """For `navigator.credentials.get()`; send what it gives as `passkey` to 2fa/verify."""
    return OptionsOut(public_key=await passkey_options(work, secret=body.challenge))
