"""One person's burst, and everybody else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from sqlalchemy import text

from services.vehicles.tests.factories import make_reminder, make_vehicle
from shared.testing.client import Callers

LOCK = text("SELECT 1 FROM vehicle WHERE id = :car FOR UPDATE")
SHARE = text("SELECT 1 FROM vehicle WHERE id = :car FOR SHARE")
BURST = 30
"""More than twice the connections of a process in tests."""


async def test_writes_that_wait_for_one_car_leave_others_their_connections(
    call: Callers, open_work: Callable[..., Any]
) -> None:
    car = (await make_vehicle(call.free))["id"]
    path, body = f"/api/vehicles/{car}/odometer", {"mileage": 5_000, "read_on": "2026-01-01"}
    async with open_work() as work:
        await work.session.execute(LOCK, {"car": car})
        burst = [asyncio.ensure_future(call.free.post(path, json=body)) for _ in range(BURST)]
        await asyncio.sleep(0.5)
        await asyncio.wait_for(make_vehicle(call.other), 5)
        answer = await asyncio.wait_for(call.free.get(f"/api/vehicles/{car}"), 5)
        assert answer.status_code == 200
        assert not any(each.done() for each in burst)
    answers = await asyncio.gather(*burst)
    assert {each.status_code for each in answers} == {201}


async def test_reminders_leave_the_car_as_it_is_and_do_not_wait_for_each_other(
    call: Callers, open_work: Callable[..., Any]
) -> None:
    car = (await make_vehicle(call.free))["id"]
    async with open_work() as work:
        await work.session.execute(SHARE, {"car": car})
        reminder = await asyncio.wait_for(make_reminder(call.free, car), 5)
        path = f"/api/reminders/{reminder['id']}"
        changed = await asyncio.wait_for(call.free.patch(path, json={"title": "b"}), 5)
        assert changed.status_code == 200


async def test_a_body_that_comes_slowly_holds_no_connection(
    call: Callers, admin_engine: Any
) -> None:
    """Also where nobody asks for a body, but its digest is what a key stands for."""
    car = (await make_vehicle(call.free))["id"]
    reminder = await make_reminder(call.free, car)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"{"
        begun.set()
        await go_on.wait()
        yield b"}"

    path, headers = f"/api/reminders/{reminder['id']}/dismiss", {"Idempotency-Key": "k"}
    sent = asyncio.ensure_future(call.free.post(path, content=body(), headers=headers))
    await begun.wait()
    await asyncio.sleep(0.2)
    open_ones = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state LIKE 'idle in transaction%'"
    )
    async with admin_engine.connect() as connection:
        assert await connection.scalar(open_ones) == 0
    go_on.set()
    assert (await sent).status_code == 200
