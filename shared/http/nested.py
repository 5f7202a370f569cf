"""A request within a request: one of the service's own operations, asked in the same unit of work, for the same caller.

It is judged as any other is: who may call it, what its body may hold. It has no answer of its own on the wire, no idempotency key and
no transaction.
"""

import json
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import Message, Scope

from shared.http.errors import language_of, problem, refusal_of
from shared.http.preconditions import KEPT, NEEDED, PASSED_ON, WORK

REFUSED = 400


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str | None
    body: Any
    """Read from JSON; None without one."""

    @property
    def problem(self) -> Any:
        """The body of a refusal."""
        return self.body if self.status >= REFUSED else None


async def ask(request: Request, work: Any, *, method: str, path: str, body: Any) -> Answer:
    """What the operation answers, refusals included; raises what nobody foresaw."""
    known = request.scope
    content = b"" if body is None else json.dumps(body).encode()
    headers = [pair for pair in known["headers"] if pair[0] in PASSED_ON]
    headers += [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
    ]
    scope: Scope = {name: known[name] for name in (*NEEDED, *KEPT) if name in known} | {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        WORK: work,
    }
    status, found, written = 0, dict[bytes, bytes](), bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, found
        if message["type"] == "http.response.start":
            status, found = message["status"], dict(message["headers"])
        else:
            written.extend(message.get("body", b""))

    try:
        await request.app.router(scope, receive, send)
    except HTTPException as error:
        refusal = refusal_of(error)
        said = problem(refusal, language=language_of(request), path=path)
        return Answer(refusal.status, None, said)
    location = found.get(b"location")
    return Answer(
        status,
        location.decode() if location else None,
        json.loads(bytes(written)) if written else None,
    )
