"""How long rows are kept: said once for every table, and done by each worker, one of them at a time.

`tests/architecture/test_retention.py` refuses a table nobody has said it of; `docs/operations.md` lists them.
"""

import asyncio
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Table, delete, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.base import idempotency, inbox, job, job_run, outbox
from shared.db.chosen import chosen_once

log = structlog.get_logger()
BATCH = 1000
LOCK = zlib.crc32(b"autotrack-purge")


@dataclass(frozen=True)
class Goes:
    """Rows of a table that are deleted once `age`, a moment by the database's clock, is `after` ago."""

    table: Table
    age: ColumnElement[Any]
    after: timedelta
    only: ColumnElement[bool] | None = None
    """Those of them; the others stay."""

    @property
    def name(self) -> str:
        return str(self.table.name)


@dataclass(frozen=True)
class Retention:
    goes: Sequence[Goes] = ()
    stays: Mapping[Any, str] = field(default_factory=dict)
    """Models whose rows end some other way, and which: with their owner's word, by a job, never."""


def old(model: Any, age: str, after: timedelta, *, only: ColumnElement[bool] | None = None) -> Goes:
    table: Table = model.__table__
    return Goes(table, table.c[age], after, only)


KERNEL = Retention(
    goes=(
        Goes(outbox, outbox.c.published_at, timedelta(days=7)),
        Goes(inbox, inbox.c.finished_at, timedelta(days=30), inbox.c.state == "done"),
        Goes(job, job.c.finished_at, timedelta(days=7), job.c.state == "done"),
        Goes(job_run, job_run.c.ran_at, timedelta(days=90)),
        Goes(idempotency, idempotency.c.created_at, timedelta(days=1)),
    ),
)
"""What is dead in inbox and jobs stays until an operator replays or discards it; `person` stays: a tombstone is for ever."""


async def purge(engine: AsyncEngine, *kept: Retention) -> dict[str, int]:
    """Deletes what is over, in batches, until less than a batch is left; returns how many rows of each table went.

    After each batch it rests as long as the batch took, so that writers have at least every other moment. Of several
    processes one purges; the others return at once.
    """
    async with engine.connect() as leading:
        mine = await leading.scalar(select(func.pg_try_advisory_lock(LOCK)))
        await leading.commit()
        if not mine:
            return {}
        try:
            gone = {
                goes.name: await _purge_table(engine, goes) for one in kept for goes in one.goes
            }
        finally:
            await leading.execute(select(func.pg_advisory_unlock(LOCK)))
            await leading.commit()
    if any(gone.values()):
        log.info("rows.purged", **{name: count for name, count in gone.items() if count})
    return gone


async def _purge_table(engine: AsyncEngine, goes: Goes) -> int:
    keys = list(goes.table.primary_key.columns)
    over = select(*keys).where(goes.age < func.now() - goes.after)
    if goes.only is not None:
        over = over.where(goes.only)
    chosen = over.limit(BATCH).with_for_update(skip_locked=True)
    statement = delete(goes.table).where(tuple_(*keys).in_(chosen_once(chosen)))
    gone, count = 0, BATCH
    while count == BATCH:
        began = time.monotonic()
        async with engine.begin() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            count = (await connection.execute(statement)).rowcount
        gone += count
        if count == BATCH:
            await asyncio.sleep(time.monotonic() - began)
    return gone
