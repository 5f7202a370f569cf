from typing import Any

from fastapi import Request, Response

from services.auth.api.account import AccountOut
from services.auth.api.dependencies import (
    CurrentAsker,
    Email,
    InWork,
    OtpCode,
    Password,
    refused,
)
from services.auth.errors import AddressUnchanged, CodeWrong, PasswordWrong, TooManyTries
from services.auth.usecases.email import ask_for_new_address, confirm_new_address
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import RequestModel
from shared.http.router import Router

router = Router(prefix="/api/auth/me/email", tags=["account"])


class NewAddress(RequestModel):
    email: Email
    password: Password


class Confirmation(RequestModel):
    otp_code: OtpCode


@router.post(
    "", status_code=202, response_model=None, responses=problems(PasswordWrong, AddressUnchanged)
)
async def ask_for_email_change(
    body: NewAddress, request: Request, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> Any:
    """A code goes to the new address; the answer never says whether that address has an account."""
    refusal = await ask_for_new_address(
        work, account_id=caller.user, email=body.email, password=body.password, asker=asker
    )
    return refused(refusal, request) if refusal else Response(status_code=202)


@router.post("/confirm", responses=problems(CodeWrong, TooManyTries))
async def confirm_email_change(
    body: Confirmation, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> AccountOut:
    """The old address is told; the caller's other sessions end."""
    return AccountOut.of(
        await confirm_new_address(
            work,
            account_id=caller.user,
            session_id=caller.session_id,
            code=body.otp_code,
            asker=asker,
        )
    )
