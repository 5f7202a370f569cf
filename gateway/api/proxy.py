"""The way through the gateway: a bare ASGI application in front of its own few routes.

Every request passes here: route, rate, admission, and then either our own FastAPI or a service.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import structlog

from gateway.api.answering import Answering, Receive, Scope, Send
from gateway.api.cycle import Cycle
from gateway.api.inbound import Inbound
from gateway.api.straight import Errand, pass_on
from gateway.clients.connection import Answer, UpstreamBroken
from gateway.clients.upstream import Call
from gateway.domain.cors import preflight_headers
from gateway.domain.peers import bucket, client_ip
from gateway.domain.rates import BY_ADDRESS, RateClass, rate_class
from gateway.domain.routes import Methods, Route
from gateway.domain.targets import canonical
from gateway.errors import BadGateway, Broken, MalformedRequest
from gateway.settings import SERVICES, Settings
from gateway.storage.verified import Minted
from gateway.usecases.admit import Asker, admit, admit_at_once
from gateway.usecases.work import Work
from shared.errors import AppError, MethodNotAllowed, NotFound, PayloadTooLarge, TooMany
from shared.http.deadline import DEADLINE
from shared.observe.correlation import begin

log = structlog.get_logger()

OWN = "gateway"
ASSISTANT = "ai"
SETTINGS = "/api/settings"
UPLOADS = frozenset({"/api/documents", "/api/imports"})
PASSPORTS = "/api/passports/verify"
"""A history of ten years is larger than what else is said in JSON, and a bundle holds papers."""
SAFE = frozenset({"GET", "HEAD"})
SMALL_BODY = 64 * 1024
PROBES = frozenset({b"/livez", b"/readyz"})
"""A balancer's, which must not wait behind the people it sends: an allowance of their own."""

Own = Callable[[Scope, Receive, Send], Awaitable[None]]


class CallerGone(Exception):
    """Nobody is left to answer."""


