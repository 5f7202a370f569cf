"""The owner's side: what was told is said again, as it is now."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.vehicles.tests.factories import make_record, make_vehicle
from shared.bus import copies
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.copies import DigestsSaid, StatesAsked, SubjectsGone, VersionsSaid
from shared.contracts.vehicles import MaintenanceChanged, VehicleChanged
from shared.ids import new_id
from shared.testing.client import Callers
from shared.testing.examples import NOW


async def published(engine: Any, *, seconds_ago: int = 1) -> None:
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "UPDATE outbox SET published_at = clock_timestamp() - make_interval(secs => :ago)"
            ),
            {"ago": seconds_ago},
        )


def asked(owner: UUID, *subjects: UUID, of: str = VehicleChanged.topic) -> StatesAsked:
    return StatesAsked(account_id=owner, of=of, asked_by="ai", subjects=subjects)


class TestEachMinute:
    async def test_what_was_told_lately_is_said_with_its_latest_version(
        self, call: Callers, emitted: Any, run_schedule: Any, admin_engine: Any, clock: Any
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        await call.free.patch(f"/api/vehicles/{car}", json={"color": "rouge"})
        gone = (await make_vehicle(call.free, model="208"))["id"]
        await call.free.delete(f"/api/vehicles/{gone}")
        assert await run_schedule("vehicles.versions")
        assert await emitted(VersionsSaid) == [], "not on the bus yet: nothing is lost"
        await published(admin_engine)
        clock.move(minutes=1)
        assert await run_schedule("vehicles.versions")
        [said] = await emitted(VersionsSaid)
        assert said.of == VehicleChanged.topic
        found = {str(head.subject): (head.version, head.deleted) for head in said.heads}
        assert found == {car: (2, False), gone: (2, True)}
        assert {head.person for head in said.heads} == {call.user_id("free")}
        await published(admin_engine, seconds_ago=600)
        clock.move(minutes=1)
        assert await run_schedule("vehicles.versions")
        assert len(await emitted(VersionsSaid)) == 1, "long ago"

    async def test_of_the_erased_nothing_is_said(
        self, call: Callers, emitted: Any, run_schedule: Any, admin_engine: Any, hear: Any
    ) -> None:
        await make_vehicle(call.free)
        await hear(AccountDeletionStarted(account_id=call.user_id("free"), started_at=NOW))
        await published(admin_engine)
        await run_schedule("vehicles.versions")
        assert await emitted(VersionsSaid) == []


class TestAnswer:
    async def test_the_state_is_told_as_it_is_now_and_nothing_changes(
        self, call: Callers, emitted: Any, hear: Any
    ) -> None:
        car = await make_vehicle(call.free, mileage=50_000)
        record = await make_record(call.free, car["id"])
        owner = call.user_id("free")
        before = (await emitted(VehicleChanged))[-1]
        noted = (await emitted(MaintenanceChanged))[-1]
        await hear(asked(owner, UUID(car["id"])))
        await hear(asked(owner, UUID(record["id"]), of=MaintenanceChanged.topic))
        assert (await emitted(VehicleChanged))[-1] == before
        assert (await emitted(MaintenanceChanged))[-1] == noted
        assert len(await emitted(VehicleChanged)) > 1
        assert await emitted(SubjectsGone) == []

    async def test_what_is_not_there_is_gone_and_of_the_erased_nothing_is_said(
        self, call: Callers, emitted: Any, hear: Any
    ) -> None:
        car = UUID((await make_vehicle(call.free))["id"])
        owner, stranger = call.user_id("free"), new_id()
        await hear(asked(owner, car, stranger))
        await hear(AccountDeletionStarted(account_id=owner, started_at=NOW))
        told = len(await emitted(VehicleChanged))
        await hear(asked(owner, car))
        assert [gone.subjects for gone in await emitted(SubjectsGone)] == [(stranger,)]
        assert len(await emitted(VehicleChanged)) == told

    async def test_everything_of_a_person_is_named_page_by_page(
        self, call: Callers, emitted: Any, hear: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(copies, "AT_ONCE", 2)
        cars = sorted([UUID((await make_vehicle(call.premium))["id"]) for _ in range(5)])
        await make_vehicle(call.other)
        owner = call.user_id("premium")
        await hear(StatesAsked(account_id=owner, of=VehicleChanged.topic, asked_by="ai"))
        pages = await emitted(VersionsSaid)
        assert [head.subject for page in pages for head in page.heads] == cars
        assert [(page.after, page.upto) for page in pages] == [
            (None, cars[1]), (cars[1], cars[3]), (cars[3], None),
        ]  # fmt: skip
        assert all(page.whole_of == owner for page in pages)


async def test_at_night_every_person_is_counted_page_by_page(
    call: Callers, emitted: Any, run_schedule: Any, run_jobs: Any, monkeypatch: Any, clock: Any
) -> None:
    monkeypatch.setattr(copies, "AT_ONCE", 2)
    people = sorted(call.user_id(f"person {number}") for number in range(3))
    for number in range(3):
        client = call.as_user(call.user_id(f"person {number}"))
        await make_vehicle(client)
        car = (await make_vehicle(client))["id"]
        await client.patch(f"/api/vehicles/{car}", json={"color": "bleu"})
    await run_schedule("vehicles.digests")
    clock.move(seconds=1)
    await run_jobs(copies.DIGESTS)
    pages = [said for said in await emitted(DigestsSaid) if said.of == VehicleChanged.topic]
    counted = [(one.person, one.count, one.versions) for page in pages for one in page.digests]
    assert counted == [(person, 2, 3) for person in people]
    assert [(page.after, page.upto) for page in pages] == [(None, people[1]), (people[1], None)]
