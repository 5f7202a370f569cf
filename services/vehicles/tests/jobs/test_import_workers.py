"""A worker killed while it applies an import has done nothing of it; the next one does it whole, and nothing twice."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, update

from services.vehicles.storage.moving.import_rows import RowRepository
from services.vehicles.tests.moving.factories import bring, fuelio, worked
from shared.clock import FixedClock
from shared.db.base import job
from shared.testing.client import Callers
from shared.testing.postgres import ROOT

LONG = 600
"""Fills, of which the first five hundred are written in the chunk before the last."""


def long() -> str:
    days = [date(2022, 1, 1) + timedelta(days=each) for each in range(LONG)]
    return fuelio(
        fills=[
            (f"{day:%Y-%m-%d}", str(1_000 + 400 * number), "30", "45.30")
            for number, day in enumerate(days)
        ]
    )


@pytest.mark.parametrize(
    ("text", "fills", "chunk"), [(fuelio(), 4, 1), (long(), LONG, 2)], ids=["first", "later"]
)
async def test_killed_midway_it_is_done_once_by_the_next(
    text: str,
    fills: int,
    chunk: int,
    call: Callers,
    clock: FixedClock,
    settings_env: dict[str, Any],
    admin_engine: Any,
    run_jobs: Any,
) -> None:
    ready = await bring(call.free, text)
    path = f"/api/imports/{ready['id']}"
    assert (await call.free.post(f"{path}/apply")).status_code == 202
    killed = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.vehicles.tests.jobs.one_importer"), cwd=ROOT, stdin=PIPE
    )
    settings = {**settings_env, "pool_size": 3}
    asked = {"now": clock.now().isoformat(), "settings": settings, "chunk": chunk}
    await killed.communicate(f"{json.dumps(asked)}\n".encode())
    assert killed.returncode == -signal.SIGKILL
    assert (await call.free.get("/api/fills")).json()["count"] == 0
    assert (await call.free.get("/api/vehicles")).json()["count"] == 0
    async with admin_engine.begin() as connection:  # some minutes later
        left = update(job).where(job.c.state == "running").values(lease_until=func.now())
        await connection.execute(left)
    done = await worked(call.free, ready["id"], run_jobs)
    assert done["state"] == "applied", done
    assert (await call.free.get("/api/fills")).json()["count"] == fills
    assert (await call.free.get("/api/vehicles")).json()["count"] == 1


async def test_what_always_fails_is_given_up_and_said(
    call: Callers, clock: FixedClock, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = await bring(call.free, fuelio())
    await call.free.post(f"/api/imports/{ready['id']}/apply")

    async def fails(*_said: Any) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(RowRepository, "became", fails)
    for _ in range(5):
        await run_jobs("vehicles.import")
        clock.move(hours=7)
    found = (await call.free.get(f"/api/imports/{ready['id']}")).json()
    assert (found["state"], found["failure"]) == ("ready", "import_failed")
    assert (await call.free.get("/api/vehicles")).json()["count"] == 0
    monkeypatch.undo()
    assert (await call.free.post(f"/api/imports/{ready['id']}/apply")).status_code == 202
    done = await worked(call.free, ready["id"], run_jobs)
    assert done["state"] == "applied"
