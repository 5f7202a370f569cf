from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.auth.api.dependencies import (
    CurrentAsker,
    InWork,
    Name,
    Present,
    PresentUnsaid,
    done,
    refused,
)
from services.auth.api.registration import TokensOut
from services.auth.errors.accounts import AccountLocked
from services.auth.errors.factors import LastWayIn, PasskeyRefused, TooManyPasskeys
from services.auth.errors.passwords import PasswordWrong
from services.auth.storage.models import Passkey
from services.auth.usecases.passkeys import (
    add_passkey,
    begin_passkey,
    begin_sign_in,
    remove_passkey,
    rename_passkey,
    sign_in_with_passkey,
)
from shared.errors import AppError, NotFound, ReauthenticationRequired
from shared.http.access import public
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/auth/passkeys", tags=["passkeys"])

Base64Url = Annotated[str, StringConstraints(max_length=8192, pattern=r"^[A-Za-z0-9_-]*$")]


class _FromBrowser(BaseModel):
    """What `credential.toJSON()` gives; browsers add members, and all that matters is signed."""

    model_config = ConfigDict(extra="ignore", strict=True)


class Attestation(_FromBrowser):
    clientDataJSON: Base64Url  # noqa: N815 - the name in the standard
    attestationObject: Base64Url  # noqa: N815
    transports: Annotated[
        list[Annotated[str, StringConstraints(max_length=30)]], Field(max_length=10)
    ] = []


class NewCredential(_FromBrowser):
    """Of `navigator.credentials.create()`."""

    id: Base64Url
    rawId: Base64Url  # noqa: N815
    type: Literal["public-key"]
    response: Attestation


class Assertion(_FromBrowser):
    clientDataJSON: Base64Url  # noqa: N815
    authenticatorData: Base64Url  # noqa: N815
    signature: Base64Url
    userHandle: Base64Url | None = None  # noqa: N815


class SignedCredential(_FromBrowser):
    """Of `navigator.credentials.get()`."""

    id: Base64Url
    rawId: Base64Url  # noqa: N815
    type: Literal["public-key"]
    response: Assertion


class PasskeyNew(RequestModel):
    name: Name
    credential: NewCredential


class PasskeyEdit(RequestModel):
    name: Name


class PasskeySignIn(RequestModel):
    credential: SignedCredential


class OptionsOut(AnswerModel):
    """Hand `public_key` to `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`."""

    public_key: dict[str, Any]


class PasskeyOut(AnswerModel):
    id: UUID
    name: str
    synced: bool
    created_at: Moment
    last_used_at: Moment | None


@router.post(
    "/options",
    response_model=OptionsOut,
    responses=problems(PasswordWrong, ReauthenticationRequired, TooManyPasskeys),
)
async def begin_passkey_registration(request: Request, work: InWork, present: Present) -> Any:
    """The challenge lives five minutes and works once."""
    begun = await begin_passkey(work, present)
    return refused(begun, request) if isinstance(begun, AppError) else OptionsOut(public_key=begun)


@router.post(
    "",
    status_code=201,
    response_model=PasskeyOut,
    responses=problems(PasskeyRefused, TooManyPasskeys),
)
async def register_passkey(
    body: PasskeyNew, request: Request, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> Any:
    """The caller's other sessions end; a mail tells."""
    added = await add_passkey(
        work,
        account_id=caller.user,
        session_id=caller.session_id,
        name=body.name,
        credential=body.credential.model_dump(),
        asker=asker,
    )
    return refused(added, request) if isinstance(added, AppError) else added


Passkeys = Annotated[
    ListQuery,
    listed_by({"created_at": Passkey.created_at, "name": Passkey.name}, default="-created_at"),
]


@router.get("")
async def list_passkeys(work: InWork, caller: CurrentCaller, listing: Passkeys) -> Page[PasskeyOut]:
    return await listing.page(
        work.session, work.passkeys.seen_by(caller.access), into=PasskeyOut.model_validate
    )


@router.patch("/{passkey_id}", responses=problems(NotFound))
async def change_passkey(
    passkey_id: UUID, body: PasskeyEdit, work: InWork, caller: CurrentCaller
) -> PasskeyOut:
    return PasskeyOut.model_validate(
        await rename_passkey(work, access=caller.access, passkey_id=passkey_id, name=body.name)
    )


@router.delete(
    "/{passkey_id}",
    status_code=204,
    response_model=None,
    responses=problems(NotFound, PasswordWrong, ReauthenticationRequired, LastWayIn),
)
async def delete_passkey(
    passkey_id: UUID, request: Request, work: InWork, present: PresentUnsaid
) -> Any:
    """The caller's other sessions end; a mail tells."""
    return done(await remove_passkey(work, present, passkey_id=passkey_id), request)


@router.post("/sign-in/options", openapi_extra=public())
async def begin_passkey_sign_in(work: InWork) -> OptionsOut:
    """No address is needed: the device offers the passkeys it holds."""
    return OptionsOut(public_key=await begin_sign_in(work))


@router.post(
    "/sign-in",
    openapi_extra=public(),
    response_model=TokensOut,
    responses=problems(PasskeyRefused, AccountLocked),
)
async def passkey_sign_in(
    body: PasskeySignIn, request: Request, response: Response, work: InWork, asker: CurrentAsker
) -> Any:
    outcome = await sign_in_with_passkey(work, credential=body.credential.model_dump(), asker=asker)
    if isinstance(outcome, AppError):
        return refused(outcome, request)
    return TokensOut.of(outcome, response, work)
