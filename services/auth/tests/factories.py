import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import text

from services.auth.domain.tokens import ACCESS_TYPE, AUDIENCE, ISSUER
from shared.contracts.auth import CodeIssued
from shared.http.identity import Caller
from shared.security.tokens import load_jwk, verify

PASSWORD = "velo-lampe-42-nuages"
NEW_PASSWORD = "chaise verte et trois pommes"
REGISTER, VERIFY = "/api/auth/register", "/api/auth/verify-otp"
LOGIN, REFRESH = "/api/auth/login", "/api/auth/token/refresh"
Emitted = Callable[..., Awaitable[list[Any]]]


@dataclass(frozen=True)
class SignedIn:
    """A verified account and its first session."""

    id: UUID
    email: str
    session_id: UUID
    access: str
    refresh: str
    client: httpx2.AsyncClient


def registration(email: str = "lea@example.org", **facts: Any) -> dict[str, Any]:
    return {
        "email": email,
        "password": PASSWORD,
        "first_name": "Léa",
        "last_name": "Petit",
        **facts,
    }


async def last_code(emitted: Emitted, email: str = "lea@example.org") -> str:
    codes = [event for event in await emitted(CodeIssued) if event.email == email]
    code: str = codes[-1].code.get_secret_value()
    return code


async def claims_of(call: Any, access: str, now: Any) -> dict[str, Any]:
    """Verified as the gateway verifies it."""
    document = (await call.service.get("/.well-known/jwks.json")).json()
    keys = {jwk["kid"]: load_jwk(jwk) for jwk in document["keys"]}
    return verify(access, keys, audience=AUDIENCE, issuer=ISSUER, typ=ACCESS_TYPE, now=now)


async def make_account(
    call: Any, emitted: Emitted, email: str = "lea@example.org", **facts: Any
) -> SignedIn:
    """Registered and verified through the API."""
    answer = await call.anonymous.post(REGISTER, json=registration(email, **facts))
    assert answer.status_code == 201, answer.text
    code = await last_code(emitted, email)
    answer = await call.anonymous.post(VERIFY, json={"email": email, "otp_code": code})
    assert answer.status_code == 200, answer.text
    return signed_in(call, answer.json())


def signed_in(call: Any, body: dict[str, Any]) -> SignedIn:
    account_id = UUID(body["user"]["id"])
    session_id = UUID(unverified_claims(body["access"])["sid"])
    return SignedIn(
        id=account_id,
        email=body["user"]["email"],
        session_id=session_id,
        access=body["access"],
        refresh=body["refresh"],
        client=call.as_user(account_id, session_id=session_id),
    )


def unverified_claims(token: str) -> dict[str, Any]:
    return _part(token, 1)


def unverified_header(token: str) -> dict[str, Any]:
    return _part(token, 0)


def _part(token: str, index: int) -> dict[str, Any]:
    text = token.split(".")[index]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return said


async def log_in(call: Any, email: str = "lea@example.org", password: str = PASSWORD) -> SignedIn:
    answer = await call.anonymous.post(LOGIN, json={"email": email, "password": password})
    assert answer.status_code == 200, answer.text
    return signed_in(call, answer.json())


async def try_login(
    call: Any,
    password: str,
    *,
    email: str = "lea@example.org",
    ip: str = "203.0.113.7",
    **headers: str,
) -> int:
    client = call.with_caller(Caller(ip=ip, user_agent="tests"), **headers)
    answer = await client.post(LOGIN, json={"email": email, "password": password})
    await client.aclose()
    status: int = answer.status_code
    return status


async def drop_password(person: SignedIn, admin_engine: Any) -> None:
    """As an account is that a provider made."""
    async with admin_engine.begin() as connection:
        statement = text("UPDATE account SET password_hash = NULL WHERE id = :id")
        await connection.execute(statement, {"id": person.id})
