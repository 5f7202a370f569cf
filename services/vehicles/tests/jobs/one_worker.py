"""One of several workers, as a process of its own: does what waits, and may be killed in the middle of telling somebody.

Its first line of input is `{"now": …, "settings": {…}, "dies_at": 5}`, its second lets it begin.
`dies_at`: with which notice it ends by its own SIGKILL, the transaction open.
"""

import asyncio
import json
import os
import signal
import sys
from datetime import datetime
from typing import Any

from services.vehicles.main import create_app
from services.vehicles.settings import Settings
from services.vehicles.storage.care.notices import NoticeRepository
from shared.clock import FixedClock

READY = "ready\n"
IDLE_ROUNDS = 40
REST = 0.05


async def work(settings: dict[str, Any], now: datetime) -> None:
    app = create_app(Settings(**settings), clock=FixedClock(now))
    async with app.router.lifespan_context(app):
        runner = app.state.worker.jobs
        sys.stdout.write(READY)
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)  # all begin at once
        idle = 0
        while idle < IDLE_ROUNDS:
            if await runner.run_one("vehicles.remind"):
                idle = 0
            else:
                idle += 1
                await asyncio.sleep(REST)


def die_with(number: int) -> None:
    told, add = 0, NoticeRepository.add_once

    async def added(self: NoticeRepository, **said: Any) -> list[str]:
        nonlocal told
        channels = await add(self, **said)
        told += 1
        if told == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return channels

    NoticeRepository.add_once = added  # type: ignore[method-assign]  # this process ends by it


if __name__ == "__main__":
    asked = json.loads(sys.stdin.readline())
    if asked["dies_at"]:
        die_with(asked["dies_at"])
    asyncio.run(work(asked["settings"], datetime.fromisoformat(asked["now"])))
