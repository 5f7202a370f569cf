from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import Field, StringConstraints

from services.auth.api.dependencies import (
    CurrentAsker,
    InTransaction,
    InWork,
    OpaqueToken,
    PresentUnsaid,
    ProofGiven,
    done,
    presence,
    refused,
)
from services.auth.api.registration import TokensOut, mark_device
from services.auth.api.sessions import CodeNeededOut, FactorNeededOut
from services.auth.domain.codes import REGISTRATION_LIFETIME
from services.auth.errors.accounts import AccountLocked
from services.auth.errors.factors import (
    AddressMissing,
    IdentityTaken,
    LastWayIn,
    ProviderFailed,
    ProviderUnknown,
    ReturnRefused,
    SignInFirst,
    VisitOver,
)
from services.auth.errors.passwords import PasswordWrong
from services.auth.storage.models import ProviderIdentity
from services.auth.usecases.challenges import FactorNeeded
from services.auth.usecases.providers import (
    begin_link,
    begin_visit,
    come_back,
    link_provider,
    sign_in_with_provider,
    unlink_provider,
)
from services.auth.usecases.sessions import CodeNeeded, SignedIn
from shared.errors import AppError, NotFound, ReauthenticationRequired
from shared.http.access import public
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/auth/oidc", tags=["sign-in providers"])

Challenge = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$"),
    Field(examples=["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"]),
]
Verifier = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._~-]{43,128}$"),
    Field(examples=["dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"]),
]
ReturnUrl = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[\x21-\x7e]+$")]
SaidByBrowser = Annotated[str | None, Query(max_length=4096, pattern=r"^[\x20-\x7e]*$")]


class ProviderOut(AnswerModel):
    name: str
    title: str


class ProvidersOut(AnswerModel):
    providers: list[ProviderOut]


class Visit(RequestModel):
    """`code_challenge` is the base64url SHA-256 of a secret the client makes and keeps (as in RFC 7636)."""

    code_challenge: Challenge
    return_url: ReturnUrl | None = None


class LinkVisit(Visit, ProofGiven):
    pass


class VisitOut(AnswerModel):
    """Send the browser there; it comes back to `return_url` with `#code=…` or `#error=…`."""

    authorization_url: str


class Fetch(RequestModel):
    """The one-time code and the secret whose hash began the visit."""

    code: OpaqueToken
    code_verifier: Verifier


class AddressToVerifyOut(CodeNeededOut):
    """The provider has not verified the address: a code went there."""

    email: str | None


class LinkOut(AnswerModel):
    id: UUID
    provider: str
    email: str | None
    created_at: Moment
    last_used_at: Moment | None

    @classmethod
    def of(cls, identity: ProviderIdentity) -> Self:
        return cls.model_validate(identity)


@router.get("", openapi_extra=public())
async def list_providers(work: InWork) -> ProvidersOut:
    """Those this house is configured with, for the buttons of a sign-in page."""
    return ProvidersOut(
        providers=[
            ProviderOut(name=one.name, title=one.shown) for one in work.settings.oidc_providers
        ]
    )


@router.post(
    "/{provider}/start",
    openapi_extra=public(),
    responses=problems(ProviderUnknown, ReturnRefused, ProviderFailed),
)
async def begin_provider_sign_in(provider: str, body: Visit, work: InWork) -> VisitOut:
    """The visit lives ten minutes."""
    return VisitOut(
        authorization_url=await begin_visit(
            work,
            provider=provider,
            client_challenge=body.code_challenge,
            return_url=body.return_url,
        )
    )


@router.get(
    "/{provider}/callback",
    status_code=303,
    response_class=Response,
    openapi_extra=public(),
    responses=problems(ProviderUnknown, VisitOver),
)
async def return_from_provider(
    provider: str,
    work: InTransaction,
    *,
    state: SaidByBrowser = None,
    code: SaidByBrowser = None,
    error: SaidByBrowser = None,
    iss: SaidByBrowser = None,
) -> Response:
    """For browsers only: goes on to the client with a code that works once, within a minute, for who began."""
    target = await come_back(
        work, provider=provider, state=state or "", code=code, error=error, issuer=iss
    )
    headers = {"Location": target, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(status_code=303, headers=headers)


@router.post(
    "/exchange",
    openapi_extra=public(),
    response_model=TokensOut | AddressToVerifyOut | FactorNeededOut,
    responses=problems(VisitOver, AccountLocked, AddressMissing, SignInFirst),
)
async def provider_sign_in(
    body: Fetch, response: Response, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> Any:
    """Signs in as `login` does: tokens, or the code or factor that is still needed."""
    outcome = await sign_in_with_provider(
        work,
        code=body.code,
        verifier=body.code_verifier,
        language=caller.language,
        asker=asker,
    )
    match outcome:
        case SignedIn():
            return TokensOut.of(outcome, response, work)
        case CodeNeeded(email, mark):
            if mark is not None:
                mark_device(mark, response, work, lifetime=REGISTRATION_LIFETIME)
            return AddressToVerifyOut(email=email)
        case FactorNeeded():
            return FactorNeededOut.of(outcome)


Links = Annotated[
    ListQuery, listed_by({"created_at": ProviderIdentity.created_at}, default="-created_at")
]


@router.get("/links")
async def list_links(work: InWork, caller: CurrentCaller, listing: Links) -> Page[LinkOut]:
    return await listing.page(work.session, work.identities.seen_by(caller.access), into=LinkOut.of)


@router.post(
    "/{provider}/link",
    response_model=VisitOut,
    responses=problems(
        ProviderUnknown, ReturnRefused, ProviderFailed, PasswordWrong, ReauthenticationRequired
    ),
)
async def begin_provider_link(  # noqa: PLR0917 - FastAPI's dependencies
    provider: str,
    body: LinkVisit,
    request: Request,
    work: InWork,
    caller: CurrentCaller,
    asker: CurrentAsker,
) -> Any:
    outcome = await begin_link(
        work,
        presence(caller, asker, body),
        visit={
            "provider": provider,
            "client_challenge": body.code_challenge,
            "return_url": body.return_url,
        },
    )
    if isinstance(outcome, AppError):
        return refused(outcome, request)
    return VisitOut(authorization_url=outcome)


@router.post("/links", status_code=201, responses=problems(VisitOver, IdentityTaken))
async def add_link(
    body: Fetch, work: InWork, caller: CurrentCaller, asker: CurrentAsker
) -> LinkOut:
    """The last step of a link: the provider signs in to this account from now on; a mail tells."""
    return LinkOut.of(
        await link_provider(
            work,
            account_id=caller.user,
            code=body.code,
            verifier=body.code_verifier,
            asker=asker,
        )
    )


@router.delete(
    "/links/{link_id}",
    status_code=204,
    response_model=None,
    responses=problems(NotFound, PasswordWrong, ReauthenticationRequired, LastWayIn),
)
async def delete_link(link_id: UUID, request: Request, work: InWork, present: PresentUnsaid) -> Any:
    """The caller's other sessions end; a mail tells."""
    return done(await unlink_provider(work, present, identity_id=link_id), request)
