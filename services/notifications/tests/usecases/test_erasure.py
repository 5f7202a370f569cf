from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text

from deploy.simulators.mailbox.app import Mailbox
from deploy.simulators.mailbox.faults import Fault, FaultKind
from services.notifications.tests.factories import (
    CHLOE,
    NOW,
    make_account,
    make_code,
    make_notice,
    make_reminder,
)
from shared.clock import FixedClock
from shared.contracts.auth import AccountDeletionStarted, NoticeKind
from shared.contracts.erasure import AccountErased

Tell = Callable[..., Awaitable[None]]
GOING = AccountDeletionStarted(account_id=CHLOE, started_at=NOW)
OURS = ("contact", "notification", "delivery", "preferences")


async def whole_database(open_work: Any) -> str:
    async with open_work() as work:
        rows = []
        for table in OURS:
            found = await work.session.execute(text(f"SELECT t::text FROM {table} t"))  # noqa: S608 - our own names
            rows += [row for (row,) in found]
    return "\n".join(rows)


async def test_everything_about_the_account_goes(
    told: Tell, mailbox: Mailbox, call: Any, open_work: Any, emitted: Any
) -> None:
    await told(make_account(first_name="MARKERNAME", email="marker@example.org"))
    await told(make_reminder(vehicle_name="MARKERCAR"), make_notice(email="marker@example.org"))
    await call.free.put("/api/notification-preferences", json={})
    assert "MARKERCAR" in await whole_database(open_work)
    await told(GOING, times=2)
    left = await whole_database(open_work)
    assert "marker" not in left.lower()
    assert str(CHLOE) not in left
    [erased] = await emitted(AccountErased)
    assert (erased.account_id, erased.service) == (CHLOE, "notifications")


async def test_late_events_find_it_gone(
    told: Tell, mailbox: Mailbox, open_work: Any, clock: FixedClock
) -> None:
    await told(GOING, make_account(), make_reminder(), make_code(clock.now()))
    assert mailbox.store.newest_first() == []
    assert "example.org" not in await whole_database(open_work)


async def test_the_farewell_is_sent_and_then_forgotten(
    told: Tell, run_jobs: Any, mailbox: Mailbox, open_work: Any, clock: FixedClock
) -> None:
    mailbox.faults.set(Fault(kind=FaultKind.REFUSE, times=1))
    await told(make_account())
    farewell = make_notice(NoticeKind.ACCOUNT_DELETED, email="marker@example.org", facts={})
    mailbox.faults.set(Fault(kind=FaultKind.REFUSE))
    await told(farewell, GOING)
    mailbox.faults.set(None)
    clock.move(seconds=10)
    await run_jobs()
    assert mailbox.store.newest_first()[0].subject == "Votre compte AutoTrack est supprimé"
    assert "marker" not in await whole_database(open_work)


async def test_a_farewell_that_comes_after_the_erasure_leaves_nothing_either(
    told: Tell, mailbox: Mailbox, open_work: Any
) -> None:
    """Two queues: nobody says which is emptied first."""
    await told(make_account(), GOING)
    await told(make_notice(NoticeKind.ACCOUNT_DELETED, email="marker@example.org", facts={}))
    assert mailbox.store.newest_first()[0].subject == "Votre compte AutoTrack est supprimé"
    left = await whole_database(open_work)
    assert "marker" not in left
    assert str(CHLOE) not in left


async def test_mails_on_their_way_are_dropped(
    told: Tell, run_jobs: Any, mailbox: Mailbox, clock: FixedClock
) -> None:
    mailbox.faults.set(Fault(kind=FaultKind.TEMPORARY))
    await told(make_account(), make_reminder(), GOING)
    mailbox.faults.set(None)
    clock.move(minutes=1)
    await run_jobs()
    assert mailbox.store.newest_first() == []
