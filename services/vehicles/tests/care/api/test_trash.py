"""Domain page §3: deleting a record takes back its reading and reopens the plan it closed; undo for thirty days."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.cars.models import Membership
from services.vehicles.storage.retention import RETENTION
from services.vehicles.tests.factories import (
    kept_document,
    make_plan,
    make_record,
    make_vehicle,
    read_odometer,
)
from shared.contracts.copies import StatesAsked, SubjectsGone
from shared.contracts.vehicles import MaintenanceChanged
from shared.db.retention import purge
from shared.ids import new_id
from shared.testing.client import Callers

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
MONEY = {"amount": "209.10", "currency": "EUR"}


@pytest_asyncio.fixture(loop_scope="session")
async def at_rest(clock: Any) -> None:
    clock.set(NOW)


async def a_closed_plan(call: Callers) -> tuple[str, str, str]:
    car = (await make_vehicle(call.free))["id"]
    plan = await make_plan(call.free, car, last_done_on="2025-03-10", last_done_mileage=45_000)
    record = await make_record(
        call.free, car, service_date="2026-03-10", mileage=60_000, cost=MONEY, garage="Garage A"
    )
    return car, plan["id"], record["id"]


async def the_plan(call: Callers, plan: str) -> tuple[Any, Any, Any]:
    told = (await call.free.get(f"/api/maintenance-plans/{plan}")).json()
    return told["last_maintenance"], told["due_on"], told["due_mileage"]


class TestDelete:
    async def test_everything_is_as_if_it_had_not_been(
        self, call: Callers, at_rest: None, emitted: Any
    ) -> None:
        car, plan, record = await a_closed_plan(call)
        assert await the_plan(call, plan) == (record, "2027-03-10", 75_000)
        assert (await call.free.delete(f"/api/maintenances/{record}")).status_code == 204
        assert await the_plan(call, plan) == (None, "2026-03-10", 60_000)
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] is None
        assert (await call.free.get(f"/api/maintenances/{record}")).status_code == 404
        for path in ("maintenances", "maintenances/recent", f"vehicles/{car}/maintenances"):
            assert (await call.free.get(f"/api/{path}")).json()["count"] == 0
        timeline = (await call.free.get(f"/api/vehicles/{car}/timeline")).json()["results"]
        assert [each["kind"] for each in timeline] == []
        found = (await call.free.get("/api/search?q=garage")).json()["results"]
        assert not [each for each in found if each["kind"] == "maintenance"]
        stats = (await call.free.get("/api/maintenances/stats")).json()
        assert (stats["total"], stats["by_status"]) == ([], {})
        [summary] = (await call.free.get("/api/maintenances/by_vehicle")).json()
        assert (summary["count"], summary["spent"], summary["last_service_on"]) == (0, [], None)
        told = [(e.version, e.deleted) for e in await emitted(MaintenanceChanged)]
        assert told == [(1, False), (2, True)]

    async def test_what_is_in_the_trash_is_neither_changed_nor_deleted_again(
        self, call: Callers, at_rest: None
    ) -> None:
        _, _, record = await a_closed_plan(call)
        await call.free.delete(f"/api/maintenances/{record}")
        address = f"/api/maintenances/{record}"
        assert (await call.free.patch(address, json={"garage": "x"})).status_code == 404
        assert (await call.free.delete(address)).status_code == 404


class TestRestore:
    async def test_it_is_what_it_was(self, call: Callers, at_rest: None, emitted: Any) -> None:
        car, plan, record = await a_closed_plan(call)
        before = (await call.free.get(f"/api/maintenances/{record}")).json()
        await call.free.delete(f"/api/maintenances/{record}")
        [trashed] = (await call.free.get("/api/maintenances/trash")).json()["results"]
        assert (trashed["id"], trashed["trashed_at"]) == (record, "2026-06-15T09:00:00.000Z")
        answer = await call.free.post(f"/api/maintenances/{record}/restore")
        assert answer.status_code == 200, answer.text
        changed = ("odometer_reading", "updated_at")
        same = {name: value for name, value in answer.json().items() if name not in changed}
        assert same == {name: value for name, value in before.items() if name not in changed}
        assert await the_plan(call, plan) == (record, "2027-03-10", 75_000)
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 60_000
        assert (await call.free.get("/api/maintenances/trash")).json()["count"] == 0
        assert (await call.free.post(f"/api/maintenances/{record}/restore")).status_code == 404
        told = [(e.version, e.deleted) for e in await emitted(MaintenanceChanged)]
        assert told == [(1, False), (2, True), (3, False)]

    async def test_its_reading_is_judged_again(self, call: Callers, at_rest: None) -> None:
        car, plan, record = await a_closed_plan(call)
        await call.free.delete(f"/api/maintenances/{record}")
        for day in ("2026-04-01", "2026-05-01"):  # two agree: they outweigh a record
            await read_odometer(call.free, car, 50_000, day)
        restored = (await call.free.post(f"/api/maintenances/{record}/restore")).json()
        assert restored["warnings"] == ["mileage_quarantined"]
        assert restored["mileage"] == 60_000
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 50_000
        assert (await the_plan(call, plan))[:2] == (record, "2027-03-10")

    async def test_without_a_document_that_has_gone_meanwhile(
        self, call: Callers, at_rest: None, hear: Any
    ) -> None:
        owner, paper = call.user_id("free"), new_id()
        await hear(kept_document(owner, paper))
        car = (await make_vehicle(call.free))["id"]
        record = (await make_record(call.free, car, documents=[str(paper)]))["id"]
        await call.free.delete(f"/api/maintenances/{record}")
        await hear(kept_document(owner, paper, version=2, deleted=True))
        restored = (await call.free.post(f"/api/maintenances/{record}/restore")).json()
        assert restored["documents"] == []

    async def test_somebody_elses_trash_is_not_there(self, call: Callers, at_rest: None) -> None:
        _, _, record = await a_closed_plan(call)
        await call.free.delete(f"/api/maintenances/{record}")
        assert (await call.other.get("/api/maintenances/trash")).json()["count"] == 0
        assert (await call.other.post(f"/api/maintenances/{record}/restore")).status_code == 404


class TestRoles:
    @pytest.mark.parametrize(
        ("role", "deletes", "restores", "seen"),
        [
            (Role.MANAGER, 204, 200, 1),
            (Role.EDITOR, 204, 200, 1),
            (Role.VIEWER, 403, 403, 0),
            (Role.DRIVER, 403, 403, 0),
        ],
    )
    async def test_who_may_delete_may_take_it_out_again(
        self,
        call: Callers,
        at_rest: None,
        open_work: Any,
        role: Role,
        deletes: int,
        restores: int,
        seen: int,
    ) -> None:
        car, _, record = await a_closed_plan(call)
        async with open_work() as work:
            guest = call.user_id("other")
            row = Membership(vehicle_id=UUID(car), member_id=guest, role=role, created_at=work.now)
            work.session.add(row)
        address = f"/api/maintenances/{record}"
        assert (await call.other.delete(address)).status_code == deletes
        await call.free.delete(address)
        assert (await call.other.get("/api/maintenances/trash")).json()["count"] == seen
        assert (await call.other.post(f"{address}/restore")).status_code == restores


class TestOthers:
    async def test_to_whoever_asks_it_is_deleted(
        self, call: Callers, at_rest: None, emitted: Any, hear: Any
    ) -> None:
        _, _, record = await a_closed_plan(call)
        await call.free.delete(f"/api/maintenances/{record}")
        asked = StatesAsked(
            account_id=call.user_id("free"),
            of=MaintenanceChanged.topic,
            asked_by="ai",
            subjects=(UUID(record),),
        )
        await hear(asked)
        said = [(e.version, e.deleted) for e in await emitted(MaintenanceChanged)]
        assert said == [(1, False), (2, True), (2, True)]
        assert await emitted(SubjectsGone) == []

    async def test_whoever_asks_what_changed_hears_that_it_is_gone_and_that_it_is_back(
        self, call: Callers, at_rest: None
    ) -> None:
        _, _, record = await a_closed_plan(call)
        cursor = (await call.free.get("/api/sync")).json()["cursor"]

        async def told() -> list[bool]:
            nonlocal cursor
            answer = (await call.free.get(f"/api/sync?changed_since={cursor}")).json()
            cursor = answer["cursor"]
            return [each["item"] is None for each in answer["changes"] if each["id"] == record]

        await call.free.delete(f"/api/maintenances/{record}")
        assert (await told())[-1:] == [True]
        await call.free.post(f"/api/maintenances/{record}/restore")
        assert (await told())[-1:] == [False]


class TestPurge:
    async def test_after_thirty_days_it_is_gone(
        self, call: Callers, at_rest: None, admin_engine: Any
    ) -> None:
        _, _, record = await a_closed_plan(call)
        _, _, other = await a_closed_plan(call)
        await call.free.delete(f"/api/maintenances/{record}")
        await call.free.delete(f"/api/maintenances/{other}")
        aged = "UPDATE maintenance_record SET trashed_at = now() - make_interval(days => :days)"
        async with admin_engine.begin() as connection:
            for days, id_ in ((31, record), (29, other)):
                await connection.execute(
                    text(aged + " WHERE id = :id"), {"days": days, "id": UUID(id_)}
                )
        assert (await purge(admin_engine, RETENTION))["maintenance_record"] == 1
        trash = (await call.free.get("/api/maintenances/trash")).json()["results"]
        assert [each["id"] for each in trash] == [other]
        assert (await call.free.post(f"/api/maintenances/{record}/restore")).status_code == 404
