"""Running a program: supervised background tasks, and a server that stops without dropping anybody."""

import asyncio
import contextlib
import gc
import signal
import socket
import time
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any

import structlog
import uvicorn

from shared.observe.logging import configure_logging
from shared.settings import ServiceSettings

log = structlog.get_logger()
YOUNG_OBJECTS = 20_000
STEADY_SECONDS = 60.0
"""A loop that has run that long has recovered."""
TOO_OFTEN = 6
FIRST_REST = 0.5
LONGEST_REST = 15.0
"""Six restarts in a row, which is too often, take half a minute."""
_tasks: set[asyncio.Task[Any]] = set()


def supervised(work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
    """A background task that is kept from the garbage collector and whose unexpected end is logged."""
    task = asyncio.get_running_loop().create_task(work, name=name)
    _tasks.add(task)
    task.add_done_callback(_ended)
    return task


def _ended(task: asyncio.Task[Any]) -> None:
    _tasks.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error(
            "task.died", task=task.get_name(), error=type(error).__name__, reason=str(error)[:300]
        )


class Loop:
    """A task that a process is useless without: it begins again by itself, whatever ended it, after a growing pause.

    `run` makes one run of it, which returns only when it is told to stop. What it meets every day (a database that is away)
    it should bear itself; this is for what nobody thought of.
    """

    def __init__(
        self,
        name: str,
        run: Callable[[], Coroutine[Any, Any, None]],
        *,
        on_restart: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self.name = name
        self.restarts = 0
        self._run = run
        self._on_restart = on_restart
        self._in_a_row = 0
        self._began = time.monotonic()
        self.task = supervised(self._keep_running(), name=name)

    @property
    def is_well(self) -> bool:
        """Not ended, and not falling over again and again; a restart of the process may help where one of the loop does not."""
        is_steady = time.monotonic() - self._began > STEADY_SECONDS
        return not self.task.done() and (self._in_a_row < TOO_OFTEN or is_steady)

    async def _keep_running(self) -> None:
        while True:
            self._began = time.monotonic()
            try:
                await self._run()
            except asyncio.CancelledError as error:
                if _is_told_to_stop():
                    raise
                fault: BaseException = error  # a library's own
            except Exception as error:  # noqa: BLE001 - that is what it is for
                fault = error
            else:
                return
            await self._rest(fault)

    async def _rest(self, fault: BaseException) -> None:
        if time.monotonic() - self._began > STEADY_SECONDS:
            self._in_a_row = 0
        self._in_a_row += 1
        self.restarts += 1
        self._on_restart(self.name)
        log.error(
            "loop.restarted",
            loop=self.name,
            restarts=self.restarts,
            error=type(fault).__name__,
            reason=str(fault)[:300],
        )
        await asyncio.sleep(min(FIRST_REST * 2 ** (self._in_a_row - 1), LONGEST_REST))


def _is_told_to_stop() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def cancelled(*tasks: asyncio.Task[Any]) -> None:
    """Cancel and wait for the end."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task


class Readiness:
    """Whether this process wants traffic; false from the moment it is told to stop."""

    def __init__(self) -> None:
        self.is_stopping = False


class _Farewell:
    """While draining, every answer ends its connection: whoever keeps a pool has emptied it before we hang up."""

    def __init__(self, app: Any, readiness: Readiness) -> None:
        self._app = app
        self._readiness = readiness

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not self._readiness.is_stopping or scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def part(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"connection", b"close")]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, part)


class InnerServer(uvicorn.Server):
    """The inner port: a second listener in the same event loop, which says how the program is until its very end."""

    def __init__(self, app: Any, *, host: str, port: int) -> None:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            limit_concurrency=64,
            timeout_keep_alive=20,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)

    async def open(self) -> None:
        """Without uvicorn's loop, which we need for nothing. Ends the process when the port is taken."""
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        await self.startup()


class _DrainingServer(uvicorn.Server):
    """On SIGTERM: not ready at once, still serving for `drain` seconds, then uvicorn's own graceful end."""

    def __init__(
        self, config: uvicorn.Config, readiness: Readiness, drain: float, inner: "InnerServer"
    ) -> None:
        super().__init__(config)
        self._readiness = readiness
        self._drain = drain
        self._inner = inner

    def handle_exit(self, sig: int, _frame: FrameType | None) -> None:
        if self._readiness.is_stopping:
            self.force_exit = sig == signal.SIGINT
            return
        self._readiness.is_stopping = True
        log.info("process.draining", seconds=self._drain)
        loop = asyncio.get_running_loop()
        drain = 0.0 if sig == signal.SIGINT else self._drain
        loop.call_soon_threadsafe(loop.call_later, drain, self._leave)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await self._inner.open()
        _quiet_collector()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        await self._inner.shutdown()

    def _leave(self) -> None:
        self.should_exit = (
            True  # not super().handle_exit: it would end the process by signal, not with status 0
        )


def _quiet_collector() -> None:
    """What has been loaded by now lives as long as the process: the garbage collector need not look at it again.

    And it need not look at the young every 700 objects, which one request makes; both together are a twelfth of a gateway's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)


def serve(create_app: Callable[[Any], Any], settings: ServiceSettings, **options: Any) -> None:
    """Serve until SIGTERM. `options` go to uvicorn; of the app's state, `readiness` is this process's, `operations` its inner port's."""
    configure_logging(settings.service, settings.log_level)
    app = create_app(settings)
    readiness = getattr(app.state, "readiness", Readiness())
    config = uvicorn.Config(
        _Farewell(app, readiness),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=20,
        **{"http": "httptools", "timeout_keep_alive": 75, **options},
    )
    inner = InnerServer(
        app.state.operations, host=settings.operations_host, port=settings.inner_port
    )
    log.info(
        "process.starting",
        port=settings.port,
        inner_port=settings.inner_port,
        environment=settings.environment.value,
    )
    _DrainingServer(config, readiness, settings.drain_seconds, inner).run()
