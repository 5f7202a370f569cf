"""What the pages behind the links of mails do: they ask auth as the visitor would, and fetch a file as the person it belongs to."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from gateway.clients.connection import Answer
from gateway.usecases.asking import Said, Visitor, send_on, tell
from gateway.usecases.work import Work
from shared.contracts.base import Language
from shared.http.identity import Caller, mint
from shared.ids import new_id

AUTH, DOCUMENTS = "auth", "documents"
UNKNOWN = "unknown"


async def ask_auth(
    work: Work, *, path: str, body: dict[str, Any], visitor: Caller, language: Language
) -> Said:
    """A public operation of auth, under the visitor's own address and device."""
    who = Visitor(visitor, language)
    return await tell(work, who, service=AUTH, path=path, body=body)


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
    return await send_on(
        work,
        service=AUTH,
        path="/internal/exports/open",
        body=body,
        language=language,
        identity=None,
    )


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
