"""The only place where the gateway's settings, memory, clients, routes and consumers meet."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import structlog
from fastapi import Depends, FastAPI

from gateway.api import routers
from gateway.api.guard import GuardProtocol
from gateway.api.operations import operations_of
from gateway.api.proxy import Gateway
from gateway.clients.feeds import Feeds
from gateway.clients.internal import InternalClient
from gateway.clients.keys import UserKeys
from gateway.clients.upstream import Patience, Upstream, Upstreams
from gateway.consumers import consumers
from gateway.domain.routes import RouteTable
from gateway.settings import SERVICES, Settings
from gateway.storage.gauges import GatewayMetrics
from gateway.storage.route_table import read_route_table
from gateway.storage.service_tokens import ServiceTokens
from gateway.usecases.feeds import follow
from gateway.usecases.listening import listening
from gateway.usecases.work import Work
from shared.clock import Clock, DemoClock, SystemClock
from shared.http.app import operation_id
from shared.http.errors import install_error_handlers
from shared.http.identity import enforce_access
from shared.observe.access_log import AccessLog
from shared.process import Loop, Readiness, cancelled, serve
from shared.security.tokens import load_private
from shared.settings import Environment

log = structlog.get_logger()

SERVER: dict[str, Any] = {"http": GuardProtocol, "ws": "none", "proxy_headers": False}
"""For uvicorn, which would otherwise believe any X-Forwarded-For that comes from this machine."""


def create_app(
    settings: Settings | None = None,
    *,
    routes: RouteTable | None = None,
    clock: Clock | None = None,
) -> Gateway:
    settings = settings or Settings()
    work = build_work(settings, routes or read_route_table(), clock or _clock(settings))
    own = create_own_app(work)
    gateway = Gateway(work, own)
    own.state.straight = gateway.straight
    return gateway


def build_work(settings: Settings, routes: RouteTable, clock: Clock) -> Work:
    signing_key = load_private(settings.private_pem)
    upstreams = Upstreams({name: _upstream(settings, name) for name in SERVICES})
    internal = InternalClient(upstreams, ServiceTokens(signing_key).for_service)
    return Work(
        settings=settings,
        clock=clock,
        routes=routes,
        upstreams=upstreams,
        signing_key=signing_key,
        internal=internal,
        user_keys=UserKeys(internal),
        feeds=Feeds(internal),
        metrics=GatewayMetrics(),
        access_log=AccessLog(settings.service, settings.log_level),
        rates=settings.rates(),
    )


def create_own_app(work: Work) -> FastAPI:
    """The few routes that the gateway answers itself."""
    readiness = Readiness()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with AsyncExitStack() as stack:
            stack.callback(work.upstreams.close)
            stack.callback(work.access_log.flush)
            background = [
                Loop("upstreams", work.upstreams.sweep),
                Loop("feeds", partial(follow, work)),
            ]
            if isinstance(work.clock, DemoClock):
                background.append(Loop("clock", work.clock.follow))
            stack.push_async_callback(cancelled, *(loop.task for loop in background))
            if work.settings.broker_url.get_secret_value():
                await stack.enter_async_context(listening(work, consumers))
            work.background = background
            log.info("process.ready", routes=len(work.routes.routes))
            # for the guard, which ends connections while draining, and knows the shorter way
            yield {"readiness": readiness, "straight": app.state.straight}
            readiness.is_stopping = True

    app = FastAPI(
        title="AutoTrack",
        version=work.settings.version,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(enforce_access)],
        generate_unique_id_function=operation_id,
        redirect_slashes=False,
    )
    app.state.readiness = readiness
    app.state.operations = operations_of(work, readiness)
    app.state.work = work
    install_error_handlers(app)
    for router in routers:
        app.include_router(router)
    return app


def _upstream(settings: Settings, name: str) -> Upstream:
    url = urlsplit(settings.service_url(name))
    if url.scheme != "http" or not url.hostname:
        raise ValueError(f"AUTOTRACK_{name.upper()}_URL must be http://host:port")
    return Upstream(
        name,
        url.hostname,
        url.port or 80,
        patience=Patience(
            connect=settings.connect_seconds,
            first_byte=settings.first_byte_seconds,
            between_bytes=settings.between_bytes_seconds,
        ),
        most_at_once=settings.upstream_connections,
    )


def _clock(settings: Settings) -> Clock:
    if settings.clock_url and settings.environment is Environment.DEVELOPMENT:
        return DemoClock(settings.clock_url)
    return SystemClock()


if __name__ == "__main__":
    serve(create_app, Settings(), **SERVER)
