"""An erasure against whatever else is under way: real transactions on a real PostgreSQL, stopped right before their commit."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session
from sqlalchemy.util import await_only

from shared.bus.listen import AnyListener
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.base import Event
from shared.contracts.erasure import AccountErased
from shared.db.persons import NAMES
from shared.testing.client import Callers
from shared.testing.examples import EXAMPLES

ERASURE = (AccountDeletionStarted, AccountErased)
PAUSE = 0.2
"""Seconds in which whatever is not kept waiting would have ended."""


class Gate:
    """Where a task's transaction stands until it is let through."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()


_gate: ContextVar[Gate | None] = ContextVar("gate", default=None)


@event.listens_for(Session, "before_commit")
def _stand(_session: Session) -> None:
    gate = _gate.get()
    if gate is not None:
        gate.reached.set()
        await_only(gate.opened.wait())


async def stopped(work: Awaitable[Any]) -> tuple[Gate, "asyncio.Task[Any]"]:
    """Starts it; returns as soon as it has done everything but commit, or has ended."""
    gate = Gate()

    async def run() -> Any:
        _gate.set(gate)
        return await work

    task = asyncio.create_task(run())
    reached = asyncio.create_task(gate.reached.wait())
    await asyncio.wait({task, reached}, return_when=asyncio.FIRST_COMPLETED)
    reached.cancel()
    return gate, task


async def left_of(open_work: Any, person: UUID) -> Counter[str]:
    """What a service still holds of somebody, by table."""
    left: Counter[str] = Counter()
    async with open_work() as work:
        for one in work.belongings.theirs:
            mine = select(func.count()).select_from(one.table)
            left[one.name] = await work.session.scalar(mine.where(one.whose(person), one.goes))
    return +left


def deletion(person: UUID) -> AccountDeletionStarted:
    return AccountDeletionStarted(account_id=person, started_at=datetime.now(UTC))


def about(example: Event, person: UUID) -> Event:
    """The same event, about this person."""
    name = next(name for name in NAMES if name in type(example).model_fields)
    return example.model_copy(update={name: person})


def heard(consumers: Sequence[AnyListener]) -> list[Any]:
    """An example of everything about one person these listen to but the erasure itself, for `parametrize`."""
    topics = {
        listener.event.topic
        for listener in consumers
        if not listener.event.model_fields.keys().isdisjoint(NAMES)
    }
    chosen = [one for one in EXAMPLES if one.topic in topics and not isinstance(one, ERASURE)]
    assert {type(one).topic for one in chosen} == topics - {kind.topic for kind in ERASURE}
    return [pytest.param(one, id=type(one).__name__) for one in chosen]


class AgainstErasure:
    """What every service promises, tried on each event it listens to. Subclasses parametrize `example` with `heard(...)`."""

    async def test_an_event_under_way_leaves_nothing(
        self, example: Event, hear: Callable[..., Any], run_jobs: Any, open_work: Any
    ) -> None:
        person = Callers.user_id("free")
        gate, handling = await stopped(hear(about(example, person)))
        erasing = asyncio.create_task(hear(deletion(person)))
        done, _ = await asyncio.wait({erasing}, timeout=PAUSE)
        assert handling.done() or not done, "the erasure did not wait for who holds the person"
        gate.opened.set()
        await asyncio.gather(handling, erasing)
        await run_jobs()
        assert not await left_of(open_work, person)

    async def test_an_event_that_comes_while_the_erasure_is_under_way_waits_and_leaves_nothing(
        self, example: Event, hear: Callable[..., Any], run_jobs: Any, open_work: Any
    ) -> None:
        person = Callers.user_id("free")
        gate, erasing = await stopped(hear(deletion(person)))
        handling = asyncio.create_task(hear(about(example, person)))
        done, _ = await asyncio.wait({handling}, timeout=PAUSE)
        assert not done, "the handler did not wait for the erasure"
        gate.opened.set()
        await asyncio.gather(handling, erasing)
        await run_jobs()
        assert not await left_of(open_work, person)

    async def test_before_and_after_and_again_it_leaves_nothing_and_says_nothing(
        self,
        example: Event,
        hear: Callable[..., Any],
        run_jobs: Any,
        open_work: Any,
        emitted: Any,
    ) -> None:
        person = Callers.user_id("free")
        await hear(about(example, person), times=2)
        await hear(deletion(person))
        await run_jobs()
        told = await emitted()
        assert isinstance(told[-1], AccountErased)
        await hear(about(example, person), times=2)
        await hear(deletion(person))
        await run_jobs()
        assert not await left_of(open_work, person)
        after = (await emitted())[len(told) :]
        assert all(isinstance(one, AccountErased) for one in after)
