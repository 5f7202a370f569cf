"""The guard itself, on a real database: what is refused, and what is let pass."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import literal, select

from shared.db.outside import AskedInTransaction, elsewhere, guard, holds_connection, outside
from shared.db.unit_of_work import Mode
from shared.testing.outside import KNOWN

pytestmark = pytest.mark.asyncio(loop_scope="session")
ONE = select(literal(1))


class Vendor:
    @outside
    async def ask(self) -> int:
        """Answers."""
        return 1

    @outside
    async def list(self) -> AsyncGenerator[int, None]:
        for number in range(3):
            yield number

    @outside
    @asynccontextmanager
    async def opened(self) -> AsyncIterator[int]:
        yield 1


@pytest.fixture
def vendor() -> Any:
    """What these tests let it see is no fault of the service."""
    yield Vendor()
    guard.seen.clear()


@pytest.mark.parametrize("mode", list(Mode))
async def test_nobody_is_asked_between_the_first_statement_and_the_end(
    open_work: Any, vendor: Vendor, mode: Mode
) -> None:
    async with open_work(mode) as work:
        assert await vendor.ask() == 1
        await work.session.scalar(ONE)
        with pytest.raises(AskedInTransaction, match=r"Vendor\.ask"):
            await vendor.ask()
        with pytest.raises(AskedInTransaction):
            vendor.opened()
    assert await vendor.ask() == 1


async def test_while_work_is_paused_they_are(open_work: Any, vendor: Vendor) -> None:
    async with open_work() as work:
        await work.session.scalar(ONE)
        async with work.paused():
            assert await vendor.ask() == 1
        await work.session.scalar(ONE)
        with pytest.raises(AskedInTransaction):
            await vendor.ask()


async def test_a_list_is_asked_anew_at_each_step(open_work: Any, vendor: Vendor) -> None:
    heard = []

    async def keep() -> None:
        async with aclosing(vendor.list()) as numbers:
            async for number in numbers:
                heard.append(number)
                async with open_work() as work:
                    await work.session.scalar(ONE)
                    if number:
                        await anext(numbers)

    with pytest.raises(AskedInTransaction):
        await keep()
    assert heard == [0, 1]


async def test_a_task_that_was_started_meanwhile_is_part_of_it(
    open_work: Any, vendor: Vendor
) -> None:
    async with open_work() as work:
        await work.session.scalar(ONE)
        with pytest.raises(AskedInTransaction):
            await asyncio.create_task(vendor.ask())
        with elsewhere():
            assert await vendor.ask() == 1
    assert not holds_connection()


async def test_where_it_does_not_refuse_it_is_told_once(
    open_work: Any, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("shared.db.outside.log.warning", lambda _, asked: told.append(asked))
    monkeypatch.setattr(guard, "refuses", False)
    monkeypatch.setattr(guard, "_told", set())
    async with open_work() as work:
        await work.session.scalar(ONE)
        assert [await vendor.ask() for _ in range(3)] == [1, 1, 1]
    assert told == ["Vendor.ask"]


async def test_what_is_known_is_let_pass(
    open_work: Any, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "known", KNOWN | {"Vendor.ask"})
    async with open_work() as work:
        await work.session.scalar(ONE)
        assert await vendor.ask() == 1
