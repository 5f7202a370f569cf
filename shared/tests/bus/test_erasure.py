"""Lock and tombstone in one: whatever order things happen in, nothing of somebody erased is left or comes back."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from shared.bus.dead_letters import replay
from shared.bus.outbox import outbox_row
from shared.db.base import idempotency, inbox, job, outbox
from shared.db.persons import bury, hold_person
from shared.db.unit_of_work import Mode
from shared.ids import new_id
from shared.testing.erasing import deletion, left_of, stopped
from shared.testing.holding import NotHeld
from shared.tests.bus import diary
from shared.tests.bus.diary import Page, PageWritten, Write


@pytest.fixture(scope="session")
def service_name() -> str:
    return "diary"


@pytest.fixture(scope="session")
def make_app() -> Callable[..., FastAPI]:
    return diary.build


@pytest.fixture(scope="session")
def prepare_database() -> Callable[[str, str], Awaitable[None]]:
    return diary.tables()


def page(person: Any, text: str = "today") -> PageWritten:
    return PageWritten(page_id=new_id(), owner_id=person, text=text)


class TestHold:
    async def test_those_who_hold_do_not_wait_for_each_other_and_an_erasure_waits_for_all(
        self, open_work: Any
    ) -> None:
        person = new_id()
        async with open_work() as first:
            assert await first.hold(person)
        async with open_work() as first, open_work() as second:
            assert await first.hold(person)
            assert await asyncio.wait_for(second.hold(person), 5)
            async with open_work() as third:
                erasing = asyncio.create_task(third.bury(person))
                done, _ = await asyncio.wait({erasing}, timeout=0.3)
                assert not done
                await first.session.commit()
                done, _ = await asyncio.wait({erasing}, timeout=0.3)
                assert not done
                await second.session.commit()
                await erasing
        async with open_work() as after:
            assert not await after.hold(person)

    async def test_somebody_nobody_knew_can_be_erased_and_stays_so(self, open_work: Any) -> None:
        person = new_id()
        async with open_work() as first, open_work() as second:
            await bury(first.session, person, first.now)
            holding = asyncio.create_task(second.hold(person))
            done, _ = await asyncio.wait({holding}, timeout=0.3)
            assert not done
            await first.session.commit()
            assert not await holding

    async def test_who_cannot_wait_takes_an_erasure_under_way_for_done(
        self, open_work: Any
    ) -> None:
        person = new_id()
        async with open_work() as first:
            assert await first.hold(person, wait=False)
        async with open_work() as first, open_work() as second:
            await first.bury(person)
            assert not await asyncio.wait_for(second.hold(person, wait=False), 5)

    async def test_a_snapshot_older_than_the_erasure_is_an_error_not_an_old_truth(
        self, open_work: Any
    ) -> None:
        """If-Match works on one snapshot: it must not see somebody living who is erased by now."""
        for was_known in (True, False):
            person = new_id()
            if was_known:
                async with open_work() as work:
                    await work.hold(person)
            async with open_work(Mode.STRICT) as old:
                await old.session.scalar(select(func.count()).select_from(Page))
                async with open_work() as work:
                    await work.bury(person)
                with pytest.raises(DBAPIError) as found:
                    await old.hold(person)
                assert getattr(found.value.orig, "sqlstate", None) == "40001"
                await old.session.rollback()


class TestGuard:
    async def test_a_row_of_somebody_who_is_not_held_is_refused_in_tests(self, app: Any) -> None:
        async with app.state.open_work() as work:
            with pytest.raises(NotHeld):
                await work.session.execute(
                    insert(Page).values(id=new_id(), owner_id=new_id(), text="")
                )
            work.session.add(Page(id=new_id(), owner_id=new_id(), text=""))
            with pytest.raises(NotHeld):
                await work.flush()
            await work.session.rollback()

    async def test_a_request_that_writes_for_somebody_else_is_found_out(self, call: Any) -> None:
        body = {"text": "x", "owner": str(new_id())}
        assert (await call.free.post("/api/pages", json=body)).status_code == 500


class TestMessages:
    async def test_many_orders_of_many_people_leave_nothing(
        self, hear: Any, open_work: Any, run_jobs: Any, emitted: Any
    ) -> None:
        """Forty people; pages, copies of pages and the erasure at once, in a new order each."""
        people = [new_id() for _ in range(40)]
        dice, prefetch = random.Random(7), asyncio.Semaphore(8)

        async def deliver(event: Any) -> None:
            async with prefetch:
                await hear(event)

        async def one(person: Any) -> None:
            pages = [page(person) for _ in range(4)]
            said = [*pages, *pages[:2], deletion(person), page(person, "trouble")]
            dice.shuffle(said)
            await asyncio.gather(*map(deliver, said))

        async def writes(person: Any) -> None:
            async with open_work() as work:
                work.enqueue("diary.write", Write(owner_id=person, text="later"))
            async with prefetch:
                await run_jobs()

        await asyncio.gather(*map(one, people), *map(writes, people[:10]))
        await run_jobs()
        assert [
            await left_of(open_work, person)
            for person in people
            if await left_of(open_work, person)
        ] == []
        assert len(await emitted()) == 40

    async def test_a_dead_letter_of_somebody_erased_does_nothing_when_replayed(
        self, hear: Any, open_work: Any, app: Any, admin_engine: Any
    ) -> None:
        """Dead before the erasure and kept by an old dump, or by a replay in the very moment: planted again here."""
        person = new_id()
        await hear(page(person, "hopeless"))
        async with admin_engine.connect() as connection:
            row = (await connection.execute(select(inbox))).mappings().one()
        assert row["state"] == "dead"
        await hear(deletion(person))
        async with admin_engine.begin() as connection:
            body = row["body"] | {"data": row["body"]["data"] | {"text": "mended"}}
            await connection.execute(
                update(inbox)
                .where(inbox.c.event_id == row["event_id"])
                .values(state="dead", body=body)
            )
        assert await replay(admin_engine, [row["event_id"]]) == 1
        assert await app.state.worker.inbox.retry_due() == 1
        assert not await left_of(open_work, person)
        async with admin_engine.connect() as connection:
            query = select(inbox).where(inbox.c.event_id == row["event_id"])
            after = (await connection.execute(query)).mappings().one()
        assert (after["state"], after["body"], after["last_error"]) == ("done", None, "erased")

    @pytest.mark.parametrize("text", ["hopeless", "trouble"])
    async def test_what_fails_after_the_erasure_leaves_no_body(
        self, text: str, hear: Any, open_work: Any, admin_engine: Any
    ) -> None:
        """The handler stands before its failure is stored when the erasure comes and goes."""
        person = new_id()
        await hear(deletion(person))
        await hear(page(person, text))
        async with admin_engine.connect() as connection:
            rows = (await connection.execute(select(inbox))).mappings().all()
        assert {(row["state"], row["body"]) for row in rows} == {("done", None)}

    async def test_bytes_that_are_no_event_are_not_kept_when_they_name_somebody_erased(
        self, app: Any, hear: Any, admin_engine: Any
    ) -> None:
        person, other = new_id(), new_id()
        await hear(deletion(person))
        for each in (person, other):
            await app.state.worker.inbox.receive(orjson.dumps({"owner": str(each)}), {})
        unheard = outbox_row(deletion(person))["body"] | {"type": "diary.unheard_of.v1"}
        await app.state.worker.inbox.receive(orjson.dumps(unheard), {})
        async with admin_engine.connect() as connection:
            raws = await connection.scalars(select(inbox.c.raw).where(inbox.c.handler == "unknown"))
            kept = [raw for raw in raws if raw is not None]
        assert kept == [orjson.dumps({"owner": str(other)})]

    async def test_the_last_words_are_wiped_once_sent(self, hear: Any, admin_engine: Any) -> None:
        await hear(deletion(new_id()))
        async with admin_engine.connect() as connection:
            assert list(await connection.scalars(select(outbox.c.carries_secret))) == [1]


class TestJobs:
    async def test_a_job_under_way_is_waited_for_and_a_later_one_is_forgotten(
        self, hear: Any, open_work: Any, run_jobs: Any, admin_engine: Any
    ) -> None:
        person = new_id()
        async with open_work() as work:
            work.enqueue("diary.write", Write(owner_id=person, text="x"))
        gate, running = await stopped(run_jobs())
        erasing = asyncio.create_task(hear(deletion(person)))
        done, _ = await asyncio.wait({erasing}, timeout=0.3)
        assert not done
        gate.opened.set()
        await asyncio.gather(running, erasing)
        assert not await left_of(open_work, person)
        async with open_work() as work:
            work.enqueue("diary.write", Write(owner_id=person, text="x"))
        assert await run_jobs() == 1
        assert not await left_of(open_work, person)
        async with admin_engine.connect() as connection:
            assert await connection.scalar(select(func.count()).select_from(job)) == 0


class TestRequests:
    async def test_a_request_under_way_is_waited_for_and_a_token_that_lives_on_opens_nothing(
        self, call: Any, hear: Any, open_work: Any, admin_engine: Any
    ) -> None:
        person, key = call.user_id("free"), {"Idempotency-Key": "k"}
        sent = call.free.post("/api/pages", json={"text": "x"}, headers=key)
        gate, asking = await stopped(sent)
        erasing = asyncio.create_task(hear(deletion(person)))
        done, _ = await asyncio.wait({erasing}, timeout=0.3)
        assert not done
        gate.opened.set()
        answer, _ = await asyncio.gather(asking, erasing)
        assert answer.status_code == 201
        again = await call.free.post("/api/pages", json={"text": "x"}, headers=key)
        assert again.status_code == 401
        assert not await left_of(open_work, person)
        async with admin_engine.connect() as connection:
            assert await connection.scalar(select(func.count()).select_from(idempotency)) == 0


class TestSweep:
    async def test_what_is_left_after_a_day_is_counted_and_alarms(
        self, app: Any, hear: Any, open_work: Any, run_schedule: Any, clock: Any
    ) -> None:
        person, living = new_id(), new_id()
        await hear(deletion(person))
        await hear(page(living))
        clock.move(days=1, hours=1)
        with capture_logs() as quiet:
            assert await run_schedule("diary.left_behind")
        assert [line for line in quiet if line["event"] == "erasure.left_behind"] == []
        async with open_work() as work:  # as if somebody had gone past the kernel
            for number in range(3):
                work.session.add(Page(id=new_id(), owner_id=person, text=str(number)))
            values = {"owner": str(person), "key": "k", "route": "POST /x", "body_digest": b""}
            await work.session.execute(insert(idempotency).values(**values))
            body = {"data": {"account_id": str(person)}}
            row = {"event_id": new_id(), "topic": "x.y.v1", "subject": person}
            await work.session.execute(insert(outbox).values(**row, body=body, headers={}))
        clock.move(days=1)
        with capture_logs() as loud:
            assert await run_schedule("diary.left_behind")
        [alarm] = [line for line in loud if line["event"] == "erasure.left_behind"]
        assert alarm["rows"] == {"page": 3, "idempotency": 1, "outbox": 1}
        assert alarm["log_level"] == "error"
        gauge = app.state.metrics.registry.get_sample_value("autotrack_left_behind_rows")
        assert gauge == 5
        async with open_work() as work:
            assert await work.session.scalar(select(func.count()).select_from(Page)) == 4

    async def test_within_the_day_it_says_nothing(
        self, hear: Any, open_work: Any, run_schedule: Any, clock: Any, app: Any
    ) -> None:
        person = new_id()
        await hear(deletion(person))
        async with open_work() as work:
            await hold_person(work.session, person)
            work.session.add(Page(id=new_id(), owner_id=person, text=""))
        with capture_logs() as quiet:
            await run_schedule("diary.left_behind")
        assert quiet == []
