import asyncio
import random
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text

from services.vehicles.domain.changes import NotACursor, Place
from services.vehicles.domain.things import ThingKind
from services.vehicles.storage.cars.models import Membership
from services.vehicles.storage.running.expenses import Expense
from services.vehicles.tests.factories import (
    make_plan,
    make_record,
    make_reminder,
    make_vehicle,
    read_odometer,
)
from services.vehicles.tests.running.factories import euros, fill_up, make_expense, make_value
from services.vehicles.tests.running.sharing import share
from services.vehicles.usecases.sync import changes_since
from shared.access import Access
from shared.clock import FixedClock
from shared.contracts.scopes import Scope
from shared.http.identity import Caller
from shared.ids import new_id
from shared.testing.client import Callers


class Client:
    """As an app keeps a copy of everything it sees.

    `changes` are those that are not word for word what came last: one may come twice, if any transaction of the server was open
    when it was made. For the same reason a full page may have no next one yet: it is asked for again in a moment.
    """

    def __init__(self, caller: Any, *, limit: int = 200) -> None:
        self.caller, self.limit = caller, limit
        self.cursor = ""
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.changes: list[dict[str, Any]] = []
        self._latest: dict[tuple[str, str], dict[str, Any]] = {}

    async def sync(self) -> "Client":
        self.changes = []
        has_more = True
        while has_more:
            answer = await self.caller.get(
                f"/api/sync?limit={self.limit}&changed_since={self.cursor}"
            )
            assert answer.status_code == 200, answer.text
            page = answer.json()
            for change in page["changes"]:
                self._take(change)
            self.cursor, has_more = page["cursor"], page["has_more"]
            if not has_more and len(page["changes"]) == self.limit:
                await asyncio.sleep(0.1)
                has_more = True
        return self

    def _take(self, change: dict[str, Any]) -> None:
        key = (change["kind"], change["id"])
        if self._latest.get(key) != change:
            self.changes.append(change)
        self._latest[key] = change
        if change["kind"] == "vehicle" and change["change"] != "changed":
            self.items = {
                known: item
                for known, item in self.items.items()
                if change["vehicle"] not in {item.get("vehicle"), known[1]}
            }
        if change["change"] == "deleted":
            self.items.pop(key, None)
        else:
            self.items[key] = change["item"] | {"vehicle": change["vehicle"]}

    @property
    def kinds(self) -> list[str]:
        return sorted(kind for kind, _ in self.items)


async def furnish(call: Callers) -> str:
    car: str = (await make_vehicle(call.premium))["id"]
    await make_record(call.premium, car, cost=euros("99.00"), mileage=50_000)
    await make_plan(call.premium, car)
    await make_reminder(call.premium, car)
    await make_expense(call.premium, car)
    await make_value(call.premium, car, "2026-03-01", "9000.00")
    await fill_up(call.premium, car)
    return car


EVERYTHING = [
    "expense",
    "fill",
    "maintenance",
    "odometer",
    "plan",
    "reminder",
    "reminder",  # the plan's, by the id of the plan
    "value_point",
    "vehicle",
]


class TestSync:
    @pytest.mark.parametrize("limit", [1, 3, 200])
    async def test_everything_once_and_then_what_changed(self, call: Callers, limit: int) -> None:
        car = await furnish(call)
        app = await Client(call.premium, limit=limit).sync()
        assert app.kinds == EVERYTHING
        record = (await call.premium.get("/api/maintenances")).json()["results"][0]
        assert app.items["maintenance", record["id"]] == record
        assert (await app.sync()).changes == []
        await make_expense(call.premium, car, title="new")
        await app.sync()
        assert [c["kind"] for c in app.changes] == ["expense"]
        await read_odometer(call.premium, car, 51_000, "2026-06-01")
        await app.sync()
        assert {c["kind"] for c in app.changes} >= {"odometer", "vehicle"}
        assert (await app.sync()).changes == []

    async def test_what_is_gone_is_told(self, call: Callers) -> None:
        car = await furnish(call)
        app = await Client(call.premium).sync()
        record = (await call.premium.get("/api/maintenances")).json()["results"][0]
        await call.premium.delete(f"/api/maintenances/{record['id']}")
        await app.sync()
        assert ("maintenance", record["id"]) not in app.items
        expense = (await call.premium.get("/api/expenses")).json()["results"][0]
        await call.premium.delete(f"/api/expenses/{expense['id']}")
        await app.sync()
        assert [(c["kind"], c["change"]) for c in app.changes] == [("expense", "deleted")]
        await call.premium.post(f"/api/expenses/{expense['id']}/restore")
        await app.sync()
        assert [(c["kind"], c["change"]) for c in app.changes] == [("expense", "changed")]
        fill = (await call.premium.get("/api/fills")).json()["results"][0]
        await call.premium.delete(f"/api/fills/{fill['id']}")
        await app.sync()
        assert ("fill", fill["id"]) not in app.items
        await call.premium.delete(f"/api/vehicles/{car}")
        assert (await app.sync()).items == {}

    async def test_a_car_out_of_the_trash_comes_back_whole(self, call: Callers) -> None:
        car = await furnish(call)
        app = await Client(call.premium).sync()
        before = app.kinds
        await call.premium.delete(f"/api/vehicles/{car}")
        assert (await app.sync()).items == {}
        restored = await call.premium.post(f"/api/vehicles/{car}/restore")
        assert restored.status_code == 200, restored.text
        assert (await app.sync()).kinds == before

    async def test_a_record_moved_to_another_car(self, call: Callers) -> None:
        await furnish(call)
        other = (await make_vehicle(call.premium))["id"]
        app = await Client(call.premium).sync()
        record = (await call.premium.get("/api/maintenances")).json()["results"][0]
        await call.premium.patch(f"/api/maintenances/{record['id']}", json={"vehicle": other})
        await app.sync()
        assert app.items["maintenance", record["id"]]["vehicle"] == other

    async def test_nobody_elses(self, call: Callers) -> None:
        await furnish(call)
        app = await Client(call.other).sync()
        assert (app.items, app.changes) == ({}, [])


