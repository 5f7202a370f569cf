"""Erasing a person from the kernel's own tables: what was said about them, heard about them, and left to do for them."""

from uuid import UUID

import structlog
from sqlalchemy import (
    String,
    Text,
    case,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.auth import AccountDeletionStarted
from shared.db.base import idempotency, inbox, job, outbox

log = structlog.get_logger()
DATA = "data"


async def forget_traces(session: AsyncSession, person: UUID) -> None:
    """In the transaction of the erasure. Messages still to be sent are sent, and wiped by the relay then.

    Rows are found by the person's id in their text: every event names whom it is about.
    """
    name = f"%{person}%"
    is_sent = outbox.c.published_at.is_not(None)
    without_data = outbox.c.body.op("-", return_type=JSONB)(cast(literal(DATA), Text))
    await session.execute(
        update(outbox)
        .where(cast(outbox.c.body, String).like(name), outbox.c.body.has_key(DATA))
        .values(
            body=case((is_sent, without_data), else_=outbox.c.body),
            carries_secret=1,
        )
    )
    told = or_(
        cast(inbox.c.body, String).like(name),
        func.strpos(func.encode(inbox.c.raw, "escape"), str(person)) > 0,
    )
    # A message being tried again right now is held by who tries it, who waits for us and will find the tombstone.
    free = (
        select(inbox.c.event_id, inbox.c.handler)
        .where(told, inbox.c.topic != AccountDeletionStarted.topic)
        .with_for_update(skip_locked=True)
    )
    await session.execute(
        update(inbox)
        .where(tuple_(inbox.c.event_id, inbox.c.handler).in_(free))
        .values(
            state="done",
            body=None,
            raw=None,
            headers=literal({}, JSONB),
            next_at=None,
            last_error="erased",
            finished_at=func.now(),
        )
    )
    named = or_(cast(job.c.payload, String).like(name), job.c.key.like(name))
    free_jobs = (
        select(job.c.id).where(job.c.state != "running", named).with_for_update(skip_locked=True)
    )
    await session.execute(delete(job).where(job.c.id.in_(free_jobs)))
    await session.execute(delete(idempotency).where(idempotency.c.owner == str(person)))
    log.info("traces.forgotten", account_id=str(person))
