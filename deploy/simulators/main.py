"""What AutoTrack does not own, in one program: payments, language model, sign-in provider,
recalls, mailbox and the demo's clock.

`python -m deploy.simulators.main`; each listens on its own port (settings.py), all live by one clock.
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from deploy.simulators.clock.app import create_app as create_clock
from deploy.simulators.clock.time import MovableClock
from deploy.simulators.mailbox.app import create_app as create_mailbox
from deploy.simulators.oidc.app import create_app as create_oidc
from deploy.simulators.openai.app import create_app as create_openai
from deploy.simulators.recalls.app import create_app as create_recalls
from deploy.simulators.settings import Settings
from deploy.simulators.stripe.app import create_app as create_stripe

STOP_SECONDS = 3


class Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """One program, several servers: main() hears the signals for all of them."""
        yield


def build_apps(settings: Settings) -> dict[int, FastAPI]:
    """Every simulator by the port it listens on."""
    clock = MovableClock()
    return {
        settings.clock_port: create_clock(clock),
        settings.mailbox_port: create_mailbox(
            clock=clock, smtp_host=settings.host, smtp_port=settings.smtp_port
        ),
        settings.stripe_port: create_stripe(
            clock=clock,
            webhook_url=settings.webhook_url,
            webhook_secret=settings.webhook_secret.get_secret_value(),
            public_url=settings.stripe_public_url
            or f"http://{settings.host}:{settings.stripe_port}",
        ),
        settings.openai_port: create_openai(),
        settings.recalls_port: create_recalls(),
        settings.oidc_port: create_oidc(
            clock,
            issuer=settings.oidc_public_url or f"http://{settings.host}:{settings.oidc_port}",
        ),
    }


async def run(settings: Settings) -> None:
    servers = [
        Server(
            uvicorn.Config(
                app,
                host=settings.host,
                port=port,
                access_log=False,
                log_level="warning",
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )
        for port, app in build_apps(settings).items()
    ]

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        async with asyncio.TaskGroup() as group:
            for server in servers:
                group.create_task(server.serve())
    finally:
        stop()


if __name__ == "__main__":
    asyncio.run(run(Settings()))
