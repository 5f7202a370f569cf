"""A stand-in for an OpenID Connect provider: discovery, keys, a consent page to click, codes with PKCE, signed id_tokens.

Who signs in is what the page's form says. How it misbehaves: POST /__fake/behaviour {"mode": "wrong_nonce", "algorithm": "ES256"}.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, unquote_plus, urlencode

from fastapi import APIRouter, Depends, FastAPI, Form, HTTPException, Request
from fastapi.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from jinja2 import Environment, FileSystemLoader, select_autoescape
from pydantic import BaseModel, ConfigDict

from deploy.simulators.oidc.client import CLIENT_ID, CLIENT_SECRET
from deploy.simulators.oidc.keys import LIFETIME, Keys, Mode, at_hash, b64
from shared.clock import Clock, SystemClock

CODE_SECONDS = 60
PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape()
)


@dataclass
class Granted:
    """What was consented to, until the client asks with its code."""

    redirect_uri: str
    challenge: str
    nonce: str
    person: dict[str, Any]
    until: float


@dataclass
class State:
    clock: Clock
    issuer: str
    keys: Keys = field(default_factory=Keys)
    mode: Mode = Mode.HONEST
    codes: dict[str, Granted] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def now(self) -> float:
        return self.clock.now().timestamp()


class Behaviour(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mode: Mode = Mode.HONEST
    algorithm: Literal["RS256", "ES256"] = "RS256"


def _state(request: Request) -> State:
    state: State = request.app.state.fake
    state.asked.append(request.url.path)
    return state


InState = Annotated[State, Depends(_state)]
router = APIRouter()


def create_app(clock: Clock | None = None, *, issuer: str) -> FastAPI:
    app = FastAPI(title="OpenID Connect simulator", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.fake = State(clock or SystemClock(), issuer)
    app.include_router(router)
    return app


@router.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/__fake/behaviour")
async def behaviour(state: InState) -> Behaviour:
    return Behaviour(
        mode=state.mode, algorithm="ES256" if state.keys.algorithm == "ES256" else "RS256"
    )


@router.post("/__fake/behaviour")
async def behave(body: Behaviour, state: InState) -> Behaviour:
    state.mode, state.keys.algorithm = body.mode, body.algorithm
    return body


@router.get("/.well-known/openid-configuration")
async def discovery(state: InState) -> dict[str, Any]:
    issuer = state.issuer
    token = "http://provider.example/token" if state.mode is Mode.OPEN_LINE else f"{issuer}/token"
    return {
        "issuer": "https://evil.example" if state.mode is Mode.OTHER_DISCOVERY else issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": token,
        "jwks_uri": f"{issuer}/keys",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "authorization_response_iss_parameter_supported": True,
    }


@router.get("/keys")
async def keys(state: InState) -> dict[str, Any]:
    return state.keys.jwks()


@router.get("/authorize")
async def authorize(request: Request, _state: InState) -> HTMLResponse:
    asked = dict(request.query_params)
    wanted = {"response_type": "code", "client_id": CLIENT_ID, "code_challenge_method": "S256"}
    needed = ("redirect_uri", "state", "nonce", "code_challenge")
    if any(asked.get(name) != value for name, value in wanted.items()) or not all(
        asked.get(name) for name in needed
    ):
        raise HTTPException(400, "not a request this provider knows")
    if "openid" not in asked.get("scope", "").split():
        raise HTTPException(400, "scope openid is missing")
    page = PAGES.get_template("consent.html").render(asked=asked)
    return HTMLResponse(page, headers={"Cache-Control": "no-store"})


@router.post("/consent")
async def consent(  # noqa: PLR0913, PLR0917 - the fields of the form
    state: InState,
    action: Annotated[Literal["allow", "deny"], Form()],
    redirect_uri: Annotated[str, Form()],
    challenge: Annotated[str, Form()],
    nonce: Annotated[str, Form()],
    client_state: Annotated[str, Form()],
    sub: Annotated[str, Form()] = "camille",
    email: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    *,
    verified: Annotated[bool, Form()] = False,
) -> RedirectResponse:
    answer = {"state": client_state, "iss": state.issuer}
    if action == "deny":
        return _back(redirect_uri, answer | {"error": "access_denied"})
    code = secrets.token_urlsafe(24)
    given, _, family = name.partition(" ")
    person = {
        "sub": sub,
        "email": email,
        "email_verified": verified,
        "given_name": given,
        "family_name": family,
        "locale": "fr-FR",
    }
    kept = {key: value for key, value in person.items() if value != ""}
    until = state.now() + CODE_SECONDS
    state.codes[code] = Granted(redirect_uri, challenge, nonce, kept, until)
    return _back(redirect_uri, answer | {"code": code})


def _back(redirect_uri: str, answer: dict[str, str]) -> RedirectResponse:
    return RedirectResponse(f"{redirect_uri}?{urlencode(answer)}", status_code=303)


@router.post("/token", response_model=None)
async def token(request: Request, state: InState) -> Response:
    form = {
        name: found[0]
        for name, found in parse_qs((await request.body()).decode("utf-8", "replace")).items()
    }
    if not _is_client(request, form):
        return JSONResponse({"error": "invalid_client"}, status_code=401)
    granted = state.codes.pop(form.get("code", ""), None)
    if granted is None or granted.until <= state.now() or not _fits(granted, form):
        return JSONResponse({"error": "invalid_grant"}, status_code=400)
    match state.mode:
        case Mode.FAILING:
            return JSONResponse({"error": "server_error"}, status_code=500)
        case Mode.ENDLESS:
            return StreamingResponse(_endless(), media_type="application/json")
        case Mode.SLOW:
            await asyncio.sleep(30)
    access, now = secrets.token_urlsafe(24), int(state.now())
    claims = {
        "iss": state.issuer,
        "aud": CLIENT_ID,
        "nonce": granted.nonce,
        "iat": now,
        "exp": now + LIFETIME,
        "at_hash": at_hash(access),
        **granted.person,
    }
    answer = {"access_token": access, "token_type": "Bearer", "expires_in": LIFETIME}
    if state.mode is not Mode.NO_TOKEN:
        answer["id_token"] = state.keys.id_token(claims, state.mode)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _is_client(request: Request, form: dict[str, str]) -> bool:
    scheme, _, said = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        name, _, secret = base64.b64decode(said).decode().partition(":")
        pair = unquote_plus(name), unquote_plus(secret)
    else:
        pair = form.get("client_id", ""), form.get("client_secret", "")
    wanted = f"{CLIENT_ID} {CLIENT_SECRET}".encode()
    return hmac.compare_digest(" ".join(pair).encode(), wanted)


def _fits(granted: Granted, form: dict[str, str]) -> bool:
    verifier = form.get("code_verifier", "")
    return (
        form.get("grant_type") == "authorization_code"
        and form.get("redirect_uri") == granted.redirect_uri
        and b64(hashlib.sha256(verifier.encode()).digest()) == granted.challenge
    )


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b" " * 65_536
        await asyncio.sleep(0)
