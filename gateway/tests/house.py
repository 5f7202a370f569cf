"""A small house behind the gateway: one real HTTP server that plays all six services."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import uvicorn

from gateway.domain.routes import Route, RouteTable
from gateway.settings import SERVICES, Settings
from shared.contracts.features import ALLOWS, OPENS, Plan
from shared.contracts.scopes import Scope, including, scope_of
from shared.http.access import OpenTo
from shared.http.identity import Caller, IdentityVerifier
from shared.security.api_keys import fingerprint, new_api_key
from shared.security.tokens import (
    PrivateKey,
    load_private,
    load_public,
    new_private_pem,
    public_pem,
    sign,
)

USER_PEM = new_private_pem()
GATEWAY_PEM = new_private_pem()
USER_KEY = load_private(USER_PEM)


def route(method: str, template: str, service: str = "vehicles", **how: Any) -> Route:
    return Route(
        method,
        template,
        service,
        how.get("access", OpenTo.USER),
        how.get("feature"),
        how.get("scope") or scope_of(template, (method,)),
        how.get("personal", False),
        how.get("recent", False),
        how.get("replayable", False),
    )


ROUTES = [
    route("GET", "/api/vehicles"),
    route("POST", "/api/vehicles", replayable=True),
    route("GET", "/api/vehicles/stats"),
    route("GET", "/api/vehicles/{vehicle_id}"),
    route("PUT", "/api/vehicles/{vehicle_id}"),
    route("DELETE", "/api/vehicles/{vehicle_id}"),
    route("GET", "/api/garages", access=OpenTo.PUBLIC),
    route("GET", "/api/garages/chat", access=OpenTo.PUBLIC),
    route("POST", "/api/guest/readings", access=OpenTo.PUBLIC),
    route("POST", "/api/passports/verify", access=OpenTo.PUBLIC),
    route("POST", "/api/passports/verify/bundle", access=OpenTo.PUBLIC),
    route("POST", "/api/imports"),
    route("POST", "/api/auth/login", "auth", access=OpenTo.PUBLIC),
    route("POST", "/api/auth/token/refresh", "auth", access=OpenTo.PUBLIC),
    route("GET", "/api/auth/users", "auth", access=OpenTo.ADMIN, personal=True),
    route("GET", "/api/auth/me", "auth", scope=Scope.PROFILE_READ),
    route("DELETE", "/api/auth/me", "auth", personal=True),
    route("POST", "/api/auth/logout", "auth"),
    route("PATCH", "/api/settings/me", "auth"),
    route("POST", "/api/subscriptions/cancel", "billing", personal=True),
    route("POST", "/api/webhooks/stripe", "billing", access=OpenTo.PUBLIC),
    route("GET", "/internal/entitlements", "billing", access=OpenTo.INTERNAL),
    route("POST", "/api/documents", "documents"),
    route("GET", "/api/documents/{document_id}/file", "documents"),
    route("GET", "/api/exports/{export_id}/file", "documents", personal=True, recent=True),
    route("POST", "/api/documents/{document_id}/analyze", "documents", feature="documents.ocr"),
    route("POST", "/api/ai-assistant/assistant/diagnostic", "ai", feature="ai.diagnosis"),
    route("POST", "/api/ai-assistant/assistant/chat", "ai", feature="ai.chat"),
    *(
        route("GET", path, "gateway", access=OpenTo.PUBLIC)
        for path in (
            "/livez",
            "/readyz",
            "/openapi.json",
            "/asyncapi.json",
            "/docs",
            "/docs/{name}",
            "/status",
            "/status/now",
            "/status/{name}",
            "/api/health",
            "/api/health/db",
            "/api/health/broker",
            "/api/health/mail",
            "/api/health/stripe",
            "/api/health/openai",
        )
    ),
    route("GET", "/api/events/stream", "gateway"),
    route("GET", "/pages/account.css", "gateway", access=OpenTo.PUBLIC),
    *(
        route(method, path, "gateway", access=OpenTo.PUBLIC)
        for path in (
            *("/forgot-password", "/reset-password", "/revert-email", "/export"),
            *("/guest", "/passport"),
        )
        for method in ("GET", "POST")
    ),
]


class House:
    """What the services would answer, and what they were asked."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[tuple[str, str]] = []
        self.keys: list[PrivateKey] = [USER_KEY]
        self.entitlements: dict[UUID, dict[str, Any]] = {}
        self.revocations: list[dict[str, str]] = []
        self.zones: list[dict[str, Any]] = []
        self.api_keys: dict[str, dict[str, Any]] = {}
        self.proven: set[str] = set()
        """Sessions whose owner has just proven to be there."""
        self.down: set[str] = set()
        self.backlog: dict[str, Any] = {"waiting": 0, "seconds": 0.0, "dead": 0}
        self.mail: dict[str, Any] = {"up": True, "delayed": 0, "last_sent_at": None}
        self.gone: list[str] = []
        self.fails = 0
        self.fail_status = 503
        self.slow = asyncio.Event()
        self.links: dict[str, tuple[int, dict[str, Any]]] = {}
        """What vehicles would answer to the pages of visitors, by path."""
        self.told: list[dict[str, Any]] = []
        """What it was told by them, and as whom."""
        self._verifiers = {name: IdentityVerifier(name, _gateway_keys()) for name in SERVICES}

    def give(self, user_id: UUID, plan: Plan, version: int = 1) -> None:
        self.entitlements[user_id] = {
            "user_id": str(user_id),
            "version": version,
            "plan": plan.value,
            "status": "active",
            "features": sorted(OPENS[plan]),
            "limits": {name.value: value for name, value in ALLOWS[plan].items()},
        }

    def give_key(self, user_id: UUID, *scopes: Scope, **changes: Any) -> str:
        """A personal API key, as auth knows it."""
        key = new_api_key()
        self.api_keys[fingerprint(key)] = {
            "key_id": str(uuid4()),
            "user_id": str(user_id),
            "scopes": sorted(including(scopes)),
            "roles": ["user"],
            "language": "fr",
            "expires_at": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
            **changes,
        }
        return key

    def count(self, path: str) -> int:
        return sum(1 for _, asked in self.asked if asked == path)

    def caller(self, scope: Any) -> tuple[str, Caller] | None:
        """Which service the request's identity is good for, and whom it names."""
        for name, verifier in self._verifiers.items():
            try:
                return name, verifier.identify(scope)
            except Exception:  # noqa: BLE001, S112 - any refusal means: not this one
                continue
        return None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        path = scope["path"]
        self.asked.append((scope["method"], path))
        answer = getattr(self, "_" + path.strip("/").replace("/", "_").replace("-", "_"), None)
        if path in self.links:
            await self._tell_visitor(scope, receive, send)
        elif path.endswith("/file"):
            await self._file(scope, receive, send)
        elif path.endswith("/chat"):
            await self._chat(scope, receive, send)
        elif path.startswith(("/internal", "/.well-known")):
            await self._tell_gateway(scope, send)
        elif answer is not None:
            await answer(scope, receive, send)
        else:
            await self._echo(scope, receive, send)

    async def _tell_gateway(self, scope: Any, send: Any) -> None:
        path: str = scope["path"]
        known: dict[str, Any] = {
            "/internal/entitlements": {
                "results": list(self.entitlements.values()),
                "cursor": "1",
            },
            "/internal/backlog": self.backlog,
            "/internal/health/stripe": {"up": True},
            "/internal/health/openai": {"up": True},
            "/internal/health/mail": self.mail,
            "/internal/revocations": {
                "results": self.revocations,
                "zones": self.zones,
                "cursor": "1",
            },
        }
        if self.caller(scope) is None:
            await _json(send, {"code": "unauthorized"}, 401)
        elif any(name in path for name in self.down):
            await _json(send, {"code": "unavailable"}, 500)
        elif path.startswith("/.well-known"):
            await _json(send, {"keys": [key.public.jwk for key in self.keys]})
        elif path in known:
            await _json(send, known[path])
        elif path.startswith("/internal/sessions/"):
            await _json(send, {"is_recent": path.rpartition("/")[2] in self.proven})
        elif path.startswith("/internal/api-keys/"):
            key = self.api_keys.get(path.rpartition("/")[2])
            await _json(send, key or {}, 200 if key else 404)
        else:
            found = self.entitlements.get(UUID(path.rpartition("/")[2]))
            await _json(send, found or {}, 200 if found else 404)

    async def _tell_visitor(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        who = self.caller(scope)
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        self.told.append(
            {
                "path": scope["path"],
                "query": scope["query_string"].decode(),
                "body": body,
                "user": who[1].user_id if who else "nobody we know",
                "language": headers.get("accept-language"),
                "kind": headers.get("content-type"),
            }
        )
        status, document = self.links[scope["path"]]
        await _json(send, document, status)

    async def _readyz(self, scope: Any, receive: Any, send: Any) -> None:
        await _json(send, {"ready": True, "reason": None})

    async def _file(self, scope: Any, receive: Any, send: Any) -> None:
        """As many megabytes as the query says."""
        megabytes = int(scope["query_string"] or b"1")
        length = str(megabytes * 1024 * 1024).encode()
        headers = [
            (b"content-type", b"application/pdf"),
            (b"content-length", length),
            (b"content-security-policy", b"default-src 'none'; sandbox"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for number in range(megabytes * 16):
            last = number == megabytes * 16 - 1
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": not last})

    async def _chat(self, scope: Any, receive: Any, send: Any) -> None:
        """A word now, and then one whenever `slow` is set; notes when nobody listens any more."""
        while (await receive()).get("more_body"):
            pass
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"data: one\n\n", "more_body": True})
        gone = asyncio.ensure_future(receive())
        going_on = asyncio.ensure_future(self.slow.wait())
        await asyncio.wait({gone, going_on}, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            self.gone.append(scope["path"])
        else:
            await send({"type": "http.response.body", "body": b"data: two\n\n", "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        gone.cancel()
        going_on.cancel()

    async def _echo(self, scope: Any, receive: Any, send: Any) -> None:
        """Say what arrived."""
        if self.fails:
            self.fails -= 1
            await _json(send, {"code": "broken"}, self.fail_status)
            return
        body, size, more = b"", 0, True
        while more:
            message = await receive()
            piece = message.get("body", b"")
            size += len(piece)
            body += piece if size < 4_000_000 else b""
            more = message.get("more_body", False)
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        who = self.caller(scope)
        document = {
            "method": scope["method"],
            "path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "headers": headers,
            "body": body.hex() if size < 100_000 else size,
            "service": who[0] if who else None,
            "user": str(who[1].user_id) if who and who[1].user_id else None,
            "plan": who[1].plan.value if who else None,
            "roles": sorted(who[1].roles) if who else None,
            "scopes": sorted(who[1].scopes) if who and who[1].scopes is not None else None,
            "behind": who[1].behind if who else None,
            "zone": who[1].zone if who else None,
        }
        extra = [
            (b"set-cookie", b"a=1"),
            (b"set-cookie", b"b=2"),
            (b"server", b"secret/1.0"),
            (b"x-internal-note", b"kept"),
            (b"connection", b"x-internal-note"),
        ]
        await _json(send, document, 200, extra)


def _gateway_keys() -> dict[str, Any]:
    key = load_public(public_pem(GATEWAY_PEM))
    return {key.kid: key}


async def _json(
    send: Any, document: Any, status: int = 200, extra: list[tuple[bytes, bytes]] | None = None
) -> None:
    body = orjson.dumps(document)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *(extra or []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def served(app: Any, **options: Any) -> AsyncIterator[int]:
    """The app on a real port of this machine, in this event loop."""
    port = free_port()
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
        **{"http": "httptools", "ws": "none", **options},
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.get_running_loop().create_task(server._serve())
    while not server.started:
        if task.done():
            task.result()
        await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        await task


def settings_for(port: int, **changes: Any) -> Settings:
    url = f"http://127.0.0.1:{port}"
    facts: dict[str, Any] = {
        "environment": "test",
        "internal_private_key": GATEWAY_PEM,
        "rate_ip": 1_000_000,
        "rate_user": 1_000_000,
        "rate_credential": 1_000_000,
        "rate_visitor": 1_000_000,
        "cors_origins": "https://app.example.org",
        "poll_seconds": 0.2,
        **{f"{name}_url": url for name in SERVICES},
        **changes,
    }
    return Settings(**facts)


def claims(now: float, **changes: Any) -> dict[str, Any]:
    said = {
        "iss": "autotrack",
        "aud": "autotrack-api",
        "sub": str(uuid4()),
        "sid": str(uuid4()),
        "jti": str(uuid4()),
        "roles": [],
        "lang": "fr",
        "iat": int(now),
        "exp": int(now) + 600,
    }
    return {name: value for name, value in {**said, **changes}.items() if value is not None}


def token(now: float, *, key: PrivateKey = USER_KEY, typ: str = "at+jwt", **changes: Any) -> str:
    return sign(claims(now, **changes), key, typ=typ)


TABLE = RouteTable(ROUTES)
