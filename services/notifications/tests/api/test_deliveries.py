from collections.abc import Awaitable, Callable

import pytest

from deploy.simulators.mailbox.app import Mailbox
from deploy.simulators.mailbox.faults import Fault, FaultKind
from services.notifications.tests.factories import make_account, make_code, make_reminder
from shared.clock import FixedClock
from shared.testing.client import Callers

pytestmark = pytest.mark.fresh_app  # a breaker remembers


Tell = Callable[..., Awaitable[None]]
PATH = "/api/deliveries"


@pytest.fixture
async def some(told: Tell, mailbox: Mailbox, clock: FixedClock) -> None:
    await told(make_account(), make_reminder())
    mailbox.faults.set(Fault(kind=FaultKind.REFUSE))
    clock.move(minutes=1)
    await told(make_code(clock.now()))


async def test_what_was_sent_when_and_how(call: Callers, some: None) -> None:
    results = (await call.free.get(PATH)).json()["results"]
    told = [(row["type"], row["channel"], row["state"]) for row in results]
    assert told[0] == ("code", "mail", "pending")
    assert set(told) == {
        ("code", "mail", "pending"),
        ("code", "inbox", "skipped"),
        ("reminder_due", "mail", "sent"),
        ("reminder_due", "inbox", "sent"),
        ("welcome", "mail", "sent"),
        ("welcome", "inbox", "skipped"),
    }
    assert {row["address"] for row in results} == {None, "c•••@example.org"}


async def test_no_secret_is_in_it(call: Callers, some: None) -> None:
    text = (await call.free.get(PATH)).text
    assert "042917" not in text
    assert "chloe@" not in text


@pytest.mark.parametrize(
    ("query", "count"),
    [("?channel=mail", 3), ("?state=pending", 1), ("?type=welcome&channel=mail", 1)],
)
async def test_filters(call: Callers, some: None, query: str, count: int) -> None:
    assert (await call.free.get(PATH + query)).json()["count"] == count


@pytest.mark.parametrize("query", ["?channel=pigeon", "?state=lost", "?type=gossip"])
async def test_nonsense_is_refused(call: Callers, query: str) -> None:
    assert (await call.free.get(PATH + query)).status_code == 422


async def test_ones_own_only(call: Callers, some: None) -> None:
    assert (await call.other.get(PATH)).json()["count"] == 0
    assert (await call.anonymous.get(PATH)).status_code == 401
