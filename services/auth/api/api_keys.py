from datetime import timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Path, Request, Response
from pydantic import Field

from services.auth.api.dependencies import (
    CurrentAsker,
    InTransaction,
    InWork,
    ProofGiven,
    presence,
    refused,
)
from services.auth.domain.api_keys import LONGEST_DAYS
from services.auth.errors.accounts import TooManyTries
from services.auth.errors.passwords import PasswordWrong
from services.auth.errors.sessions import TooManyApiKeys
from services.auth.storage.models import ApiKey
from services.auth.usecases.api_keys import NewKey, add_api_key, key_behind, revoke_api_key
from shared.contracts.base import Language
from shared.contracts.scopes import Scope, including
from shared.errors import AppError, NotFound, ReauthenticationRequired
from shared.http.access import internal_only
from shared.http.errors import problems
from shared.http.identity import ADMIN_ROLE, CurrentCaller
from shared.http.models import AnswerModel, Line, Moment, SecretAnswer
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.security.api_keys import PREFIX

router = Router(prefix="/api/auth/api-keys", tags=["API keys"])
internal = Router(prefix="/internal/api-keys", tags=["internal"])

ChosenScope = Annotated[Scope, Field(strict=False)]


class ApiKeyRequest(ProofGiven):
    """`write` includes `read`. Credentials, sessions, payments and administration are in no scope.

    Whoever signed in or proved themselves within the last five minutes may leave the password out.
    """

    name: Annotated[Line, Field(max_length=60, examples=["Home Assistant"])]
    scopes: Annotated[
        list[ChosenScope],
        Field(min_length=1, max_length=len(Scope), examples=[["vehicles:read", "documents:write"]]),
    ]
    expires_in_days: Annotated[int, Field(ge=1, le=LONGEST_DAYS, examples=[90])]


class ApiKeyOut(AnswerModel):
    id: UUID
    name: str
    scopes: list[Scope]
    hint: str
    """By which its owner knows it again: `atk_…3fQz`."""
    created_at: Moment
    expires_at: Moment
    is_expired: bool
    last_used_at: Moment | None
    """Up to five minutes late; null when never used."""

    @classmethod
    def of(cls, key: ApiKey, *, is_expired: bool) -> Self:
        return cls(**_shown(key), is_expired=is_expired)


class NewApiKeyOut(ApiKeyOut, SecretAnswer):
    key: str
    """Shown this once: keep it where secrets are kept."""

    @classmethod
    def made(cls, made: NewKey) -> Self:
        return cls(**_shown(made.row), is_expired=False, key=made.secret)


def _shown(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": [Scope(scope) for scope in key.scopes],
        "hint": f"{PREFIX}…{key.ending}",
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
    }


Keys = Annotated[
    ListQuery,
    listed_by(
        {
            "created_at": ApiKey.created_at,
            "expires_at": ApiKey.expires_at,
            "last_used_at": ApiKey.last_used_at,
            "name": ApiKey.name,
        },
        default="-created_at",
        search=(ApiKey.name,),
    ),
]


@router.get("")
async def list_api_keys(work: InWork, caller: CurrentCaller, listing: Keys) -> Page[ApiKeyOut]:
    """The caller's keys; an expired one is shown for another month."""
    return await listing.page(
        work.session,
        work.api_keys.seen_by(caller.access),
        into=lambda key: ApiKeyOut.of(key, is_expired=key.expires_at <= work.now),
    )


@router.post(
    "",
    status_code=201,
    response_model=NewApiKeyOut,
    responses=problems(PasswordWrong, ReauthenticationRequired, TooManyApiKeys, TooManyTries),
)
async def make_api_key(
    body: ApiKeyRequest,
    request: Request,
    work: InWork,
    caller: CurrentCaller,
    asker: CurrentAsker,
) -> Any:
    """For a program that acts for the caller: send it as `Authorization: Bearer atk_…`. A mail tells the caller."""
    made = await add_api_key(
        work,
        presence(caller, asker, body),
        name=body.name,
        scopes=body.scopes,
        lifetime=timedelta(days=body.expires_in_days),
    )
    if isinstance(made, AppError):
        return refused(made, request)
    return NewApiKeyOut.made(made)


@router.delete("/{key_id}", status_code=204, response_class=Response, responses=problems(NotFound))
async def delete_api_key(
    key_id: UUID, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> Response:
    """The key is refused within five seconds everywhere."""
    await revoke_api_key(work, access=caller.access, key_id=key_id, asker=asker)
    return Response(status_code=204)


class KeyBehindOut(AnswerModel):
    key_id: UUID
    user_id: UUID
    scopes: list[Scope]
    roles: list[str]
    language: Language
    timezone: str
    expires_at: Moment


@internal.get("/{fingerprint}", openapi_extra=internal_only(), responses=problems(NotFound))
async def read_key_behind(
    fingerprint: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")], work: InTransaction
) -> KeyBehindOut:
    """Whose key this is and what it may; 404 once it is expired or revoked, or its account locked. No key administers."""
    key, account = await key_behind(work, key_fingerprint=fingerprint)
    return KeyBehindOut(
        key_id=key.id,
        user_id=account.id,
        scopes=sorted(including(map(Scope, key.scopes))),
        roles=[role for role in account.roles if role != ADMIN_ROLE],
        language=Language(account.language),
        timezone=account.timezone,
        expires_at=key.expires_at,
    )
