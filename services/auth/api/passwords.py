from typing import Any

from fastapi import Request, Response

from services.auth.api.dependencies import (
    CurrentAsker,
    Email,
    InWork,
    OpaqueToken,
    Password,
    done,
)
from services.auth.errors.passwords import (
    HashingBusy,
    PasswordsDiffer,
    PasswordWeak,
    PasswordWrong,
    ResetTokenWrong,
)
from services.auth.usecases.passwords import (
    ask_for_reset,
    change_password,
    check_reset_token,
    reset_password,
)
from shared.http.access import public
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import RequestModel
from shared.http.router import Router

router = Router(prefix="/api/auth", tags=["passwords"])


class Forgotten(RequestModel):
    email: Email


class ResetCheck(RequestModel):
    token: OpaqueToken


class Reset(RequestModel):
    token: OpaqueToken
    new_password: Password
    new_password_confirm: Password | None = None


class PasswordChange(RequestModel):
    old_password: Password
    new_password: Password
    new_password_confirm: Password | None = None


def _confirm(password: str, again: str | None) -> None:
    if again not in {None, password}:
        raise PasswordsDiffer(pointer="/new_password_confirm")


@router.post("/forgot-password", status_code=202, response_class=Response, openapi_extra=public())
async def forgot_password(body: Forgotten, work: InWork) -> Response:
    """The answer never says whether the address has an account."""
    await ask_for_reset(work, email=body.email)
    return Response(status_code=202)


@router.post(
    "/validate-reset-token",
    status_code=204,
    response_class=Response,
    openapi_extra=public(),
    responses=problems(ResetTokenWrong),
)
async def validate_reset_token(body: ResetCheck, work: InWork) -> Response:
    await check_reset_token(work, token=body.token)
    return Response(status_code=204)


@router.post(
    "/reset-password",
    status_code=204,
    response_class=Response,
    openapi_extra=public(),
    responses=problems(ResetTokenWrong, PasswordWeak, HashingBusy),
)
async def reset(body: Reset, work: InWork, asker: CurrentAsker) -> Response:
    """Ends every session of the account; sign in with the new password."""
    _confirm(body.new_password, body.new_password_confirm)
    await reset_password(work, token=body.token, new_password=body.new_password, asker=asker)
    return Response(status_code=204)


async def change(
    body: PasswordChange, request: Request, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> Any:
    """Ends the caller's other sessions."""
    _confirm(body.new_password, body.new_password_confirm)
    refusal = await change_password(
        work,
        account_id=caller.user,
        session_id=caller.session_id,
        old_password=body.old_password,
        new_password=body.new_password,
        asker=asker,
    )
    return done(refusal, request)


for method in ("PUT", "POST"):
    router.add_api_route(
        "/change-password",
        change,
        methods=[method],
        name=f"change_password_{method.lower()}",
        status_code=204,
        response_model=None,
        responses=problems(PasswordWrong, PasswordWeak, HashingBusy),
    )
