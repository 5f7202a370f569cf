"""`Idempotency-Key` on a POST: the same key and body get the first answer again for 24 hours, and the work is done once.

The claim of the key and the answer are rows of the very transaction that does the work, so there is no moment in which one
exists without the other. A refused or failed request leaves nothing and may be tried again.

A route that takes a body as it streams in claims its key itself, once it has the whole content and its digest: what is replayed
must be known by content, and no transaction is open while a body comes in.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
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
STREAMED = "autotrack.streamed"
"""In the scope of a route whose endpoint reads the body itself (router.py)."""
LATE = "autotrack.late_claim"
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
    """A key taken for the request at hand, or to be taken by an endpoint that streams its body."""

    def __init__(self, work: UnitOfWork, *, owner: str, key: str, route: str) -> None:
        self._work = work
        self._asked = {"owner": owner, "key": key, "route": route}
        self._is_mine = (idempotency.c.owner == owner) & (idempotency.c.key == key)
        self._taken_for: bytes | None = None
        self._is_over = False

    async def look(self, body_digest: bytes) -> None:
        """What is answered already need not be worked on; takes nothing. Raises Replay, IdempotencyKeyReused."""
        found = await self._work.session.execute(select(idempotency).where(self._is_mine))
        kept = found.mappings().first()
        if kept is not None:
            self._answer_again(kept, body_digest)

    async def take(self, body_digest: bytes) -> None:
        """Raises Replay, IdempotencyKeyReused, RequestInProgress."""
        session, asked = self._work.session, self._asked
        name = f"{asked['owner']}\x1f{asked['key']}".encode()
        lock = int.from_bytes(hashlib.sha256(name).digest()[:8], "big", signed=True)
        if not await session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
            raise RequestInProgress(headers={"Retry-After": "1"})
        statement = insert(idempotency).values(**asked, body_digest=body_digest)
        statement = statement.on_conflict_do_nothing()
        if (await session.execute(statement.returning(idempotency.c.key))).first() is None:
            found = await session.execute(select(idempotency).where(self._is_mine))
            self._answer_again(found.mappings().one(), body_digest)
        self._taken_for = body_digest

    async def give_back(self) -> None:
        """Before this transaction ends without an answer."""
        if self._taken_for is not None:
            await self._work.session.execute(delete(idempotency).where(self._is_mine))

    async def take_again(self) -> None:
        """In the next transaction. Raises Replay when a twin was quicker, RequestInProgress, IdempotencyKeyReused."""
        if self._taken_for is not None:
            await self.take(self._taken_for)

    def _answer_again(self, kept: Mapping[Any, Any], body_digest: bytes) -> None:
        if kept["route"] != self._asked["route"] or kept["body_digest"] != body_digest:
            raise IdempotencyKeyReused
        self._is_over = True
        headers = {**kept["headers"], REPLAYED: "true"}
        raise Replay(Response(kept["answer"], kept["status"], headers))

    async def store(self, response: Response | None) -> None:
        """Keep the answer; what streams or holds a secret (`no-store`) is not kept, and its key is given back."""
        if self._is_over:
            return
        if self._taken_for is None:
            raise RuntimeError("an endpoint that streams its body must take the request's key")
        session = self._work.session
        body = getattr(response, "body", None)
        if response is None or not isinstance(body, bytes) or _is_secret(response):
            await session.execute(delete(idempotency).where(self._is_mine))
            return
        headers = {
            name: response.headers[name] for name in KEPT_HEADERS if name in response.headers
        }
        values = {"status": response.status_code, "headers": headers, "answer": body}
        await session.execute(update(idempotency).where(self._is_mine).values(**values))


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
    claimed = Claim(work, owner=owner, key=key, route=route)
    if request.scope.get(STREAMED):
        request.scope[LATE] = claimed
    else:
        await claimed.take(hashlib.sha256(await request.body()).digest())
    return claimed


def late_claim(request: Request) -> Claim | None:
    """For an endpoint that streams its body: the request's key, still to be taken; None when the request has none."""
    found: Claim | None = request.scope.get(LATE)
    return found
