"""`If-Match` on PUT, PATCH and DELETE: what is changed is what was seen, or the answer is 412.

No endpoint knows of it. The unit of work of such a request is one snapshot of the database (REPEATABLE READ). In it the kernel asks
the service's own GET of the same address for the present ETag and compares; then the endpoint writes in the same snapshot. Whoever
changed the row in between, with or without If-Match, by a request, a message or a job, makes PostgreSQL refuse our write (40001),
which `errors.py` answers with 412 too. So of two writers who saw the same, one wins, however close they come.
"""

import re
from typing import Any

from fastapi import Request
from starlette.types import Message, Scope

from shared.errors import NotFound, PreconditionFailed
from shared.http.framework import NESTED

CONDITIONAL = frozenset({"PUT", "PATCH", "DELETE"})
WORK = "autotrack.work"
TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
ANY = "*"
OK, MISSING = 200, 404
PASSED_ON = frozenset({b"accept-language", b"x-request-id", b"traceparent"})
NEEDED = ("asgi", "http_version", "scheme", "server", "client", "root_path", "app", "state")
KEPT = (*NESTED, "autotrack.caller")


def tags_of(header: str) -> set[str]:
    """The entity tags of If-Match or If-None-Match, and `*`."""
    return {ANY} if header.strip() == ANY else set(TAG.findall(header))


def is_conditional(request: Request) -> bool:
    return request.method in CONDITIONAL and "if-match" in request.headers


async def refuse_if_changed(request: Request, work: Any) -> None:
    """Raises PreconditionFailed, or NotFound where nothing is."""
    status, tag = await _look(request, work)
    if status == MISSING:
        raise NotFound
    asked = tags_of(", ".join(request.headers.getlist("if-match")))
    if tag is None or not asked & {ANY, tag}:
        raise PreconditionFailed(headers={"ETag": tag} if tag else None)


async def tag_after(request: Request, work: Any) -> str | None:
    """The ETag of what has just been written, for the client's next change."""
    await work.session.flush()
    work.session.expunge_all()
    return (await _look(request, work))[1]


async def _look(request: Request, work: Any) -> tuple[int, str | None]:
    """Status and ETag of a GET of the same address, in the same unit of work."""
    known = request.scope
    scope: Scope = {name: known[name] for name in (*NEEDED, *KEPT) if name in known} | {
        "type": "http",
        "method": "GET",
        "path": known["path"],
        "raw_path": known.get("raw_path"),
        "query_string": b"",
        "headers": [pair for pair in known["headers"] if pair[0] in PASSED_ON],
        WORK: work,
    }
    status, tag = MISSING, None

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, tag
        if message["type"] == "http.response.start":
            status = message["status"]
            tag = next(
                (value.decode() for name, value in message["headers"] if name == b"etag"), None
            )

    await request.app.router(scope, receive, send)
    return status, tag if status == OK else None
