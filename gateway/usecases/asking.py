"""Questions that pages of ours ask a service in a visitor's place, and its answer as a page needs it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from gateway.clients.internal import Unheard
from gateway.usecases.work import Work
from shared.contracts.base import Language
from shared.http.identity import Caller, mint
from shared.ids import new_id

GOOD = range(200, 300)


@dataclass(frozen=True, slots=True)
class Said:
    """A service's answer; `problem` is its sentence for the visitor when it refused."""

    is_good: bool
    problem: str | None = None
    code: str | None = None
    facts: Any = None
    status: int | None = None
    """None: nobody answered."""
    wrong: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with which member of the body, in the visitor's language."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody without an account, as far as a page knows them."""

    caller: Caller
    language: Language

    def token(self, work: Work, service: str) -> bytes:
        """They ask under their own address and device, and as nobody else."""
        stranger = Caller(
            ip=self.caller.ip, user_agent=self.caller.user_agent, language=self.language
        )
        identity = mint(stranger, work.signing_key, audience=service, token_id=str(new_id()))
        return identity.encode()


async def look_at(work: Work, visitor: Visitor, *, service: str, target: str) -> Said:
    try:
        status, answer = await work.internal.get(
            service,
            target,
            language=visitor.language.value,
            identity=visitor.token(work, service),
        )
    except Unheard:
        return Said(is_good=False)
    return said_in(status, answer)


async def tell(
    work: Work, visitor: Visitor, *, service: str, path: str, body: Mapping[str, Any]
) -> Said:
    return await send_on(
        work,
        service=service,
        path=path,
        body=body,
        language=visitor.language,
        identity=visitor.token(work, service),
    )


async def send_on(
    work: Work,
    *,
    service: str,
    path: str,
    body: Mapping[str, Any],
    language: Language,
    identity: bytes | None,
) -> Said:
    """Without an identity the gateway asks in its own name."""
    try:
        status, answer = await work.internal.post(
            service, path, orjson.dumps(body), language=language.value, identity=identity
        )
    except Unheard:
        return Said(is_good=False)
    return said_in(status, answer)


@dataclass(frozen=True, slots=True)
class Upload:
    """A form with a file, as it comes in."""

    content_type: str
    length: int
    pieces: AsyncIterator[bytes]


async def pass_file(
    work: Work, visitor: Visitor, *, service: str, path: str, upload: Upload
) -> Said:
    """Nothing of it is kept here: it goes on piece by piece."""
    try:
        status, answer = await work.internal.pass_form(
            service,
            path,
            upload.pieces,
            length=upload.length,
            content_type=upload.content_type,
            language=visitor.language.value,
            identity=visitor.token(work, service),
        )
    except Unheard:
        return Said(is_good=False)
    return said_in(status, answer)


def said_in(status: int, answer: bytes) -> Said:
    said = _document(answer)
    if status in GOOD:
        return Said(is_good=True, facts=said, status=status)
    wrong = {
        each["pointer"]: each["message"]
        for each in said.get("errors") or ()
        if each.get("pointer") and each.get("message")
    }
    return Said(
        is_good=False,
        problem=said.get("detail") or said.get("title"),
        code=said.get("code"),
        status=status,
        wrong=wrong,
    )


def _document(answer: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(answer)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
