from typing import Any

from fastapi import Request, Response

from services.auth.api.account import AccountOut
from services.auth.api.dependencies import (
    CurrentAsker,
    InWork,
    NewEmail,
    OpaqueToken,
    OtpCode,
    ProofGiven,
    done,
    presence,
)
from services.auth.errors.accounts import (
    AddressTaken,
    AddressUnchanged,
    CodeWrong,
    RevertTokenWrong,
    TooManyTries,
)
from services.auth.errors.passwords import HashingBusy, PasswordWrong
from services.auth.usecases.email import ask_for_new_address, confirm_new_address, revert_address
from shared.errors import ReauthenticationRequired
from shared.http.access import public
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import RequestModel
from shared.http.router import Router

router = Router(prefix="/api/auth/me/email", tags=["account"])


class NewAddress(ProofGiven):
    email: NewEmail


class Revert(RequestModel):
    token: OpaqueToken


class Confirmation(RequestModel):
    otp_code: OtpCode


@router.post(
    "",
    status_code=202,
    response_class=Response,
    responses=problems(PasswordWrong, AddressUnchanged, ReauthenticationRequired),
)
async def ask_for_email_change(
    body: NewAddress, request: Request, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> Any:
    """A code goes to the new address; the answer never says whether that address has an account.

    Needs the password, or a proof of who is there within the last five minutes.
    """
    present = presence(caller, asker, body)
    return done(await ask_for_new_address(work, present, email=body.email), request, status=202)


@router.post("/confirm", responses=problems(CodeWrong, TooManyTries))
async def confirm_email_change(
    body: Confirmation, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> AccountOut:
    """The old address is told, and may take the change back for 72 hours; the caller's other sessions end."""
    return AccountOut.of(
        await confirm_new_address(
            work,
            account_id=caller.user,
            session_id=caller.session_id,
            code=body.otp_code,
            asker=asker,
        )
    )


@router.post(
    "/revert",
    status_code=204,
    response_class=Response,
    openapi_extra=public(),
    responses=problems(RevertTokenWrong, AddressTaken, HashingBusy),
)
async def revert_email_change(body: Revert, work: InWork, asker: CurrentAsker) -> Response:
    """The old address takes the account back: every session ends, the password is void, a link to choose a new one is mailed."""
    await revert_address(work, token=body.token, asker=asker)
    return Response(status_code=204)
