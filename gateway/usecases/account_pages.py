"""What the pages behind the links of mails do: they ask auth as the visitor would, and fetch a file as the person it belongs to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from gateway.clients.connection import Answer
from gateway.clients.internal import Unheard
from gateway.usecases.work import Work
from shared.contracts.base import Language
from shared.http.identity import Caller, mint
from shared.ids import new_id

AUTH, DOCUMENTS = "auth", "documents"
GOOD = range(200, 300)
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Said:
    """A service's answer; `problem` is its sentence for the visitor when it refused."""

    is_good: bool
    problem: str | None = None
    code: str | None = None
    facts: Any = None


async def ask_auth(
    work: Work, *, path: str, body: dict[str, Any], visitor: Caller, language: Language
) -> Said:
    """A public operation of auth, under the visitor's own address and device."""
    stranger = Caller(ip=visitor.ip, user_agent=visitor.user_agent, language=language)
    identity = mint(stranger, work.signing_key, audience=AUTH, token_id=str(new_id()))
    return await _post(work, path, body, language, identity.encode())


async def open_export(
    work: Work, *, token: str, password: str, code: str, visitor: Caller, language: Language
) -> Said:
    body = {
        "token": token,
        "password": password,
        "code": code or None,
        "ip": visitor.ip or UNKNOWN,
        "user_agent": visitor.user_agent or "",
    }
    return await _post(work, "/internal/exports/open", body, language, None)


async def fetch_export(work: Work, *, account_id: UUID, export_id: UUID) -> Answer:
    """The file, asked for in the name of whom auth has just recognised."""
    owner = Caller(user_id=account_id, roles=frozenset({"user"}))
    identity = mint(owner, work.signing_key, audience=DOCUMENTS, token_id=str(new_id()))
    return await work.internal.open(
        DOCUMENTS, f"/api/exports/{export_id}/file", identity=identity.encode()
    )


async def pieces(answer: Answer) -> AsyncIterator[bytes]:
    try:
        while piece := await answer.read():
            yield piece
    finally:
        answer.abort()


async def _post(
    work: Work, path: str, body: dict[str, Any], language: Language, identity: bytes | None
) -> Said:
    try:
        status, answer = await work.internal.post(
            AUTH, path, orjson.dumps(body), language=language.value, identity=identity
        )
    except Unheard:
        return Said(is_good=False)
    said = _document(answer)
    if status in GOOD:
        return Said(is_good=True, facts=said)
    return Said(
        is_good=False, problem=said.get("detail") or said.get("title"), code=said.get("code")
    )


def _document(answer: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(answer)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
