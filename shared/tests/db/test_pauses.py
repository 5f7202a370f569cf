"""What a pause lets go, what it takes again, and what stays written."""

from typing import Any

import pytest
from sqlalchemy import func, insert, select, text

from shared.db.base import persons
from shared.db.persons import hold_person
from shared.errors import PersonErased, PreconditionFailed
from shared.ids import new_id
from shared.tests.conftest import notes

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def is_free(open_work: Any, person: Any) -> bool:
    """Whether another transaction could hold them at once."""
    async with open_work() as other:
        return await hold_person(other.session, person, wait=False)


async def count(open_work: Any) -> int:
    async with open_work() as other:
        return int(await other.session.scalar(select(func.count()).select_from(notes)))


async def test_who_was_held_alone_is_alone_again(open_work: Any) -> None:
    person = new_id()
    async with open_work() as work:  # known here
        await work.hold(person)
    async with open_work() as work:
        await work.hold_alone(person)
        assert not await is_free(open_work, person)
        async with work.paused():
            assert await is_free(open_work, person)
        assert not await is_free(open_work, person)


async def test_the_erased_may_be_held_alone_again_by_their_erasure(open_work: Any) -> None:
    person = new_id()
    async with open_work() as work:
        await work.bury(person)
    async with open_work() as work:
        assert not await work.hold_alone(person)
        async with work.paused():
            pass
        assert not await is_free(open_work, person)


async def test_who_is_erased_meanwhile_is_gone(open_work: Any) -> None:
    person = new_id()

    async def request() -> None:
        async with open_work() as work:
            await work.hold(person)
            async with work.paused(), open_work() as other:
                await other.bury(person)

    with pytest.raises(PersonErased):
        await request()


async def test_the_condition_is_asked_again(open_work: Any) -> None:
    asked = []

    async def judge() -> None:
        asked.append(1)
        raise PreconditionFailed

    async def request() -> None:
        async with open_work() as work:
            work.condition = judge
            async with work.paused():
                assert not asked

    with pytest.raises(PreconditionFailed):
        await request()
    assert asked == [1]


async def test_what_is_kept_stays_whatever_becomes_of_the_rest(open_work: Any) -> None:
    before = await count(open_work)

    async def request() -> None:
        async def write() -> None:
            await work.session.execute(insert(notes).values(id=new_id(), text="kept"))

        async with open_work() as work:
            async with work.paused():
                await work.keep(write)
            await write()
            raise ValueError("the rest")

    with pytest.raises(ValueError, match="the rest"):
        await request()
    assert await count(open_work) == before + 1


async def test_who_is_held_for_what_is_kept_is_held_anew_after_the_pause(open_work: Any) -> None:
    person = new_id()
    async with open_work() as work:
        await work.hold(person)
        async with work.paused():
            await work.keep(lambda: work.hold(person))
        locked = text(
            "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()"
            " AND relation = CAST(:name AS regclass) AND mode = 'RowShareLock'"
        )
        assert await work.session.scalar(locked, {"name": persons.name}) == 1