class TestSharedCars:
    async def test_each_role_and_its_end(self, call: Callers, open_work: Any) -> None:
        car = await furnish(call)
        app = await Client(call.standard).sync()
        member = call.user_id("standard")
        await share(open_work, car, member, "editor")
        assert (await app.sync()).kinds == EVERYTHING
        await share(open_work, car, member, "viewer")
        await app.sync()
        assert app.kinds == [each for each in EVERYTHING if each not in {"expense", "value_point"}]
        await share(open_work, car, member, "viewer", costs_visible=True)
        assert (await app.sync()).kinds == EVERYTHING
        await share(open_work, car, member, "driver")
        assert (await app.sync()).kinds == ["vehicle"]
        async with open_work() as work:
            await work.session.execute(delete(Membership).where(Membership.member_id == member))
        await app.sync()
        assert app.items == {}
        assert [c["change"] for c in app.changes] == ["deleted"]

    async def test_a_tombstone_only_to_whom_the_thing_was_shown(
        self, call: Callers, open_work: Any
    ) -> None:
        car = await furnish(call)
        await share(open_work, car, call.user_id("standard"), "viewer")
        await share(open_work, car, call.user_id("other"), "driver")
        viewer = await Client(call.standard).sync()
        driver = await Client(call.other).sync()
        points = (await call.premium.get(f"/api/vehicles/{car}/value-points")).json()["results"]
        await call.premium.delete(f"/api/vehicles/{car}/value-points/{points[0]['id']}")
        plan = (await call.premium.get("/api/maintenance-plans")).json()["results"][0]
        await call.premium.delete(f"/api/maintenance-plans/{plan['id']}")
        gone = {(c["kind"], c["id"]) for c in (await viewer.sync()).changes}
        assert gone == {("plan", plan["id"]), ("reminder", plan["id"])}
        assert {c["change"] for c in viewer.changes} == {"deleted"}
        assert (await driver.sync()).changes == []

    async def test_the_owners_deletion_reaches_members(self, call: Callers, open_work: Any) -> None:
        car = await furnish(call)
        await share(open_work, car, call.user_id("standard"), "editor")
        app = await Client(call.standard).sync()
        await call.premium.delete(f"/api/vehicles/{car}")
        assert (await app.sync()).items == {}

    async def test_handed_over_it_is_gone_here_and_whole_there(
        self, call: Callers, open_work: Any
    ) -> None:
        """As the handover does it: every row changes its owner."""
        car = UUID(await furnish(call))
        giver, receiver = await Client(call.premium).sync(), await Client(call.other).sync()
        async with open_work() as work:
            watched = text(
                "SELECT table_name FROM information_schema.columns WHERE column_name = 'owner_id'"
                " AND table_schema = 'public' AND (table_name = 'vehicle' OR table_name IN ("
                "SELECT table_name FROM information_schema.columns"
                " WHERE column_name = 'vehicle_id')) ORDER BY 1"
            )
            for table in [*await work.session.scalars(watched), "occurrence"]:
                key = "id" if table == "vehicle" else "vehicle_id"
                await work.session.execute(
                    text(f"UPDATE {table} SET owner_id = :to WHERE {key} = :car"),  # noqa: S608
                    {"to": call.user_id("other"), "car": car},
                )
        assert (await giver.sync()).items == {}
        assert (await receiver.sync()).kinds == EVERYTHING

    async def test_a_key_is_told_what_it_may_read(self, call: Callers) -> None:
        await furnish(call)
        key = call.with_caller(
            Caller(
                user_id=call.user_id("premium"),
                api_key=new_id(),
                scopes=frozenset({Scope.VEHICLES_READ}),
            )
        )
        app = await Client(key).sync()
        assert app.kinds == ["expense", "fill", "odometer", "value_point", "vehicle"]


