"""Dead letters of one service: `python -m shared.bus.dead_letters list|show|replay|discard` with AUTOTRACK_DATABASE_URL set.

Dead messages and dead jobs alike. A replay is idempotent (the inbox row decides), limited in number, and noted in the row.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, delete, func, literal, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.db.base import inbox, job
from shared.db.chosen import chosen_once

MOST = 500
HIDDEN = {"code", "token", "email"}


def _dead() -> Any:
    messages = select(
        inbox.c.event_id.label("id"),
        literal("message").label("sort"),
        inbox.c.topic.label("what"),
        inbox.c.handler.label("who"),
        inbox.c.attempts,
        inbox.c.received_at.label("since"),
        inbox.c.last_error,
    ).where(inbox.c.state == "dead")
    jobs = select(
        job.c.id,
        literal("job"),
        job.c.kind,
        literal("worker"),
        job.c.attempts,
        job.c.created_at,
        job.c.last_error,
    ).where(job.c.state == "dead")
    return union_all(messages, jobs).subquery()


async def list_dead(engine: AsyncEngine, limit: int = 100) -> list[dict[str, Any]]:
    """Newest first."""
    dead = _dead()
    async with engine.connect() as connection:
        rows = await connection.execute(select(dead).order_by(dead.c.since.desc()).limit(limit))
        return [dict(row) for row in rows.mappings()]


async def show(engine: AsyncEngine, letter: UUID) -> dict[str, Any] | None:
    """Everything kept about one dead letter, with what is secret hidden."""
    async with engine.connect() as connection:
        for table, key in ((inbox, inbox.c.event_id), (job, job.c.id)):
            statement = select(table).where(key == letter, table.c.state == "dead")
            if (row := (await connection.execute(statement)).mappings().first()) is not None:
                return {str(name): _hide(value) for name, value in row.items()}
    return None


def _hide(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "***" if key in HIDDEN else _hide(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")[:2000]
    return value


def _chosen(table: Any, letters: Sequence[UUID] | None, what: str | None) -> ColumnElement[bool]:
    key = inbox.c.event_id if table is inbox else job.c.id
    name = inbox.c.topic if table is inbox else job.c.kind
    wanted = [table.c.state == "dead"]
    if letters:
        wanted.append(key.in_(letters))
    if what:
        wanted.append(name == what)
    return and_(*wanted)


async def replay(
    engine: AsyncEngine, letters: Sequence[UUID] | None = None, *, what: str | None = None
) -> int:
    """Have dead letters tried again from the start: those named, or all of a topic or job kind. Poison without a body stays."""
    note = func.concat("replayed: ", func.coalesce(inbox.c.last_error, ""))
    async with engine.begin() as connection:
        keys = (
            select(inbox.c.event_id, inbox.c.handler)
            .where(_chosen(inbox, letters, what), inbox.c.body.is_not(None))
            .limit(MOST)
            .subquery()
        )
        messages = await connection.execute(
            update(inbox)
            .where(inbox.c.event_id == keys.c.event_id, inbox.c.handler == keys.c.handler)
            .values(
                state="retry", attempts=0, next_at=func.now(), finished_at=None, last_error=note
            )
        )
        dead_jobs = select(job.c.id).where(_chosen(job, letters, what)).limit(MOST)
        jobs = await connection.execute(
            update(job)
            .where(job.c.id.in_(chosen_once(dead_jobs)))
            .values(state="waiting", attempts=0, finished_at=None, run_at=func.now())
        )
    return int(messages.rowcount + jobs.rowcount)


async def discard(engine: AsyncEngine, letters: Sequence[UUID]) -> int:
    """Forget these dead letters for good."""
    async with engine.begin() as connection:
        messages = await connection.execute(delete(inbox).where(_chosen(inbox, letters, None)))
        jobs = await connection.execute(delete(job).where(_chosen(job, letters, None)))
    return int(messages.rowcount + jobs.rowcount)


def _line(row: dict[str, Any]) -> str:
    return orjson.dumps(row, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m shared.bus.dead_letters")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list")
    verbs.add_parser("show").add_argument("id", type=UUID)
    again = verbs.add_parser("replay")
    again.add_argument("ids", type=UUID, nargs="*")
    again.add_argument("--type", dest="what", help="a topic or a job kind")
    verbs.add_parser("discard").add_argument("ids", type=UUID, nargs="+")
    return parser.parse_args(argv)


async def run(engine: AsyncEngine, argv: Sequence[str]) -> tuple[int, str]:
    """Exit status and what to print (JSON lines)."""
    asked = _arguments(argv)
    match asked.verb:
        case "list":
            return 0, "\n".join(_line(row) for row in await list_dead(engine))
        case "show":
            found = await show(engine, asked.id)
            return (0, _line(found)) if found else (1, "no such dead letter")
        case "replay":
            if not asked.ids and not asked.what:
                return 2, "name ids or --type"
            return 0, f"{await replay(engine, asked.ids, what=asked.what)} to be tried again"
        case _:
            return 0, f"{await discard(engine, asked.ids)} discarded"


async def _main(argv: Sequence[str]) -> int:
    engine = create_async_engine(os.environ["AUTOTRACK_DATABASE_URL"])  # noqa: TID251 - a tool, not a service
    try:
        status, text = await run(engine, argv)
    finally:
        await engine.dispose()
    sys.stdout.write(text + "\n" if text else "")
    return status


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(sys.argv[1:])))
