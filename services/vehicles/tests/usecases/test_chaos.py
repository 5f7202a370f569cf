"""Issue 9: readings, records and fills in random order, doubled, cut off and interrupted by restarts leave the same figures as the same
things told once, in order, to another car; and working everything out again changes nothing.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.vehicles.domain.cars.odometer import Meter
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.tests.usecases.chaos.lives import Life, life
from services.vehicles.tests.usecases.chaos.seen import differences, seen_of_car, seen_of_owner
from services.vehicles.tests.usecases.chaos.storm import Replica, Side, Storm
from services.vehicles.usecases.cars.judging import judge_all
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.running.readings import follow_fills
from shared.clock import FixedClock
from shared.contracts.features import Plan
from shared.testing.apps import fresh
from shared.testing.client import Callers

NOW: Final = datetime(2026, 6, 15, 9, tzinfo=UTC)
CARS = int(os.environ.get("AUTOTRACK_CHAOS_CARS", "6"))
THINGS = int(os.environ.get("AUTOTRACK_CHAOS_THINGS", "20"))
"""Of each car: `AUTOTRACK_CHAOS_CARS=1000` is the whole size of the issue."""
SEED = int(os.environ.get("AUTOTRACK_CHAOS_SEED", "9"))
MOST_SHOWN: Final = 40
WORKED_OUT: Final = {
    "vehicle": ("id",),
    "odometer_reading": ("id",),
    "maintenance_plan": ("id",),
    "maintenance_record": ("id",),
    "reminder": ("id",),
    "occurrence": ("id",),
    "fill": ("id",),
    "odometer_segment": ("id",),
    "reading_request": ("vehicle_id",),
}
OF_A_WRITE: Final = {"updated_at", "modified_at", "changed_in", "version"}


@pytest.mark.timeout(600 + 30 * CARS)
async def test_any_order_twice_and_cut_off_gives_what_one_good_order_gives(
    make_app: Callable[..., Any],
    settings_env: dict[str, Any],
    admin_engine: Any,
    gateway_key: Any,
    open_work: Any,
    call: Callers,
    clock: FixedClock,
) -> None:
    clock.set(NOW)

    def start() -> Any:
        return fresh(make_app, settings_env | {"pool_size": 6}, clock)

    lives = [life(number, things=THINGS) for number in range(CARS)]
    replicas = [Replica(start, gateway_key) for _ in range(2)]
    for replica in replicas:
        await replica.start()
    storm, began = Storm(replicas, admin_engine, SEED), time.perf_counter()
    wild, calm = Side("wild"), Side("calm")
    await storm.tell(lives, wild)
    told = time.perf_counter()
    await storm.tell_in_order(lives, calm)
    settled = time.perf_counter()
    for replica in replicas:
        await replica.kill()
    wrong = await _compared(call, lives, wild, calm)
    compared = time.perf_counter()
    wrong += await _worked_out_again(open_work, lives, wild)
    sys.stderr.write(
        f"\n{CARS} cars, {storm.counts}: {told - began:.1f} s wild, {settled - told:.1f} s calm,"
        f" {compared - settled:.1f} s compared, {time.perf_counter() - compared:.1f} s again\n"
    )
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:MOST_SHOWN])
    assert storm.counts.faults <= storm.counts.reaped


async def _compared(call: Callers, lives: Sequence[Life], wild: Side, calm: Side) -> list[str]:
    wrong: list[str] = []
    for each in lives:
        sides = [
            await seen_of_car(_reader(call, side.owner(each)), side.ids[each.number])
            for side in (wild, calm)
        ]
        wrong += differences(sides[0], sides[1], f"car {each.number}")
    for one, other in zip(wild.owners, calm.owners, strict=True):
        sides = [
            await seen_of_owner(_reader(call, owner), _cars(side))
            for side, owner in ((wild, one), (calm, other))
        ]
        wrong += differences(sides[0], sides[1], wild.owners[one])
    return wrong


def _reader(call: Callers, owner: UUID) -> httpx2.AsyncClient:
    """Whose lists are read once, not compared with those of entities: other tests do that."""
    client = call.as_user(owner, Plan.PREMIUM)
    transport = httpx2.ASGITransport(app=call._app)
    return httpx2.AsyncClient(transport=transport, base_url=client.base_url, auth=client.auth)


def _cars(side: Side) -> dict[str, str]:
    return {
        id_: f"{name} of {number}" for number, ids in side.ids.items() for name, id_ in ids.items()
    }


async def _worked_out_again(open_work: Any, lives: Sequence[Life], side: Side) -> list[str]:
    wrong: list[str] = []
    for each in lives:
        car = side.ids[each.number]["car"]
        async with open_work() as work:
            before = await _rows(work, car)
        async with open_work() as work:
            work.stand_in(None)
            [vehicle] = await work.vehicles.these([car])
            await _work_out(work, vehicle)
        async with open_work() as work:
            after = await _rows(work, car)
        wrong += differences(before, after, f"again {each.number}")
    return wrong


async def _work_out(work: Any, vehicle: Vehicle) -> None:
    for meter in Meter:
        await judge_all(work, vehicle=vehicle, meter=meter)
    fills = await work.fills.moving_of(vehicle.id)
    await follow_fills(work, vehicle=vehicle, changed=fills)
    await recompute(work, vehicle=vehicle)


async def _rows(work: Any, car: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table, key in WORKED_OUT.items():
        whose = "id" if table == "vehicle" else "vehicle_id"
        rows = await work.session.execute(
            text(f"SELECT * FROM {table} WHERE {whose} = :car"),  # noqa: S608 - our own names
            {"car": car},
        )
        for row in rows.mappings():
            place = f"{table} {row[key[0]]}"
            found[place] = {k: v for k, v in row.items() if k not in OF_A_WRITE}
    return found
