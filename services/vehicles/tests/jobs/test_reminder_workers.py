"""Three workers, three processes, one killed midway: each notice exactly once."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update

from services.vehicles.storage.care.reminder_models import ReminderNotice
from services.vehicles.tests.factories import make_reminder, make_vehicle
from services.vehicles.tests.jobs.one_worker import READY
from shared.clock import FixedClock
from shared.contracts.vehicles import ReminderDue
from shared.db.base import job
from shared.testing.client import Callers
from shared.testing.postgres import ROOT

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
PEOPLE = ("free", "standard", "premium", "other")
EACH = 5


async def start(settings: dict[str, Any], *, dies_at: int = 0) -> Process:
    asked = {"now": NOW.isoformat(), "settings": settings, "dies_at": dies_at}
    module = "services.vehicles.tests.jobs.one_worker"
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    say(started, json.dumps(asked))
    assert started.stdout is not None
    while (line := await started.stdout.readline()) != READY.encode():
        assert line, "it ended before it was ready"
    return started


def say(process: Process, line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n".encode())


async def test_three_workers_and_one_killed_midway_tell_each_notice_exactly_once(
    call: Callers, clock: FixedClock, share: Any, run_schedule: Any, settings_env: dict[str, Any],
    admin_engine: Any, emitted: Any, run_jobs: Any,
) -> None:  # fmt: skip
    clock.set(datetime(2026, 11, 1, 10, tzinfo=UTC))
    for name in PEOPLE:
        client = getattr(call, name)
        car = (await make_vehicle(client))["id"]
        for other in set(PEOPLE) - {name}:
            await share(car, call.user_id(other), "manager")
        for number in range(EACH):
            await make_reminder(client, car, due_on="2026-12-01", title=f"{name} {number}")
    clock.set(NOW)
    await run_schedule("vehicles.reminders")

    settings = {**settings_env, "pool_size": 3}
    killed, *others = await asyncio.gather(
        start(settings, dies_at=3), start(settings), start(settings)
    )
    for each in (killed, *others):
        say(each, "go")
    assert await asyncio.wait_for(killed.wait(), 60) == -signal.SIGKILL
    async with admin_engine.begin() as connection:  # a minute later
        left = update(job).where(job.c.state == "running").values(lease_until=func.now())
        await connection.execute(left)
    assert [await asyncio.wait_for(each.wait(), 120) for each in others] == [0, 0]
    clock.move(minutes=5)
    await run_schedule("vehicles.reminders")
    await run_jobs("vehicles.remind")

    told = Counter(
        (event.occurrence, event.state, event.owner_id) for event in await emitted(ReminderDue)
    )
    assert set(told.values()) == {1}
    assert len(told) == len(PEOPLE) ** 2 * EACH
    async with admin_engine.connect() as connection:
        notices = await connection.scalar(select(func.count()).select_from(ReminderNotice))
        states = set(await connection.scalars(select(job.c.state)))
    assert notices == 2 * len(told), "the inbox and the mail"
    assert states == {"done"}