class Gateway:
    def __init__(self, work: Work, own: Any) -> None:
        self._work = work
        self._own: Own = own
        self.state = own.state
        settings = work.settings
        self._origins = frozenset(origin.encode() for origin in settings.cors_origins)
        self._trusted = settings.trusted_proxies
        self._scheme = b"https" if settings.public_url.startswith("https:") else b"http"
        self._deadlines = {
            name: b"%b: %g\r\n" % (DEADLINE.encode(), _patience(settings, name))
            for name in SERVICES
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._own(scope, receive, send)
            return
        inbound = Inbound(scope["headers"])
        answering = Answering(scope, send, inbound, self._origins, self._work)
        await self._in_any_case(answering, self._answer(scope, receive, answering))

    async def _in_any_case(self, answering: Answering, work: Awaitable[None]) -> None:
        """Whatever becomes of the work, there is an answer, or nobody left to read one."""
        try:
            await work
        except AppError as refusal:
            await answering.refuse(refusal)
        except CallerGone:
            answering.is_gone = True
        except asyncio.CancelledError:
            if not answering.is_gone:
                raise
        except UpstreamBroken as broken:
            log.warning("upstream.broken", reason=str(broken), route=answering.template)
            await answering.refuse(BadGateway())
        except Exception as error:
            log.exception("request.failed", error=type(error).__name__)
            await answering.refuse(Broken())
        finally:
            answering.done()

    async def _answer(self, scope: Scope, receive: Receive, answering: Answering) -> None:
        inbound = answering.inbound
        path = canonical(scope["raw_path"])
        methods = self._work.routes.find(path)
        ip = self._ip(scope, inbound)
        self._count(RateClass.PROBE if path in PROBES else RateClass.IP, ip, answering)
        if methods is None:
            raise NotFound
        method = scope["method"]
        if method == "OPTIONS":
            await self._preflight(methods, answering)
            return
        route = methods.get(method) or (methods.get("GET") if method == "HEAD" else None)
        if route is None:
            raise MethodNotAllowed(headers={"Allow": _allow(methods)})
        answering.template = route.template
        strict = rate_class(method, path)
        if strict in BY_ADDRESS:
            self._count(strict, ip, answering)
        minted = await admit(self._work, route=route, asker=_asker(ip, inbound))
        if minted.user_key is not None:
            self._count_person(minted.user_key, minted.behind, strict, answering)
        if route.service == OWN:
            await self._answer_ourselves(scope, receive, answering, path, minted)
        else:
            errand = Errand(scope, answering, route, path, ip, minted)
            await self._pass_on(errand, receive)

    def straight(self, cycle: Cycle) -> bool:
        """Pass a read of somebody we know on, if that needs no wait (`straight.py`); if not, nothing has happened."""
        scope: Any = cycle.scope
        work = self._work
        path = canonical(scope["raw_path"])
        route = (work.routes.find(path) or {}).get(scope["method"])
        if route is None or route.method != "GET" or route.service == OWN:
            return False
        if rate_class("GET", path) is not None:
            return False
        inbound = Inbound(scope["headers"])
        ip = self._ip(scope, inbound)
        minted = admit_at_once(work, route=route, asker=_asker(ip, inbound))
        if minted is None or minted.user_key is None:
            return False
        answering = Answering(scope, _unsent, inbound, self._origins, work)
        answering.template = route.template
        errand = Errand(scope, answering, route, path, ip, minted)
        try:
            self._count(RateClass.IP, ip, answering)
            self._count_person(minted.user_key, minted.behind, None, answering)
        except TooMany as refusal:
            self.go_on(cycle, answering, partial(answering.refuse, refusal))
        else:
            pass_on(self, cycle, errand, work.upstreams[route.service], self.call(errand))
        return True

    def go_on(
        self, cycle: Cycle, answering: Answering, work: Callable[[], Awaitable[None]]
    ) -> None:
        """What is left to do of a request that came the straight way, in a task."""

        async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
            if answering.is_gone:  # before its turn came
                answering.done()
                return
            answering.watch_caller()
            await self._in_any_case(answering, work())

        cycle.protocol.start(cycle, app)

    def _ip(self, scope: Scope, inbound: Inbound) -> str:
        client = scope.get("client")
        peer = client[0] if client else "0.0.0.0"  # noqa: S104 - an address nobody has
        return client_ip(peer, inbound.forwarded_for, self._trusted)

    def _count(self, name: RateClass, asker: str, answering: Answering) -> None:
        rate = self._work.rates[name]
        key = bucket(asker) if name in BY_ADDRESS else asker
        verdict = self._work.rate_store.take(rate, key, time.monotonic())
        answering.rate, answering.verdict = rate, verdict
        if not verdict.allowed:
            self._work.metrics.rate_refusals.labels(name.value).inc()
            raise TooMany(headers={"Retry-After": str(verdict.retry_seconds)})

    def _count_person(
        self,
        user: str,
        behind: Mapping[str, str] | None,
        strict: RateClass | None,
        answering: Answering,
    ) -> None:
        """An API key has an allowance of its own within the person's; the log names it, or who acts for them."""
        answering.user_key = user
        self._count(RateClass.USER, user, answering)
        if behind is not None:
            answering.behind = behind
            if "key_id" in behind:
                self._count(RateClass.KEY, behind["key_id"], answering)
        if strict is not None and strict not in BY_ADDRESS:
            self._count(strict, user, answering)

    async def _preflight(self, methods: Methods, answering: Answering) -> None:
        noted = answering.inbound.noted
        headers = [(b"allow", _allow(methods).encode())]
        origin = noted.get(b"origin")
        if origin is not None:
            headers += preflight_headers(origin, self._origins)
        await answering.whole(204, headers, b"")

    async def _answer_ourselves(
        self, scope: Scope, receive: Receive, answering: Answering, path: bytes, minted: Minted
    ) -> None:
        correlation = answering.inbound.correlation
        begin(correlation.request_id, correlation.traceparent)
        scope = {**scope, "path": path.decode(), "raw_path": path}
        scope["autotrack.caller"] = minted.caller
        if scope["method"] == "HEAD":
            scope["method"] = "GET"  # the server leaves the body out
        answering.watch_caller()
        await self._own(scope, receive, answering.relay)

    async def _pass_on(self, errand: Errand, receive: Receive) -> None:
        call = self.call(errand)
        if call.length or errand.answering.inbound.is_chunked:
            await self._prepare_body(call, receive, errand.route)
        await self.ask(errand, call)

    def call(self, errand: Errand) -> Call:
        """The request as its service gets it, without its body."""
        route, inbound = errand.route, errand.answering.inbound
        call = Call(
            route.method,
            self._head(errand),
            length=inbound.length,
            repeatable=_repeatable(route, inbound),
            request_id=inbound.correlation.request_id.encode(),
        )
        if route.service == ASSISTANT:
            call.first_byte = _patience(self._work.settings, ASSISTANT)
        return call

    async def ask(self, errand: Errand, call: Call, *, begun: Answer | None = None) -> None:
        """Ask the service, if that has not `begun`, and pass its answer on."""
        answering, route, user = errand.answering, errand.route, errand.minted.user_key
        answering.watch_caller()
        try:
            answer = await self._work.upstreams[route.service].ask(call, begun=begun)
        finally:
            if user is not None and _changes_settings(route):
                self._work.zones.doubt(user)
        await self.relay(answer, answering)

    async def relay(self, answer: Answer, answering: Answering) -> None:
        """Pass an answer on whose head is here."""
        try:
            await answering.pass_head(answer)
            if answering.is_headless:
                await answering.body(b"", more=False)
                return  # a stream would never end for whoever wants to know only that it is there
            while True:
                piece = await answer.read()
                last = answer.is_read
                await answering.body(piece, more=not last)
                if last:
                    return
        finally:
            answer.abort()

    def _head(self, errand: Errand) -> bytes:
        """The request's first line and headers as the service gets them; its framing is ours alone."""
        scope, answering, route, path, ip, minted = errand
        inbound, upstream = answering.inbound, self._work.upstreams[route.service]
        noted, correlation = inbound.noted, inbound.correlation
        length, is_chunked = inbound.length, inbound.is_chunked
        query = scope["query_string"]
        target = b"%b?%b" % (path, query) if query else path
        lines = [
            b"%b %b HTTP/1.1\r\nhost: %b\r\n"
            % (route.method.encode(), target, upstream.host_header),
            b"x-autotrack-identity: %b\r\nx-autotrack-exchange: %b\r\n"
            % (minted.token, minted.binder.bind(route.method, target)),
            b"x-request-id: %b\r\ntraceparent: %b\r\n"
            % (correlation.request_id.encode(), correlation.traceparent.encode()),
            b"x-forwarded-for: %b\r\nx-forwarded-proto: %b\r\nx-forwarded-host: %b\r\n"
            % (ip.encode(), self._scheme, noted.get(b"host", b"")),
        ]
        if not is_chunked and (length or 0) <= SMALL_BODY:
            lines.append(self._deadlines[route.service])  # a slow upload is the caller's time
        lines += [b"%b: %b\r\n" % header for header in inbound.passed]
        if is_chunked:
            lines.append(b"transfer-encoding: chunked\r\n")
        elif length is not None:
            lines.append(b"content-length: %d\r\n" % length)
        if route.service == "auth" and b"cookie" in noted:
            lines.append(b"cookie: %b\r\n" % noted[b"cookie"])
        lines.append(b"\r\n")
        return b"".join(lines)

    async def _prepare_body(self, call: Call, receive: Receive, route: Route) -> None:
        """A small whole body goes out with the head; anything else is passed on as it comes."""
        settings = self._work.settings
        most = _largest(settings, route)
        length = call.length
        if length is not None and length > most:
            raise PayloadTooLarge
        call.body = _body(receive, most)
        if length is not None and length <= SMALL_BODY:
            body = b"".join([piece async for piece in call.body])
            if len(body) != length:
                raise MalformedRequest
            call.head += body
            call.body = None


def _patience(settings: Settings, service: str) -> float:
    """Seconds until the first byte of a service's answer."""
    return (
        settings.assistant_first_byte_seconds
        if service == ASSISTANT
        else settings.first_byte_seconds
    )


def _largest(settings: Settings, route: Route) -> int:
    """Bytes of a body."""
    if route.method == "POST" and route.template in UPLOADS:
        return settings.max_upload_bytes
    if route.method == "POST" and route.template.startswith(PASSPORTS):
        return settings.max_passport_bytes
    return settings.max_json_bytes


def _changes_settings(route: Route) -> bool:
    return route.method not in SAFE and route.template.startswith(SETTINGS)


def _repeatable(route: Route, inbound: Inbound) -> bool:
    """Reads, and what carries a key where its route says that the service keeps the first answer under it."""
    return route.method in SAFE or (route.replayable and b"idempotency-key" in inbound.noted)


async def _body(receive: Receive, most: int) -> AsyncIterator[bytes]:
    """The caller's body, piece by piece. Raises PayloadTooLarge and CallerGone."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallerGone
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if size > most:
            raise PayloadTooLarge
        yield piece
        if not message.get("more_body", False):
            return


async def _unsent(_message: Any) -> None:
    """The `send` of what has a cycle to write to."""


def _asker(ip: str, inbound: Inbound) -> Asker:
    return Asker(ip, inbound.user_agent, inbound.noted.get(b"authorization"))


def _allow(methods: Methods) -> str:
    names = set(methods) | {"OPTIONS"}
    if "GET" in names:
        names.add("HEAD")
    return ", ".join(sorted(names))
