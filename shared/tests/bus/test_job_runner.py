"""Jobs: done once, retried, handed over when a worker dies, and never finished by a worker that lost its lease."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update

from shared.bus.lease import Lease
from shared.bus.work_queue import LeaseLost
from shared.db.base import job
from shared.tests.conftest import Copy, behaviour


async def states(admin_engine: Any) -> list[tuple[str, int]]:
    async with admin_engine.connect() as connection:
        found = await connection.execute(select(job.c.state, job.c.attempts).order_by(job.c.id))
        return [tuple(row) for row in found]


async def enqueue(open_work: Any, text: str = "a", **options: Any) -> None:
    async with open_work() as work:
        work.enqueue("kernel.copy", Copy(text=text), **options)


class TestRun:
    async def test_a_job_runs_once_and_is_done(
        self, open_work: Any, run_jobs: Any, admin_engine: Any
    ) -> None:
        await enqueue(open_work)
        assert await run_jobs() == 1
        assert await states(admin_engine) == [("done", 1)]
        assert behaviour.runs == ["copy a 1", "finish"]

    async def test_one_at_a_time_is_taken_also_where_the_table_was_empty(
        self, open_work: Any, run_jobs: Any, admin_engine: Any
    ) -> None:
        """PostgreSQL took the subquery of what is due for cheap when it had last counted no rows, and asked it anew for each: four of
        five jobs were taken, and one was done.
        """
        for number in range(300):
            await enqueue(open_work, text=f"{number}" * 50)
        async with admin_engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(delete(job))
            await connection.execute(text("ANALYZE job"))
        for number in range(5):
            await enqueue(open_work, text=str(number))
        assert await run_jobs() == 5
        assert await states(admin_engine) == [("done", 1)] * 5

    async def test_a_key_keeps_unfinished_jobs_single(self, open_work: Any, run_jobs: Any) -> None:
        await enqueue(open_work, key="k")
        await enqueue(open_work, key="k")
        assert await run_jobs() == 1
        await enqueue(open_work, key="k")
        assert await run_jobs() == 1

    async def test_a_job_waits_for_its_time(
        self, open_work: Any, run_jobs: Any, clock: Any
    ) -> None:
        await enqueue(open_work, run_at=clock.now() + timedelta(days=2))
        assert await run_jobs() == 0
        clock.move(days=3)
        assert await run_jobs() == 1

    async def test_a_failing_job_is_retried_and_then_dead(
        self, open_work: Any, run_jobs: Any, admin_engine: Any, clock: Any
    ) -> None:
        behaviour.fail_times = 99
        await enqueue(open_work)
        for _ in range(5):
            await run_jobs()
            clock.move(hours=2)
        assert await states(admin_engine) == [("dead", 3)]

    async def test_a_rolled_back_cause_leaves_no_job(self, open_work: Any, run_jobs: Any) -> None:
        async def fail() -> None:
            async with open_work() as work:
                work.enqueue("kernel.copy", Copy(text="never"))
                raise RuntimeError("before the commit")

        with pytest.raises(RuntimeError):
            await fail()
        assert await run_jobs() == 0

    async def test_a_job_of_a_dead_worker_is_taken_over_and_the_late_result_refused(
        self, app: Any, open_work: Any, run_jobs: Any, admin_engine: Any
    ) -> None:
        await enqueue(open_work)
        runner = app.state.worker.jobs
        taken = await runner._take(runner._jobs["kernel.copy"])
        async with admin_engine.begin() as connection:
            await connection.execute(
                update(job).values(lease_until=func.now() - timedelta(seconds=1))
            )
        assert await run_jobs() == 1

        from shared.bus.work_queue import JobRun  # noqa: PLC0415

        late: JobRun[Any] = JobRun(
            taken["id"], taken["token"], attempt=1, max_attempts=3, open_work=open_work
        )

        async def write_late() -> None:
            async with late.finish():
                pass

        with pytest.raises(LeaseLost):
            await write_late()

    async def test_a_lease_is_renewed_while_the_handler_runs(
        self, app: Any, open_work: Any, admin_engine: Any
    ) -> None:
        await enqueue(open_work)
        runner = app.state.worker.jobs
        row = await runner._take(runner._jobs["kernel.copy"])
        async with Lease(admin_engine, row, runner._jobs["kernel.copy"].lease).held():
            await asyncio.sleep(1.0)
            async with admin_engine.connect() as connection:
                renewed = await connection.scalar(select(job.c.lease_until))
        assert renewed > row["lease_until"]


class TestKey:
    async def test_what_is_asked_for_while_it_runs_is_done_afterwards(
        self, app: Any, open_work: Any, run_jobs: Any, admin_engine: Any
    ) -> None:
        await enqueue(open_work, "before", key="k")
        runner = app.state.worker.jobs
        row = await runner._take(runner._jobs["kernel.copy"])
        for _ in range(2):
            await enqueue(open_work, "meanwhile", key="k")
        assert await run_jobs() == 0, "never two of a key at once"
        async with admin_engine.begin() as connection:
            await connection.execute(update(job).where(job.c.id == row["id"]).values(state="done"))
        assert await run_jobs() == 1
        assert behaviour.runs == ["copy meanwhile 1", "finish"]

    async def test_a_failed_run_leaves_the_rest_to_who_waits(
        self, app: Any, open_work: Any, run_jobs: Any, admin_engine: Any
    ) -> None:
        await enqueue(open_work, "before", key="k")
        runner = app.state.worker.jobs
        row = await runner._take(runner._jobs["kernel.copy"])
        await enqueue(open_work, "meanwhile", key="k")
        await runner._reschedule(row, timedelta(), 1, RuntimeError("x"))
        assert await run_jobs() == 1
        assert await states(admin_engine) == [("done", 1), ("done", 1)]
        assert behaviour.runs == ["copy meanwhile 1", "finish"]


class TestLease:
    async def test_a_job_that_ends_its_process_each_time_is_buried(
        self, app: Any, open_work: Any, run_jobs: Any, admin_engine: Any
    ) -> None:
        await enqueue(open_work)
        runner = app.state.worker.jobs
        over = update(job).values(lease_until=func.now() - timedelta(seconds=1))
        for _ in range(3):
            assert (await runner._take(runner._jobs["kernel.copy"]))["state"] == "running"
            async with admin_engine.begin() as connection:
                await connection.execute(over)
        assert await run_jobs() == 1
        assert await states(admin_engine) == [("dead", 3)]
        assert behaviour.runs == []

    async def test_a_database_that_is_away_for_a_moment_costs_no_lease(
        self, app: Any, open_work: Any, admin_engine: Any
    ) -> None:
        await enqueue(open_work)
        runner = app.state.worker.jobs
        row = await runner._take(runner._jobs["kernel.copy"])
        flaky = FlakyEngine(admin_engine, failures=2)
        async with Lease(flaky, row, timedelta(seconds=3)).held():  # type: ignore[arg-type]  # as far as a lease uses one
            await asyncio.sleep(4)
        assert flaky.begun >= 4

    @pytest.mark.parametrize("how", ["taken by another", "away for longer than the lease"])
    async def test_the_work_ends_with_its_lease(
        self, app: Any, open_work: Any, admin_engine: Any, how: str
    ) -> None:
        await enqueue(open_work)
        runner = app.state.worker.jobs
        row = await runner._take(runner._jobs["kernel.copy"])
        engine: Any = admin_engine
        if how == "taken by another":
            async with admin_engine.begin() as connection:
                await connection.execute(update(job).values(token=job.c.token + 1))
        else:
            engine = FlakyEngine(admin_engine, failures=99)

        async def work() -> None:
            async with Lease(engine, row, timedelta(seconds=1.5)).held():
                await asyncio.sleep(30)

        with pytest.raises(LeaseLost):
            await asyncio.wait_for(work(), 10)


class FlakyEngine:
    def __init__(self, engine: Any, *, failures: int) -> None:
        self._engine = engine
        self._failures = failures
        self.begun = 0

    def begin(self) -> Any:
        self.begun += 1
        if self.begun <= self._failures:
            raise ConnectionRefusedError
        return self._engine.begin()


class TestSchedule:
    async def test_a_slot_runs_once_over_all_replicas(self, app: Any, run_schedule: Any) -> None:
        worker = app.state.worker
        ran = await asyncio.gather(
            *(worker.scheduler.run_due(worker.schedules["kernel.tick"]) for _ in range(5))
        )
        assert sum(ran) == 1
        worker.scheduler._ran.clear()
        assert await run_schedule("kernel.tick") is False

    async def test_missed_slots_coalesce_into_the_latest(
        self, run_schedule: Any, clock: Any
    ) -> None:
        await run_schedule("kernel.tick")
        clock.move(days=40, minutes=5)
        await run_schedule("kernel.tick")
        await run_schedule("kernel.tick")
        assert len(behaviour.runs) == 2

    async def test_a_failing_run_keeps_its_slot(self, run_schedule: Any) -> None:
        behaviour.fail_times = 1
        with pytest.raises(RuntimeError):
            await run_schedule("kernel.tick")
        assert await run_schedule("kernel.tick") is True

    async def test_a_failing_schedule_rests_before_it_is_tried_again(self, app: Any) -> None:
        scheduler = app.state.worker.scheduler
        behaviour.fail_times = 99
        running = asyncio.ensure_future(scheduler.run())
        await asyncio.sleep(1.6)
        scheduler.stop()
        await running
        assert len(behaviour.runs) == 1
