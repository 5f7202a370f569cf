"""A real mail server on a loopback port: the mailbox simulator."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from deploy.simulators.mailbox.app import Mailbox
from deploy.simulators.mailbox.app import create_app as create_mailbox
from services.notifications.main import create_app
from services.notifications.settings import Settings
from shared.clock import FixedClock


@pytest.fixture(scope="session")
def service_name() -> str:
    return "notifications"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def mail_server() -> AsyncIterator[Mailbox]:
    app = create_mailbox()
    async with app.router.lifespan_context(app):
        yield app.state.mailbox


@pytest.fixture
def mailbox(mail_server: Mailbox) -> Mailbox:
    """Empty and in order."""
    mail_server.store.delete([])
    mail_server.faults.set(None)
    return mail_server


@pytest.fixture(scope="session")
def make_app(mail_server: Mailbox) -> Callable[..., Any]:
    def make(settings_env: dict[str, Any], clock: FixedClock) -> Any:
        ours: dict[str, Any] = {
            "smtp_port": mail_server.smtp_port,
            "smtp_timeout": 2,
            "web_url": "https://app.example.org",
        }
        return create_app(Settings(**ours | settings_env), clock=clock)

    return make


@pytest.fixture
def told(
    hear: Callable[..., Awaitable[None]], run_jobs: Callable[..., Awaitable[int]]
) -> Callable[..., Awaitable[None]]:
    """Awaited with events, delivers them and sends the mails that follow."""

    async def tell(*events: Any, times: int = 1) -> None:
        for event in events:
            await hear(event, times=times)
        await run_jobs()

    return tell
