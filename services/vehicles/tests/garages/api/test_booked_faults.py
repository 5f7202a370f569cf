"""A fault leads to a garage and back: booked for a case, the work that comes of it closes the case."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.tests.garages.booked import (
    OIL,
    Made,
    a_car,
    ask,
    book,
    boss_of,
    make_garage,
    went,
)
from shared.clock import FixedClock
from shared.ids import new_id
from shared.testing.client import Callers

TEN = "2026-12-03T10:00:00+01:00"
DONE = {"price": {"amount": "84.00", "currency": "EUR"}, "work_done": "Bougie du cylindre 1"}


@pytest.fixture(autouse=True)
def _today(clock: FixedClock) -> None:
    clock.set(datetime(2026, 12, 1, 9, tzinfo=UTC))


@pytest.fixture
async def garage(open_work: Any) -> Made:
    return await make_garage(open_work)


async def a_fault(call: Callers) -> tuple[str, str]:
    car = await a_car(call.standard)
    body = {
        "vehicle": car,
        "title": "Elle broute",
        "description": "À froid",
        "dtc_codes": ["P0301"],
    }
    return car, (await call.standard.post("/api/diagnostics", json=body)).json()["id"]


async def mended(call: Callers, garage: Made, car: str, case: str, *services: str) -> Any:
    """The draft of the work, done for that case."""
    booking = (await book(call.standard, garage, car, TEN, *services, case=case))["id"]
    for move, said in (("confirm", {}), ("start", {}), ("complete", DONE)):
        await went(boss_of(call), booking, move, **said)
    [draft] = (await call.standard.get("/api/maintenances/drafts")).json()["results"]
    return draft


async def status_of(call: Callers, case: str) -> Any:
    return (await call.standard.get(f"/api/diagnostics/{case}")).json()["status"]


def pointer_of(refused: Any) -> Any:
    return refused.json()["errors"][0]["pointer"]


async def test_the_work_that_was_booked_for_a_case_closes_it(call: Callers, garage: Made) -> None:
    car, case = await a_fault(call)
    draft = await mended(call, garage, car, case)
    assert (draft["case"], await status_of(call, case)) == (case, "open")
    kept = await call.standard.post(f"/api/maintenances/drafts/{draft['id']}/confirm")
    record = kept.json()["maintenance"]
    assert (kept.status_code, record["case"]) == (200, case)
    closed = (await call.standard.get(f"/api/diagnostics/{case}")).json()
    assert (closed["status"], closed["outcome"], closed["record"]) == (
        "resolved",
        "repaired",
        record["id"],
    )
    await call.standard.delete(f"/api/maintenances/{record['id']}")
    assert await status_of(call, case) == "open"


async def test_each_side_reads_what_is_wrong(call: Callers, garage: Made) -> None:
    car, case = await a_fault(call)
    made = await book(call.standard, garage, car, TEN, case=case)
    fault = {
        "id": case,
        "title": "Elle broute",
        "description": "À froid",
        "dtc_codes": ["P0301"],
        "severity": "high",
    }
    assert made["fault"] == fault
    boss = boss_of(call)
    seen = (await boss.get(f"/api/bookings/{made['id']}")).json()
    assert seen["fault"] == fault | {"id": None}
    assert (await boss.get(f"/api/diagnostics/{case}")).status_code == 404, "of it no more"
    await call.standard.delete(f"/api/diagnostics/{case}")
    assert (await boss.get(f"/api/bookings/{made['id']}")).json()["fault"] is None


async def test_without_a_service_it_is_a_repair_and_with_one_that_work(
    call: Callers, garage: Made, open_work: Any
) -> None:
    car, case = await a_fault(call)
    oil = await mended(call, garage, car, case, OIL)
    assert oil["service_types"] == ["oil_change"]
    await call.standard.post(f"/api/maintenances/drafts/{oil['id']}/discard")
    body = {"vehicle": car, "garage": garage.id, "starts_at": TEN, "case": case}
    made = (await call.standard.post("/api/bookings", json=body)).json()
    for move, said in (("confirm", {}), ("start", {}), ("complete", DONE)):
        await went(boss_of(call), made["id"], move, **said)
    path = "/api/maintenances/drafts?status=PENDING"
    [draft] = (await call.standard.get(path)).json()["results"]
    assert draft["service_types"] == ["repair"]


async def test_only_a_case_of_that_car(call: Callers, garage: Made) -> None:
    car, case = await a_fault(call)
    other = await a_car(call.standard)
    for vehicle, named in ((other, case), (car, str(new_id()))):
        refused = await ask(call.standard, garage, vehicle, TEN, case=named)
        assert (refused.status_code, pointer_of(refused)) == (404, "/case")
    await call.standard.delete(f"/api/diagnostics/{case}")
    assert (await ask(call.standard, garage, car, TEN, case=case)).status_code == 404


async def test_a_case_that_went_meanwhile_holds_nothing_up(call: Callers, garage: Made) -> None:
    car, case = await a_fault(call)
    draft = await mended(call, garage, car, case)
    await call.standard.delete(f"/api/diagnostics/{case}")
    kept = await call.standard.post(f"/api/maintenances/drafts/{draft['id']}/confirm")
    assert (kept.status_code, kept.json()["maintenance"]["case"]) == (200, None)


async def test_any_draft_may_be_told_which_case_it_closes(call: Callers, garage: Made) -> None:
    car, case = await a_fault(call)
    other, elsewhere = await a_fault(call)
    draft = await mended(call, garage, other, elsewhere)
    path = f"/api/maintenances/drafts/{draft['id']}"
    wrong = await call.standard.patch(path, json={"case": case})
    assert (wrong.status_code, pointer_of(wrong)) == (404, "/case")
    moved = await call.standard.patch(path, json={"vehicle": car, "case": case})
    assert (moved.status_code, moved.json()["case"]) == (200, case)
    none = await call.standard.patch(path, json={"case": None})
    assert none.json()["case"] is None
    await call.standard.patch(path, json={"case": case})
    await call.standard.post(f"{path}/confirm")
    assert (await status_of(call, case), await status_of(call, elsewhere)) == ("resolved", "open")
