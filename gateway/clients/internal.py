"""The gateway's own questions to the services, over the same connections as everybody's."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson

from gateway.clients.connection import Answer, UpstreamBroken
from gateway.clients.upstream import Call, Upstreams
from gateway.errors import BadGateway
from shared.errors import AppError
from shared.http.exchange import bind
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

    async def get(
        self, service: str, target: str, *, language: str = "fr", identity: bytes | None = None
    ) -> tuple[int, bytes]:
        """Status and body; under the gateway's own name unless another identity is given. Raises Unheard."""
        rest = b"accept-language: %b\r\n" % language.encode()
        call = self._call(service, "GET", target, identity=identity, rest=rest, repeatable=True)
        return await self._ask(service, call)

    async def post(
        self, service: str, target: str, body: bytes, *, language: str, identity: bytes | None
    ) -> tuple[int, bytes]:
        """Status and body; under the gateway's own name unless another identity is given. Raises Unheard."""
        rest = (
            b"accept-language: %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
            % (language.encode(), len(body))
        )
        call = self._call(service, "POST", target, identity=identity, rest=rest)
        call.head += body
        return await self._ask(service, call)

    async def pass_form(
        self,
        service: str,
        target: str,
        body: AsyncIterator[bytes],
        *,
        length: int,
        content_type: str,
        language: str,
        identity: bytes,
    ) -> tuple[int, bytes]:
        """Status and body of the answer to a form that goes on as it comes. Raises Unheard."""
        rest = b"accept-language: %b\r\ncontent-type: %b\r\ncontent-length: %d\r\n" % (
            language.encode(),
            content_type.encode("latin-1"),
            length,
        )
        call = self._call(service, "POST", target, identity=identity, rest=rest)
        call.body, call.length = body, length
        return await self._ask(service, call)

    async def open(self, service: str, target: str, *, identity: bytes) -> Answer:
        """An answer to be read piece by piece. Raises what the visitor may read: BadGateway, Busy."""
        call = self._call(service, "GET", target, identity=identity, repeatable=True)
        return await self._upstreams[service].ask(call)

    def _call(
        self,
        service: str,
        method: str,
        target: str,
        *,
        identity: bytes | None = None,
        rest: bytes = b"",
        repeatable: bool = False,
    ) -> Call:
        correlation = accept(None, None)
        token = identity or self._identify(service)
        request_id = correlation.request_id.encode()
        head = (
            b"%b %b HTTP/1.1\r\nhost: %b\r\naccept: application/json\r\n"
            b"x-autotrack-identity: %b\r\nx-autotrack-exchange: %b\r\nx-request-id: %b\r\ntraceparent: %b\r\n%b\r\n"
        ) % (
            method.encode(),
            target.encode(),
            self._upstreams[service].authority.encode(),
            token,
            bind(token, method, target.encode()),
            request_id,
            correlation.traceparent.encode(),
            rest,
        )
        return Call(method, head, repeatable=repeatable, request_id=request_id)

    async def _ask(self, service: str, call: Call) -> tuple[int, bytes]:
        try:
            answer = await self._upstreams[service].ask(call)
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
