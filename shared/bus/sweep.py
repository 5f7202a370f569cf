"""Once a day every service counts what is left of people it has erased. There should be nothing; it deletes nothing, it alarms."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog
from prometheus_client import Gauge
from sqlalchemy import ColumnElement, String, cast, exists, false, func, or_, select

from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.erasure import AccountErased
from shared.db.base import idempotency, inbox, job, outbox, persons
from shared.db.persons import NAMES
from shared.db.unit_of_work import UnitOfWork

log = structlog.get_logger()
AFTER = timedelta(days=1)
CRON = "50 3 * * *"
WORDS_OF_ERASURE = (AccountDeletionStarted.topic, AccountErased.topic)
"""These name nothing but the id, and prove that it is gone."""


async def count_what_is_left(work: UnitOfWork) -> Counter[str]:
    """Rows by table that belong to somebody erased more than a day ago."""
    gone = persons.c.erased_at < work.now - AFTER
    left: Counter[str] = Counter()
    for one in work.belongings.theirs:
        theirs = exists().where(gone, one.whose(persons.c.person_id))
        left[one.name] = await _count(work, one.table, theirs, one.goes)
    for table, facts in (
        (outbox, outbox.c.body["data"]),
        (inbox, inbox.c.body["data"]),
        (job, job.c.payload),
    ):
        told = or_(*(_names(facts[name].astext) for name in NAMES))
        about = exists().where(gone, told)
        proof = false() if table is job else table.c.topic.in_(WORDS_OF_ERASURE)
        left[table.name] = await _count(work, table, about, ~proof)
    answered = exists().where(gone, _names(idempotency.c.owner))
    left[idempotency.name] = await _count(work, idempotency, answered)
    return +left


def _names(column: Any) -> ColumnElement[bool]:
    named: ColumnElement[bool] = column == cast(persons.c.person_id, String)
    return named


async def _count(work: UnitOfWork, table: Any, *conditions: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(table).where(*conditions)
    return await work.session.scalar(counted) or 0


def sweeper(service: str, gauge: Gauge) -> Callable[[UnitOfWork], Awaitable[None]]:
    """The schedule's handler: counts, and tells the gauge and the log."""

    async def sweep(work: UnitOfWork) -> None:
        left = await count_what_is_left(work)
        gauge.set(left.total())
        if left:
            log.error("erasure.left_behind", service=service, rows=dict(left))

    return sweep
