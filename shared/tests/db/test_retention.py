from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select, text

from shared.db.base import job_run, outbox
from shared.db.retention import BATCH, KERNEL, LOCK, purge


async def fill(admin_engine: Any, number: int, days: int) -> None:
    statement = (
        "INSERT INTO outbox (event_id, topic, subject, body, headers, published_at)"
        " SELECT gen_random_uuid(), 'x', gen_random_uuid(), '{}', '{}', now() - make_interval(days => :days)"
        " FROM generate_series(1, :number)"
    )
    async with admin_engine.begin() as connection:
        await connection.execute(text(statement), {"number": number, "days": days})


async def count(admin_engine: Any) -> int:
    async with admin_engine.connect() as connection:
        found: int = await connection.scalar(select(func.count()).select_from(outbox))
        return found


async def test_what_is_over_goes_until_less_than_a_batch_is_left(
    app: Any, admin_engine: Any
) -> None:
    """A thousand every ten minutes was 1.7 a second, against hundreds that come."""
    await fill(admin_engine, 2 * BATCH + 7, days=8)
    await fill(admin_engine, 5, days=6)
    gone = await purge(admin_engine, KERNEL)
    assert gone["outbox"] == 2 * BATCH + 7
    assert await count(admin_engine) == 5


async def test_slots_of_schedules_go_too(app: Any, admin_engine: Any) -> None:
    async with admin_engine.begin() as connection:
        for days in (91, 89):
            ran = func.now() - timedelta(days=days)
            await connection.execute(insert(job_run).values(name="x", slot=ran, ran_at=ran))
    assert (await purge(admin_engine, KERNEL))["job_run"] == 1


async def test_one_purges_and_the_others_leave_it_to_them(app: Any, admin_engine: Any) -> None:
    await fill(admin_engine, 1, days=8)
    async with admin_engine.connect() as other:
        await other.scalar(select(func.pg_advisory_lock(LOCK)))
        assert await purge(admin_engine, KERNEL) == {}
        await other.scalar(select(func.pg_advisory_unlock(LOCK)))
    assert await count(admin_engine) == 1