class TestCursors:
    async def test_one_older_than_a_month_is_over(self, call: Callers, clock: FixedClock) -> None:
        clock.set(datetime(2026, 11, 1, tzinfo=UTC))
        app = await Client(call.premium).sync()
        clock.set(datetime(2026, 12, 1, tzinfo=UTC))
        path = f"/api/sync?changed_since={app.cursor}"
        assert (await call.premium.get(path)).status_code == 200
        clock.set(datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC))
        answer = await call.premium.get(path)
        assert (answer.status_code, answer.json()["code"]) == (410, "sync_expired")

    async def test_a_page_left_alone_for_a_month_is_over_too(
        self, call: Callers, clock: FixedClock
    ) -> None:
        await furnish(call)
        page = (await call.premium.get("/api/sync?limit=2")).json()
        clock.set(clock.now() + timedelta(days=20))
        path = f"/api/sync?limit=2&changed_since={page['cursor']}"
        page = (await call.premium.get(path)).json()
        for _ in range(
            100
        ):  # what is written while any transaction of the server is open is told later
            if page["has_more"]:
                break
            await asyncio.sleep(0.1)
            page = (await call.premium.get(path)).json()
        assert page["has_more"]
        clock.set(clock.now() + timedelta(days=11))
        answer = await call.premium.get(f"/api/sync?changed_since={page['cursor']}")
        assert answer.status_code == 410

    @pytest.mark.parametrize("cursor", ["x", "A" * 40, "AAAA", "a-_b"])
    async def test_a_made_up_one_is_refused(self, call: Callers, cursor: str) -> None:
        answer = await call.premium.get(f"/api/sync?changed_since={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")

    def test_a_forged_one_is_none(self) -> None:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        assert Place.parse(Place(5, 2, new_id(), now).text()).transaction == 5
        for forged in (Place(2**63, 0, new_id(), now), Place(-2, 0, new_id(), now)):
            with pytest.raises(NotACursor):
                Place.parse(forged.text())


class Writer:
    """A transaction that stays open while others begin and end."""

    def __init__(self, car: UUID, owner: UUID) -> None:
        self.car, self.owner = car, owner
        self.stack = AsyncExitStack()
        self.work: Any = None

    async def begin(self, open_work: Any) -> None:
        self.work = await self.stack.enter_async_context(open_work())

    async def write(self, dice: random.Random) -> None:
        session = self.work.session
        mine = list(await session.scalars(select(Expense).with_for_update(skip_locked=True)))
        if mine and dice.random() < 0.25:
            await session.delete(dice.choice(mine))
        elif mine and dice.random() < 0.5:
            dice.choice(mine).title = str(dice.random())
        else:
            session.add(
                Expense(
                    id=new_id(),
                    owner_id=self.owner,
                    vehicle_id=self.car,
                    spent_on=date(2026, 1, 1),
                    category="other",
                    amount_minor=1,
                    currency="EUR",
                    title="new",
                    created_at=self.work.now,
                    updated_at=self.work.now,
                )
            )
        await session.flush()

    async def end(self) -> None:
        await self.stack.aclose()


class Reader:
    def __init__(self, now: datetime) -> None:
        self.place = Place.beginning(now)
        self.known: dict[UUID, str | None] = {}

    async def sync(self, open_work: Any, person: UUID, limit: int) -> None:
        has_more = True
        while has_more:
            async with open_work() as work:
                found = await changes_since(
                    work,
                    access=Access(person),
                    place=self.place,
                    kinds=frozenset({ThingKind.VEHICLE, ThingKind.EXPENSE}),
                    limit=limit,
                )
            for change in found.changes:
                if change.kind is not ThingKind.EXPENSE:
                    continue
                if change.change == "deleted":
                    self.known.pop(change.row_id, None)
                else:
                    self.known[change.row_id] = found.rows[ThingKind.EXPENSE][change.row_id].title
            self.place, has_more = found.place, found.has_more


@pytest.mark.parametrize("seed", range(12))
async def test_a_cursor_misses_nothing_whatever_the_order_of_commits(
    call: Callers, open_work: Any, clock: FixedClock, seed: int
) -> None:
    """Transactions begin, write, and end in random order; a reader asks in between, with pages of any size."""
    dice = random.Random(seed)
    car = UUID((await make_vehicle(call.premium))["id"])
    owner = call.user_id("premium")
    reader, running = Reader(clock.now()), list[Writer]()
    for _ in range(60):
        step = dice.random()
        if step < 0.3 and len(running) < 4:
            running.append(writer := Writer(car, owner))
            await writer.begin(open_work)
        elif step < 0.65 and running:
            await dice.choice(running).write(dice)
        elif step < 0.8 and running:
            await running.pop(dice.randrange(len(running))).end()
        else:
            await reader.sync(open_work, owner, dice.choice([1, 2, 5, 100]))
    for writer in running:
        await writer.end()
    await reader.sync(open_work, owner, 100)
    async with open_work() as work:
        there = {row.id: row.title for row in await work.session.scalars(select(Expense))}
    assert reader.known == there
