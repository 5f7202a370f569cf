"""Deliveries that wait are one transaction, and what becomes of each is as if it had come alone."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from shared.bus.outbox import outbox_row
from shared.bus.together import MOST, Together
from shared.db.base import inbox, outbox, persons
from shared.ids import new_id
from shared.observe.correlation import accept
from shared.tests.conftest import NoteWritten, behaviour, notes


class Delivered:
    """What a message off the wire is to its reader; what it is told is noted."""

    channel, type, routing_key = "one", None, "note.written"

    def __init__(self, body: bytes, headers: Mapping[str, str]) -> None:
        self.body, self.headers = body, headers
        self.fate: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def ack(self, *, multiple: bool = False) -> None:
        self.fate.set_result("acknowledged with those before" if multiple else "acknowledged")

    async def nack(self, *, requeue: bool) -> None:
        self.fate.set_result("given back" if requeue else "lost")


def delivery(note: NoteWritten, headers: Mapping[str, str] | None = None) -> Any:
    row = outbox_row(note)
    return Delivered(orjson.dumps(row["body"]), {**row["headers"], **(headers or {})})


def written(text: str = "bonjour") -> NoteWritten:
    return NoteWritten(note_id=new_id(), text=text)


@pytest.fixture
def together(app: Any) -> Together:
    return Together(app.state.worker.inbox)


@pytest.fixture
def receive(together: Together) -> Any:
    async def all_at_once(*deliveries: Any) -> None:
        for one in deliveries:
            await together.take(one)
        while together.working is not None:
            await asyncio.wait([together.working])

    return all_at_once


@pytest.fixture
def left(admin_engine: Any) -> Any:
    """What is kept: notes, and inbox rows by state; and in how many transactions they came."""

    async def look() -> tuple[int, dict[str, int], int]:
        async with admin_engine.connect() as connection:
            kept = await connection.scalar(select(func.count()).select_from(notes))
            states = await connection.execute(
                select(inbox.c.state, func.count()).group_by(inbox.c.state)
            )
            by = await connection.scalar(
                select(func.count(func.distinct(inbox.c.finished_at))).where(
                    inbox.c.state == "done"
                )
            )
            return int(kept or 0), {row[0]: row[1] for row in states}, int(by or 0)

    return look


class TestTogether:
    async def test_what_waits_is_one_transaction_and_the_first_waits_for_nobody(
        self, receive: Any, left: Any
    ) -> None:
        await receive(delivery(written()))
        assert await left() == (1, {"done": 1}, 1)
        await receive(*(delivery(written()) for _ in range(30)))
        assert await left() == (31, {"done": 31}, 2)

    async def test_more_than_a_company_are_several(self, receive: Any, left: Any) -> None:
        await receive(*(delivery(written()) for _ in range(2 * MOST + 1)))
        kept, states, transactions = await left()
        assert (kept, states) == (2 * MOST + 1, {"done": 2 * MOST + 1})
        assert transactions == 3

    async def test_one_that_fails_is_alone_in_that(self, receive: Any, left: Any) -> None:
        behaviour.fail_times = 2  # in company, and then alone
        await receive(*(delivery(written()) for _ in range(5)))
        kept, states, _ = await left()
        assert (kept, states) == (4, {"done": 4, "retry": 1})

    async def test_twins_in_one_company_are_one_effect(self, receive: Any, left: Any) -> None:
        twin = delivery(written())
        await receive(twin, delivery(written()), twin, twin)
        kept, states, transactions = await left()
        assert (kept, states, transactions) == (2, {"done": 2}, 1)
        assert behaviour.runs == ["keep", "keep"]

    async def test_one_that_came_before_is_not_done_again(self, receive: Any, left: Any) -> None:
        known = delivery(written())
        await receive(known)
        await receive(known, delivery(written()))
        kept, states, _ = await left()
        assert (kept, states) == (2, {"done": 2})

    async def test_poison_spoils_nobody(self, receive: Any, left: Any) -> None:
        await receive(delivery(written()), Delivered(b"{", {}), delivery(written()))
        kept, states, _ = await left()
        assert (kept, states) == (2, {"done": 2, "dead": 1})

    async def test_what_each_says_carries_the_id_of_its_own_click(
        self, receive: Any, admin_engine: Any
    ) -> None:
        clicks = {f"click-{number}" for number in range(4)}
        await receive(
            *(delivery(written("tell"), accept(click, None).headers()) for click in sorted(clicks))
        )
        async with admin_engine.connect() as connection:
            rows = (await connection.execute(select(outbox.c.headers))).scalars()
            assert {headers["x-request-id"] for headers in rows} == clicks

    async def test_nobody_lets_the_transaction_go_in_which_a_message_is_noted_as_done(
        self, receive: Any, left: Any
    ) -> None:
        for company in (0, 2):
            await receive(
                delivery(written("pause")), *(delivery(written()) for _ in range(company))
            )
        assert "paused" not in behaviour.runs
        kept, states, _ = await left()
        assert (kept, states) == (2, {"done": 2, "retry": 2})

    async def test_a_database_that_is_away_is_said_to_each_and_nothing_hangs(
        self, receive: Any, together: Together, left: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        together._patience = 0.0

        class Away(Exception):
            pass

        async def gone(*_: Any) -> None:
            raise Away

        inbox_ = together._inbox
        monkeypatch.setattr(inbox_, "receive", gone)
        monkeypatch.setattr(inbox_, "_done_together", lambda _: asyncio.sleep(0, result=False))
        waiting = [delivery(written()) for _ in range(3)]
        await receive(*waiting)
        assert [one.fate.result() for one in waiting] == ["given back"] * 3
        monkeypatch.undo()
        await receive(delivery(written()))
        assert await left() == (1, {"done": 1}, 1)

    async def test_a_database_that_comes_back_in_time_costs_no_message(
        self, receive: Any, left: Any, together: Together, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Away(Exception):
            pass

        inbox_, times = together._inbox, iter([True, True, True, False])
        whole = inbox_.receive_all

        async def away_for_a_while(deliveries: Any) -> list[Exception | None]:
            return [Away() for _ in deliveries] if next(times) else await whole(deliveries)

        together._patience = 60.0
        monkeypatch.setattr(inbox_, "receive_all", away_for_a_while)
        monkeypatch.setattr("shared.bus.patience.FIRST_PAUSE", 0.01)
        waiting = [delivery(written()) for _ in range(3)]
        await receive(*waiting)
        assert (await left())[:2] == (3, {"done": 3})
        assert waiting[-1].fate.result() == "acknowledged with those before"

    async def test_a_company_of_one_channel_is_acknowledged_at_once_and_of_two_each_by_itself(
        self, receive: Any
    ) -> None:
        alone, *company = [delivery(written()) for _ in range(4)]
        await receive(alone)
        await receive(*company)
        assert [one.fate.done() for one in company] == [False, False, True]
        assert company[-1].fate.result() == "acknowledged with those before"
        first, second = delivery(written()), delivery(written())
        second.channel = "another"
        await receive(first, second)
        assert [one.fate.result() for one in (first, second)] == ["acknowledged"] * 2

    async def test_a_mistake_of_ours_keeps_no_message_for_ever(
        self, receive: Any, together: Together, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def mistaken(_: Any) -> None:
            raise RuntimeError

        monkeypatch.setattr(together._inbox, "receive_all", mistaken)
        waiting = [delivery(written()) for _ in range(2)]
        await receive(*waiting)
        assert [one.fate.result() for one in waiting] == ["given back"] * 2


class TestHoldAll:
    async def test_strangers_and_the_erased_are_told_apart(
        self, open_work: Any, admin_engine: Any
    ) -> None:
        known, stranger, erased = new_id(), new_id(), new_id()
        async with open_work() as work:
            await work.hold(known)
            await work.bury(erased)
        async with open_work() as work:
            await work.hold_all({known, stranger, erased})
            assert [await work.hold(one) for one in (known, stranger, erased)] == [
                True,
                True,
                False,
            ]
        async with admin_engine.connect() as connection:
            assert await connection.scalar(select(func.count()).select_from(persons)) == 3

    async def test_two_who_take_several_never_wait_in_a_circle(self, open_work: Any) -> None:
        people = [new_id() for _ in range(20)]

        async def take(some: list[Any]) -> None:
            async with open_work() as work:
                await work.hold_all(set(some))

        await asyncio.wait_for(
            asyncio.gather(
                *(take(people), take(people[::-1])), *(take(people[n:]) for n in range(8))
            ),
            20,
        )
