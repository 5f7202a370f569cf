"""A worker as a process of its own, killed while it applies an import: its first line of input is `{"now": …, "settings": {…},
"chunk": 1}`."""

import asyncio
import json
import os
import signal
import sys
from datetime import datetime
from typing import Any

from services.vehicles.main import create_app
from services.vehicles.settings import Settings
from services.vehicles.storage.moving.import_rows import RowRepository
from shared.clock import FixedClock


async def work(settings: dict[str, Any], now: datetime) -> None:
    app = create_app(Settings(**settings), clock=FixedClock(now))
    async with app.router.lifespan_context(app):
        await app.state.worker.jobs.run_one("vehicles.import")


def die_midway(chunk: int) -> None:
    """With everything of so many chunks written, and the transaction open."""
    became, left = RowRepository.became, iter(range(chunk - 1, -1, -1))

    async def ended(self: RowRepository, *said: Any) -> None:
        await became(self, *said)
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    RowRepository.became = ended  # type: ignore[method-assign,assignment]  # this process ends by it


if __name__ == "__main__":
    asked = json.loads(sys.stdin.readline())
    die_midway(asked["chunk"])
    asyncio.run(work(asked["settings"], datetime.fromisoformat(asked["now"])))
