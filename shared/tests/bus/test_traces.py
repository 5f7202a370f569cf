"""What the kernel's tables know of a person who is gone."""

from typing import Any

import orjson
from sqlalchemy import func, insert, select, update

from shared.bus.traces import forget_traces
from shared.db.base import idempotency, inbox, job, outbox
from shared.ids import new_id

GONE, OTHER = new_id(), new_id()
MARKER = "ZQXtraces"


def body_of(person: Any) -> dict[str, Any]:
    return {"id": str(new_id()), "data": {"owner_id": str(person), "note": f"{MARKER} {person}"}}


async def plant(session: Any, person: Any) -> None:
    for published in (None, func.now()):
        await session.execute(
            insert(outbox).values(
                event_id=new_id(),
                topic="x.y.v1",
                subject=new_id(),
                body=body_of(person),
                headers={},
                published_at=published,
            )
        )
    for state, raw in (("retry", None), ("dead", None), ("dead", orjson.dumps(body_of(person)))):
        await session.execute(
            insert(inbox).values(
                event_id=new_id(),
                handler="h",
                topic="x.y.v1",
                state=state,
                body=None if raw else body_of(person),
                raw=raw,
                headers={},
                last_error=MARKER,
            )
        )
    for state in ("waiting", "done", "dead"):
        await session.execute(
            insert(job).values(
                id=new_id(),
                kind=f"k.{state}",
                key=str(new_id()),
                payload={"owner_id": str(person), "note": MARKER},
                state=state,
                run_at=func.now(),
            )
        )
    await session.execute(
        insert(idempotency).values(
            owner=str(person), key=MARKER, route="POST /x", body_digest=b"", answer=MARKER.encode()
        )
    )


async def seen(session: Any, table: Any, person: Any) -> list[Any]:
    rows = (await session.execute(select(table))).mappings().all()
    return [row for row in rows if str(person) in str(dict(row))]


async def test_what_is_over_is_wiped_and_what_is_waiting_to_be_sent_is_wiped_then(
    open_work: Any,
) -> None:
    async with open_work() as work:
        session = work.session
        await plant(session, GONE)
        await plant(session, OTHER)
        await forget_traces(session, GONE)
        sent = update(outbox).where(outbox.c.published_at.is_(None), outbox.c.carries_secret == 1)
        await session.execute(sent.values(body=outbox.c.body.op("-")("data")))  # as the relay does
        assert await seen(session, outbox, GONE) == []
        assert await seen(session, inbox, GONE) == []
        assert await seen(session, job, GONE) == []
        assert await seen(session, idempotency, GONE) == []
        assert len(await seen(session, outbox, OTHER)) == 2
        assert len(await seen(session, job, OTHER)) == 3
        assert len(await seen(session, idempotency, OTHER)) == 1
        assert len([row for row in await seen(session, inbox, OTHER) if row["body"]]) == 2


async def test_an_inbox_row_stays_so_that_a_late_copy_is_a_duplicate(open_work: Any) -> None:
    async with open_work() as work:
        await plant(work.session, GONE)
        await forget_traces(work.session, GONE)
        rows = (await work.session.execute(select(inbox))).mappings().all()
        assert {row["state"] for row in rows} == {"done"}
        assert {(row["body"], row["raw"], row["last_error"]) for row in rows} == {
            (None, None, "erased")
        }
