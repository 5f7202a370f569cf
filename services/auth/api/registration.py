from dataclasses import asdict
from datetime import timedelta
from typing import Any, Literal, Self
from uuid import UUID

from fastapi import Request, Response

from services.auth.api.account import AccountOut
from services.auth.api.dependencies import (
    ChosenLanguage,
    CurrentAsker,
    Email,
    InWork,
    Name,
    NewEmail,
    OtpCode,
    Password,
    PhoneNumber,
    refused,
)
from services.auth.domain.codes import REGISTRATION_LIFETIME
from services.auth.domain.device_marks import LIFETIME
from services.auth.domain.tokens import ACCESS_LIFETIME
from services.auth.errors.accounts import CodeWrong, TooManyTries
from services.auth.errors.passwords import HashingBusy, PasswordsDiffer, PasswordWeak
from services.auth.errors.sessions import ChallengeOver
from services.auth.usecases.pending import registrant_mark
from services.auth.usecases.registration import Person, ask_for_code, register_account
from services.auth.usecases.sessions import SignedIn
from services.auth.usecases.verification import verify_code
from services.auth.usecases.work import Work
from shared.contracts.base import Language
from shared.errors import AppError
from shared.http.access import public
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, RequestModel, SecretAnswer
from shared.http.router import Router

router = Router(prefix="/api/auth", tags=["registration"])


class Registration(RequestModel):
    email: NewEmail
    password: Password
    password_confirm: Password | None = None
    first_name: Name
    last_name: Name
    phone_number: PhoneNumber | None = None
    language: ChosenLanguage | None = None


class NewcomerOut(AnswerModel):
    """The same for an address that has an account already, down to the id, which is then nobody's."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    phone_number: str | None
    language: Language
    email_verified: Literal[False] = False


class RegistrationOut(AnswerModel):
    user: NewcomerOut
    require_otp: Literal[True] = True


class Verification(RequestModel):
    email: Email
    otp_code: OtpCode


class Address(RequestModel):
    email: Email


def mark_device(
    mark: tuple[str, str], response: Response, work: Work, *, lifetime: timedelta = LIFETIME
) -> None:
    name, value = mark
    response.set_cookie(
        name,
        value,
        max_age=int(lifetime.total_seconds()),
        path=router.prefix,
        secure=work.settings.public_url.startswith("https:"),
        httponly=True,
        samesite="strict",
    )


class TokensOut(SecretAnswer):
    access: str
    refresh: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - RFC 6750
    expires_in: int = int(ACCESS_LIFETIME.total_seconds())
    user: AccountOut

    @classmethod
    def of(cls, signed_in: SignedIn, response: Response, work: Work) -> Self:
        """The device is marked as one of the owner's: strangers' guesses cannot lock it out."""
        if signed_in.mark is not None:
            mark_device(signed_in.mark, response, work)
        return cls(
            access=signed_in.access,
            refresh=signed_in.refresh,
            user=AccountOut.of(signed_in.account),
        )


@router.post(
    "/register",
    status_code=201,
    openapi_extra=public(),
    responses=problems(PasswordWeak, PasswordsDiffer, HashingBusy),
)
async def register(
    body: Registration, response: Response, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> RegistrationOut:
    """A one-time code is mailed, which completes this registration and no other, typed on this device or in this network.

    An address that is taken answers the same, and its owner is told by mail.
    """
    if body.password_confirm not in {None, body.password}:
        raise PasswordsDiffer(pointer="/password_confirm")
    person = Person(
        email=body.email,
        first_name=body.first_name,
        last_name=body.last_name,
        phone_number=body.phone_number,
        language=body.language or caller.language or Language.FR,
    )
    newcomer, mark = await register_account(
        work, person=person, password=body.password, asker=asker
    )
    mark_device(mark, response, work, lifetime=REGISTRATION_LIFETIME)
    return RegistrationOut(user=NewcomerOut(id=newcomer, **asdict(person)))


@router.post(
    "/verify-otp",
    openapi_extra=public(),
    response_model=TokensOut,
    responses=problems(CodeWrong, TooManyTries, ChallengeOver),
)
async def verify_otp(
    body: Verification, request: Request, response: Response, work: InWork, asker: CurrentAsker
) -> Any:
    """The code of a registration begun here, or of a sign-in that answered `require_otp`.

    A right one typed elsewhere opens the account without a password; a link to choose one is mailed.
    """
    outcome = await verify_code(work, email=body.email, code=body.otp_code, asker=asker)
    if isinstance(outcome, AppError):
        return refused(outcome, request)
    response.delete_cookie(registrant_mark(work, body.email), path=router.prefix)
    return TokensOut.of(outcome, response, work)


@router.post("/resend-otp", status_code=202, response_class=Response, openapi_extra=public())
async def resend_otp(body: Address, work: InWork, asker: CurrentAsker) -> Response:
    """The code of the registration begun on this device or in this network, at most once a minute and five times an hour.

    Elsewhere the address is mailed a link to choose a password; to sign in with the registration's password there mails a code
    that keeps it. The answer never says whether anything was sent.
    """
    await ask_for_code(work, email=body.email, asker=asker)
    return Response(status_code=202)
