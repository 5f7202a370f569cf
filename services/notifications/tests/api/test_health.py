from collections.abc import Awaitable, Callable

import pytest

from deploy.simulators.mailbox.app import Mailbox
from deploy.simulators.mailbox.faults import Fault, FaultKind
from services.notifications.tests.factories import make_account, make_reminder
from shared.clock import FixedClock
from shared.testing.client import Callers

pytestmark = pytest.mark.fresh_app  # a breaker remembers


Tell = Callable[..., Awaitable[None]]
HEALTH = "/internal/health/mail"


class TestMailHealth:
    async def test_mail_that_leaves_is_well(
        self, call: Callers, told: Tell, mailbox: Mailbox
    ) -> None:
        first = (await call.service.get(HEALTH)).json()
        assert first == {"up": True, "delayed": 0, "last_sent_at": None}
        await told(make_account())
        then = (await call.service.get(HEALTH)).json()
        assert (then["up"], then["delayed"]) == (True, 0)
        assert then["last_sent_at"]

    async def test_mail_that_the_server_keeps_refusing_is_not(
        self,
        call: Callers,
        told: Tell,
        mailbox: Mailbox,
        clock: FixedClock,
        run_jobs: Callable[..., Awaitable[int]],
    ) -> None:
        await told(make_account())
        mailbox.faults.set(Fault(kind=FaultKind.REFUSE))
        await told(make_reminder())
        for _ in range(3):
            clock.move(minutes=3)
            await run_jobs()
        told_now = (await call.service.get(HEALTH)).json()
        assert (told_now["up"], told_now["delayed"]) == (False, 1)
        assert (await call.service.get("/readyz")).status_code == 200

    async def test_only_the_house_may_ask(self, call: Callers) -> None:
        assert (await call.admin.get(HEALTH)).status_code == 403
