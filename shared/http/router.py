"""The router every room uses: FastAPI's, with the kernel's manners for single answers and lists.

A GET that answers JSON carries an ETag of its bytes and answers 304 to If-None-Match; a POST with an Idempotency-Key is replayed.
"""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from shared.http.idempotency import Replay

RESPONSE = "autotrack.response"
OK = 200


class _Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_with_manners(request: Request) -> Response:
            try:
                response = await handle(request)
            except Replay as replay:
                return replay.response
            if request.method == "GET":
                response = _tagged(request, response)
            request.scope[RESPONSE] = response
            return response

        return handle_with_manners


def _tagged(request: Request, response: Response) -> Response:
    body = getattr(response, "body", None)
    is_json = response.headers.get("content-type", "").startswith("application/json")
    if response.status_code != OK or not is_json or not isinstance(body, bytes):
        return response
    tag = response.headers.setdefault("ETag", f'"{hashlib.sha256(body).hexdigest()[:32]}"')
    response.headers.setdefault("Cache-Control", "private, no-cache")
    asked = {
        part.strip().removeprefix("W/")
        for part in request.headers.get("if-none-match", "").split(",")
    }
    if tag in asked:
        return Response(
            status_code=304,
            headers={"ETag": tag, "Cache-Control": response.headers["Cache-Control"]},
        )
    return response


class Router(APIRouter):
    """`router = Router(prefix="/api/vehicles", tags=["vehicles"])`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=_Route, **options)
