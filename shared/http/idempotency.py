"""`Idempotency-Key` on a POST: the same key and body get the first answer again for 24 hours, and the work is done once.

The claim of the key and the answer are rows of the very transaction that does the work, so there is no moment in which one
exists without the other. A refused or failed request leaves nothing and may be tried again.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from fastapi import Request, Response
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.db.base import idempotency
from shared.db.unit_of_work import UnitOfWork
from shared.errors import BadRequest, Conflict, InvalidInput
from shared.http.access import read
from shared.messages import Text

KEY = re.compile(r"^[\x21-\x7e]{1,255}$")
KEPT_HEADERS = ("content-type", "location", "etag")
REPLAYED = "Idempotency-Replayed"
PARAMETER: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again within a day with the same body: the first answer again, and nothing is done twice.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$", "title": "Idempotency-Key"},
}
_D = TypeVar("_D", bound=Callable[..., Any])
_keepers: set[Any] = set()


def keeps_keys(dependency: _D) -> _D:
    """Marks the dependency that claims a request's key; a POST without it keeps none."""
    _keepers.add(dependency)
    return dependency


def is_keeper(dependency: Any) -> bool:
    return dependency in _keepers


class IdempotencyKeyMalformed(BadRequest):
    code = "idempotency_key_malformed"
    text = Text(
        fr="Idempotency-Key : 1 à 255 caractères visibles.",
        en="Idempotency-Key: 1 to 255 visible characters.",
        es="Idempotency-Key: de 1 a 255 caracteres visibles.",
    )


class IdempotencyKeyReused(InvalidInput):
    code = "idempotency_key_reused"
    text = Text(
        fr="Cette clé a déjà servi pour une autre demande.",
        en="This key was already used for another request.",
        es="Esta clave ya se usó para otra petición.",
    )


class RequestInProgress(Conflict):
    code = "request_in_progress"
    text = Text(
        fr="La même demande est en cours.",
        en="The same request is still being worked on.",
        es="La misma petición está en curso.",
    )


class Replay(Exception):
    """Not an error: the stored answer, to be sent again."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class Claim:
    """A key taken for the request at hand."""

    def __init__(self, owner: str, key: str) -> None:
        self._is_mine = (idempotency.c.owner == owner) & (idempotency.c.key == key)

    async def store(self, work: UnitOfWork, response: Response | None) -> None:
        """Keep the answer; what streams or holds a secret (`no-store`) is not kept, and its key is given back."""
        body = getattr(response, "body", None)
        if response is None or not isinstance(body, bytes) or _is_secret(response):
            await work.session.execute(delete(idempotency).where(self._is_mine))
            return
        headers = {
            name: response.headers[name] for name in KEPT_HEADERS if name in response.headers
        }
        values = {"status": response.status_code, "headers": headers, "answer": body}
        await work.session.execute(update(idempotency).where(self._is_mine).values(**values))


def _is_secret(response: Response) -> bool:
    return "no-store" in response.headers.get("cache-control", "")


async def claim(request: Request, work: UnitOfWork) -> Claim | None:
    """Take the request's key, if it has one. Raises Replay, IdempotencyKeyReused, RequestInProgress, IdempotencyKeyMalformed."""
    key = request.headers.get("idempotency-key")
    caller = request.scope["autotrack.caller"]
    said = read(getattr(request.scope.get("route"), "openapi_extra", None))
    if key is None or not said.replayable or request.method != "POST" or caller.user_id is None:
        return None
    if not KEY.match(key):
        raise IdempotencyKeyMalformed
    owner, route = str(caller.user_id), f"POST {request.url.path}"
    lock = int.from_bytes(
        hashlib.sha256(f"{owner}\x1f{key}".encode()).digest()[:8], "big", signed=True
    )
    if not await work.session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        raise RequestInProgress(headers={"Retry-After": "1"})
    row = {"owner": owner, "key": key, "route": route, "body_digest": await _digest(request)}
    statement = (
        insert(idempotency).values(**row).on_conflict_do_nothing().returning(idempotency.c.key)
    )
    if (await work.session.execute(statement)).first() is None:
        await _answer_again(work, row)
    return Claim(owner, key)


async def _digest(request: Request) -> bytes:
    """Of the body; of an upload only its length, for its bytes are streamed (and the same file is known by its checksum)."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        return hashlib.sha256(
            b"multipart " + request.headers.get("content-length", "").encode()
        ).digest()
    return hashlib.sha256(await request.body()).digest()


async def _answer_again(work: UnitOfWork, asked: dict[str, Any]) -> None:
    found = select(idempotency).where(
        idempotency.c.owner == asked["owner"], idempotency.c.key == asked["key"]
    )
    kept = (await work.session.execute(found)).mappings().one()
    if kept["route"] != asked["route"] or kept["body_digest"] != asked["body_digest"]:
        raise IdempotencyKeyReused
    raise Replay(Response(kept["answer"], kept["status"], {**kept["headers"], REPLAYED: "true"}))
