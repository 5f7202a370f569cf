from typing import Any

from sqlalchemy import select

from deploy.simulators.mailbox.app import Mailbox
from services.notifications.storage.models import Delivery
from services.notifications.tests.factories import make_account, make_code, make_reminder
from shared.clock import FixedClock


async def states(open_work: Any) -> list[tuple[str, str | None, str | None]]:
    async with open_work() as work:
        rows = await work.session.scalars(select(Delivery).filter_by(channel="mail"))
        return [(row.state, row.secret, row.address) for row in rows]


async def test_a_secret_dies_even_if_its_job_did(
    hear: Any, run_schedule: Any, mailbox: Mailbox, open_work: Any, clock: FixedClock
) -> None:
    await hear(make_code(clock.now()))
    clock.move(minutes=9)
    await run_schedule("notifications.cleanup")
    assert (await states(open_work))[0][0] == "pending"
    clock.move(minutes=6)
    assert await run_schedule("notifications.cleanup")
    assert await states(open_work) == [("expired", None, None)]


async def test_old_deliveries_go(
    told: Any, run_schedule: Any, mailbox: Mailbox, open_work: Any, clock: FixedClock
) -> None:
    await told(make_account(), make_reminder())
    clock.move(days=170)
    await told(make_reminder())
    clock.move(days=11)
    await run_schedule("notifications.cleanup")
    assert len(await states(open_work)) == 1
