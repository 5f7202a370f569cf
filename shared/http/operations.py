"""What a program says about itself, on its inner port: `/livez`, `/readyz`, `/backlog`, `/version`, `/metrics`.

The inner port is for our own network: orchestrators, Prometheus, operators. Of the five, the port that serves people
answers only the two probes.
"""

from typing import Any, Protocol

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from shared.errors import Unavailable
from shared.http.access import internal_only
from shared.http.router import Router
from shared.observe.exposition import MEDIA_TYPE, Exposition
from shared.observe.health import Backlog
from shared.settings import ServiceSettings

PROBES = frozenset({"/livez", "/readyz"})


class Known(Protocol):
    """What a program knows of itself; a service's is `shared.observe.health.Health`."""

    def is_live(self) -> bool: ...
    async def why_not_ready(self) -> str | None:
        """None when ready."""

    async def backlog(self) -> Backlog | None:
        """None when nobody can say."""


class Operations:
    """The ASGI application of the inner port."""

    def __init__(self, known: Known, exposition: Exposition, settings: ServiceSettings) -> None:
        self._known = known
        self.exposition = exposition
        self._who = {"service": settings.service, "version": settings.version}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = (
            await self.answer(scope["path"])
            if scope["method"] in {"GET", "HEAD"}
            else Response(status_code=405, headers={"Allow": "GET, HEAD"})
        )
        await answer(scope, receive, send)

    async def answer(self, path: str) -> Response:
        match path:
            case "/livez":
                live = self._known.is_live()
                return JSONResponse({"live": live}, 200 if live else 503)
            case "/readyz":
                reason = await self._known.why_not_ready()
                ready = reason is None
                return JSONResponse({"ready": ready, "reason": reason}, 200 if ready else 503)
            case "/backlog":
                found = await self._known.backlog()
                return JSONResponse(found._asdict() if found else {}, 200 if found else 503)
            case "/version":
                return JSONResponse(self._who)
            case "/metrics":
                return PlainTextResponse(await self.exposition.text(), media_type=MEDIA_TYPE)
        return Response(status_code=404)


router = Router(include_in_schema=False)


@router.get("/internal/backlog", openapi_extra=internal_only())
async def read_backlog(request: Request) -> dict[str, Any]:
    """The same to the gateway, which asks with its name and over the connections it has."""
    found: Backlog | None = await request.app.state.health.backlog()
    if found is None:
        raise Unavailable
    return found._asdict()
