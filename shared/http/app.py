"""One call gives a service its floor: health, metrics, errors, identity, logs, units of work, and its worker when it has that role."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.bus.listen import AnyListener
from shared.bus.schedule import Schedule
from shared.bus.work_queue import Job
from shared.bus.worker import Worker
from shared.clock import Clock, DemoClock, SystemClock
from shared.db.engine import build_engine
from shared.db.unit_of_work import MakeWork, UnitOfWork, work_opener
from shared.errors import AppError
from shared.http.deadline import seconds_of, within
from shared.http.errors import (
    SERVER_FAULT,
    install_error_handlers,
    problem_response,
    unexpected,
)
from shared.http.framework import route_template
from shared.http.identity import IdentityVerifier, enforce_access
from shared.http.operations import PROBES, Operations
from shared.http.operations import router as operations_router
from shared.http.shortcut import Shortcut
from shared.http.turns import Turns
from shared.observe import correlation
from shared.observe.access_log import AccessLog
from shared.observe.exposition import Exposition
from shared.observe.health import Health
from shared.observe.metrics import Metrics
from shared.observe.requests import UNMATCHED
from shared.process import Readiness, cancelled, supervised
from shared.security.tokens import load_public
from shared.settings import Environment, Role, ServiceSettings

log = structlog.get_logger()
W = TypeVar("W", bound=UnitOfWork)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
Resource = Callable[[], AbstractAsyncContextManager[Any]]


def operation_id(route: APIRoute) -> str:
    """Stable and readable: the endpoint function's own name."""
    return route.name


def create_service_app(
    settings: ServiceSettings,
    *,
    open_work: MakeWork[W],
    routers: Sequence[APIRouter],
    consumers: Sequence[AnyListener] = (),
    jobs: Sequence[Job[Any, Any] | Schedule[Any]] = (),
    on_start: Sequence[Resource] = (),
    clock: Clock | None = None,
) -> FastAPI:
    """`open_work(session, clock)` makes the service's Work; `on_start` are context managers held while the app runs."""
    clock = clock or _clock(settings)
    engine = build_engine(settings)
    metrics, readiness = Metrics(), Readiness()
    access_log = AccessLog(settings.service, settings.log_level)
    probe = build_engine(settings, pool_size=1)
    health = Health(probe, readiness)
    health.is_ready_by_loops = not settings.has(Role.WEB)
    operations = Operations(health, Exposition(metrics.registry), settings)
    worker = Worker(
        settings,
        engine,
        clock=clock,
        metrics=metrics,
        make_work=open_work,
        consumers=consumers,
        jobs=jobs,
    )

    running = _Running(
        settings,
        engines=[engine, probe],
        clock=clock,
        health=health,
        worker=worker,
        resources=[*on_start, access_log.written],
    )
    app = _bare_app(settings, running)
    app.state.readiness = readiness
    app.state.health = health
    app.state.operations = operations
    app.state.metrics = metrics
    app.state.clock = clock
    app.state.worker = worker
    app.state.turns = Turns(settings.pool_size)
    app.state.open_work = work_opener(engine, clock, open_work, on_commit=worker.wake)
    install_error_handlers(app)
    if settings.has(Role.WEB):
        for router in (*routers, operations_router):
            app.include_router(router)
        Shortcut.lay(app)
    keys = {key.kid: key for key in map(load_public, settings.internal_public_pems)}
    app.add_middleware(
        Floor,
        operations=operations,
        metrics=metrics,
        verifier=IdentityVerifier(settings.service, keys),
        log=access_log,
    )
    return app


def _bare_app(settings: ServiceSettings, running: "_Running") -> FastAPI:
    return FastAPI(
        title=f"AutoTrack {settings.service}",
        version=settings.version,
        lifespan=running.lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(enforce_access)],
        generate_unique_id_function=operation_id,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours are in `observe`
    )


@dataclass(frozen=True)
class _Running:
    """What is held while an app runs, taken up and given back in order."""

    settings: ServiceSettings
    engines: Sequence[AsyncEngine]
    clock: Clock
    health: Health
    worker: Worker
    resources: Sequence[Resource]

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if isinstance(self.clock, DemoClock):
                following = supervised(self.clock.follow(), name="clock")
                stack.push_async_callback(cancelled, following)
            for engine in self.engines:
                stack.push_async_callback(engine.dispose)
            for resource in self.resources:
                await stack.enter_async_context(resource())
            if self.settings.has(Role.WORKER):
                await stack.enter_async_context(self.worker.running(self.health))
            log.info("process.ready", roles=sorted(self.settings.roles))
            yield
            app.state.readiness.is_stopping = True


def _clock(settings: ServiceSettings) -> Clock:
    if settings.clock_url and settings.environment is Environment.DEVELOPMENT:
        return DemoClock(settings.clock_url)
    return SystemClock()


class _Left:
    """What of an answer has left."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.is_half = False

    def see(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.is_half = True
        else:
            self.is_half = message.get("more_body", False)


class Floor:
    """Outermost: correlation, the two probes, identity, one log line and the metrics of each request."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        operations: Operations,
        metrics: Metrics,
        verifier: IdentityVerifier,
        log: AccessLog,
    ) -> None:
        self._app = app
        self._operations = operations
        self._metrics = metrics
        self._verifier = verifier
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] in PROBES:
            await self._operations(scope, receive, send)
            return
        request = Request(scope)
        correlation.begin(request.headers.get("x-request-id"), request.headers.get("traceparent"))
        started, left = time.perf_counter(), _Left()

        async def watch(message: Message) -> None:
            left.see(message)
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", correlation.current().request_id.encode()),
                ]
            await send(message)

        try:
            scope["autotrack.caller"] = self._verifier.identify(scope)
            await within(seconds_of(scope), lambda part: self._app(scope, receive, part), watch)
        except AppError as refusal:
            await problem_response(refusal, request)(scope, receive, watch)
        except Exception as error:
            if left.is_half:
                raise  # nobody can mend half an answer: its connection ends here
            await self._mend(error, left, lambda answer: answer(scope, receive, watch), request)
        finally:
            self._note(scope, left.status or SERVER_FAULT, time.perf_counter() - started)

    @staticmethod
    async def _mend(
        error: Exception, left: _Left, say: Callable[[Response], Awaitable[None]], request: Request
    ) -> None:
        """The server would close the connection unannounced, and whoever asked next on it would pay for that."""
        if left.status == SERVER_FAULT:
            return  # noted where it was answered
        answer = await unexpected(request, error)
        if left.status is None:
            await say(answer)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_label(scope)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._metrics.requests.add(method, route, status, seconds)
        if not self._log.is_on:
            return
        caller = scope.get("autotrack.caller")
        self._log.add(
            correlation=correlation.current(),
            method=method,
            route=route,
            status=status,
            seconds=seconds,
            user_key=str(caller.user_id) if caller and caller.user_id else None,
            behind=(caller.behind or None) if caller else None,
        )


def route_label(scope: Scope) -> str:
    """The route's template, so that ids never become labels."""
    return route_template(scope) or UNMATCHED
