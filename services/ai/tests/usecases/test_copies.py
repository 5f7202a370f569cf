"""The copy's side: what is behind for a minute is asked for, and nothing old or erased comes back."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.bus import copies
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.copies import (
    Digest,
    DigestsSaid,
    Head,
    StatesAsked,
    SubjectsGone,
    VersionsSaid,
)
from shared.contracts.vehicles import MaintenanceChanged, VehicleChanged
from shared.ids import new_id
from shared.testing.examples import EXAMPLES, NOW

OWNER = new_id()
CAR_EXAMPLE = next(one for one in EXAMPLES if isinstance(one, VehicleChanged))
RECORD_EXAMPLE = next(one for one in EXAMPLES if isinstance(one, MaintenanceChanged))


def car(version: int, subject: UUID, **said: Any) -> VehicleChanged:
    facts = {"version": version, "vehicle_id": subject, "owner_id": OWNER}
    return CAR_EXAMPLE.model_copy(update=facts | said)


def versions(*heads: Head, **said: Any) -> VersionsSaid:
    return VersionsSaid(said_id=new_id(), of=VehicleChanged.topic, heads=heads, **said)


def head(subject: UUID, version: int, **said: Any) -> Head:
    return Head(subject=subject, person=OWNER, version=version, **said)


def digests(count: int, summed: int) -> DigestsSaid:
    one = Digest(person=OWNER, count=count, versions=summed)
    return DigestsSaid(said_id=new_id(), of=VehicleChanged.topic, digests=(one,) if count else ())


@pytest.fixture
def asked(emitted: Any, run_jobs: Any, clock: Any) -> Any:
    """What is asked for once a minute has passed."""

    async def ask() -> list[StatesAsked]:
        before = len(await emitted(StatesAsked))
        await run_jobs(copies.CHECK, copies.COMPARE)
        assert len(await emitted(StatesAsked)) == before, "a minute's patience"
        clock.move(seconds=61)
        await run_jobs(copies.CHECK, copies.COMPARE)
        found: list[StatesAsked] = await emitted(StatesAsked)
        return found[before:]

    return ask


@pytest.fixture
def wrong(app: Any) -> Any:
    """How many copies were found wrong, by kind."""

    def count(kind: str, of: str = VehicleChanged.topic) -> float:
        value: float = app.state.metrics.copies_wrong.labels(of, kind)._value.get()
        return value

    return count


async def kept(engine: Any) -> dict[UUID, tuple[int, bool]]:
    async with engine.connect() as connection:
        rows = await connection.execute(text("SELECT id, version, deleted FROM car_copy"))
        return {row.id: (row.version, row.deleted) for row in rows}


class TestEachMinute:
    async def test_what_comes_within_the_minute_is_not_asked_for(
        self, hear: Any, asked: Any, wrong: Any
    ) -> None:
        one, other = new_id(), new_id()
        await hear(car(2, one))
        await hear(versions(head(one, 2), head(other, 1), head(new_id(), 4, deleted=True)))
        await hear(car(1, other))
        assert await asked() == []
        assert wrong("old") == wrong("missing") == 0

    async def test_what_does_not_is_asked_for_and_the_answer_heals(
        self, hear: Any, asked: Any, wrong: Any, admin_engine: Any
    ) -> None:
        old, missing = new_id(), new_id()
        await hear(car(2, old))
        said = versions(head(old, 3), head(missing, 1))
        await hear(said, times=2)
        await hear(versions(head(old, 3), head(missing, 1)))
        found = await asked()
        assert {one.subjects for one in found} == {(old,), (missing,)}
        assert {(one.account_id, one.of, one.asked_by) for one in found} == {
            (OWNER, VehicleChanged.topic, "ai")
        }
        assert (wrong("old"), wrong("missing")) == (1, 1)
        await hear(car(4, old))
        await hear(car(3, old))  # the older state, told meanwhile
        await hear(car(1, missing))
        assert await kept(admin_engine) == {old: (4, False), missing: (1, False)}
        await hear(said)
        assert await asked() == []

    async def test_while_the_queue_is_long_nobody_makes_it_longer(
        self, hear: Any, asked: Any, app: Any
    ) -> None:
        one = new_id()
        await hear(versions(head(one, 3)))
        app.state.metrics.note_lag(VehicleChanged.topic, 45.0)
        assert await asked() == []
        app.state.metrics.note_lag(VehicleChanged.topic, 0.1)
        [late] = await asked()
        assert late.subjects == (one,)

    async def test_a_thing_whose_deletion_was_lost_goes(
        self, hear: Any, asked: Any, wrong: Any, admin_engine: Any
    ) -> None:
        gone = new_id()
        await hear(car(2, gone))
        await hear(versions(head(gone, 3, deleted=True)))
        [one] = await asked()
        assert one.subjects == (gone,)
        await hear(SubjectsGone(account_id=OWNER, of=VehicleChanged.topic, subjects=(gone,)))
        assert await kept(admin_engine) == {gone: (3, True)}
        assert wrong("too_many") == 1


class TestEachNight:
    async def test_a_row_too_many_one_too_few_and_an_old_one_are_found(
        self, hear: Any, asked: Any, wrong: Any, admin_engine: Any
    ) -> None:
        right, old, stray, missing = sorted(new_id() for _ in range(4))
        for subject in (right, old, stray):
            await hear(car(2, subject))
        await hear(digests(3, 2 + 5 + 1))
        [whole] = await asked()
        assert (whole.account_id, whole.subjects) == (OWNER, None)
        named = (head(right, 2), head(old, 5), head(missing, 1))
        await hear(versions(*named, whole_of=OWNER))
        assert {one.subjects for one in await asked()} == {(old,), (stray,), (missing,)}
        await hear(car(5, old))
        await hear(car(1, missing))
        await hear(SubjectsGone(account_id=OWNER, of=VehicleChanged.topic, subjects=(stray,)))
        assert await kept(admin_engine) == {
            right: (2, False), old: (5, False), stray: (3, True), missing: (1, False),
        }  # fmt: skip
        assert (wrong("old"), wrong("missing"), wrong("too_many")) == (1, 1, 1)
        await hear(digests(3, 8))
        assert await asked() == [], "as it should be"

    async def test_whom_the_owner_does_not_name_has_nothing(self, hear: Any, asked: Any) -> None:
        await hear(car(1, new_id()))
        await hear(digests(0, 0))
        [whole] = await asked()
        assert whole.account_id == OWNER

    async def test_a_page_judges_its_own_range_only(self, hear: Any, asked: Any) -> None:
        first, second = sorted((new_id(), new_id()))
        for subject in (first, second):
            await hear(car(1, subject))
        await hear(versions(head(first, 1), whole_of=OWNER, upto=first))
        assert await asked() == []
        await hear(versions(whole_of=OWNER, after=first))
        [one] = await asked()
        assert one.subjects == (second,)

    async def test_what_came_right_within_the_minute_is_not_asked_about(
        self, hear: Any, asked: Any
    ) -> None:
        await hear(digests(1, 1))
        await hear(car(1, new_id()))
        assert await asked() == []


class TestErasure:
    async def test_nothing_brings_back_who_is_erased(
        self, hear: Any, asked: Any, admin_engine: Any
    ) -> None:
        one = new_id()
        await hear(car(1, one))
        await hear(versions(head(one, 2)))
        await hear(AccountDeletionStarted(account_id=OWNER, started_at=NOW))
        assert await asked() == [], "the waiting job goes with them"
        await hear(versions(head(one, 2)))
        await hear(digests(1, 2))
        assert await asked() == []
        await hear(car(2, one))  # a snapshot somebody asked for before
        assert await kept(admin_engine) == {}


async def test_records_go_with_their_car_and_are_not_missed(hear: Any, asked: Any) -> None:
    subject, record = new_id(), new_id()
    facts = {"record_id": record, "vehicle_id": subject, "owner_id": OWNER, "version": 1}
    await hear(car(1, subject))
    await hear(RECORD_EXAMPLE.model_copy(update=facts))
    await hear(car(2, subject, deleted=True))
    await hear(DigestsSaid(said_id=new_id(), of=MaintenanceChanged.topic, digests=()))
    assert await asked() == []
