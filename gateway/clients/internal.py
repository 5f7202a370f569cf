"""The gateway's own questions to the services, over the same connections as everybody's."""

from collections.abc import Callable
from typing import Any

import orjson

from gateway.clients.connection import UpstreamBroken
from gateway.clients.upstream import Call, Upstreams
from gateway.errors import BadGateway
from shared.errors import AppError
from shared.observe.correlation import accept

MAX_ANSWER_BYTES = 64 * 1024 * 1024
OK = 200


class Unheard(Exception):
    """The question got no usable answer; what we knew before still stands."""


class InternalClient:
    """`identify(service)` answers the internal token under which the gateway itself asks."""

    def __init__(self, upstreams: Upstreams, identify: Callable[[str], bytes]) -> None:
        self._upstreams = upstreams
        self._identify = identify

    async def get(self, service: str, target: str) -> tuple[int, bytes]:
        """Status and body. Raises Unheard."""
        upstream = self._upstreams[service]
        correlation = accept(None, None)
        head = (
            b"GET %b HTTP/1.1\r\nhost: %b\r\naccept: application/json\r\n"
            b"x-autotrack-identity: %b\r\nx-request-id: %b\r\ntraceparent: %b\r\n\r\n"
        ) % (
            target.encode(),
            upstream.authority.encode(),
            self._identify(service),
            correlation.request_id.encode(),
            correlation.traceparent.encode(),
        )
        try:
            answer = await upstream.ask(Call("GET", head, repeatable=True))
            pieces: list[bytes] = []
            size = 0
            while piece := await answer.read():
                size += len(piece)
                if size > MAX_ANSWER_BYTES:
                    answer.abort()
                    raise BadGateway
                pieces.append(piece)
        except (AppError, UpstreamBroken) as error:
            raise Unheard(f"{service}: {error}") from error
        return answer.status, b"".join(pieces)

    async def get_json(self, service: str, target: str) -> Any:
        """The document at this address. Raises Unheard."""
        status, body = await self.get(service, target)
        if status != OK:
            raise Unheard(f"{service} answered {status}")
        try:
            return orjson.loads(body)
        except ValueError as error:
            raise Unheard(f"{service} answered no JSON") from error
