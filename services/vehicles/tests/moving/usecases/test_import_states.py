"""Whose an import is, who may import into what, what a worker's end leaves, and what is told on the way."""

from typing import Any

import pytest

from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.moving.factories import (
    applied,
    bring,
    car_line,
    change,
    cost_line,
    fuelio,
    send,
    worked,
)
from services.vehicles.tests.running.sharing import share
from shared.contracts.vehicles import MaintenanceChanged
from shared.contracts.vehicles_moving import ImportProgressed
from shared.testing.client import Callers

MINE = fuelio(car=car_line("Mine", plate="AB123CD"))


class TestWhose:
    @pytest.mark.parametrize(
        ("method", "what"),
        [
            ("get", ""),
            ("patch", ""),
            ("delete", ""),
            ("get", "/rows"),
            ("post", "/apply"),
            ("post", "/undo"),
        ],
    )
    async def test_somebody_elses_is_not_there(self, call: Callers, method: str, what: str) -> None:
        ready = await bring(call.free, fuelio())
        said: dict[str, Any] = {"json": {}} if method == "patch" else {}
        answer = await getattr(call.other, method)(f"/api/imports/{ready['id']}{what}", **said)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    async def test_nor_may_it_go_into_somebody_elses_car(self, call: Callers) -> None:
        theirs = (await make_vehicle(call.other))["id"]
        answer = await send(call.free, fuelio(), vehicle=theirs)
        assert answer.status_code == 404
        ready = await bring(call.free, fuelio())
        cars = [{"key": ready["cars"][0]["key"], "vehicle": theirs}]
        answer = await call.free.patch(f"/api/imports/{ready['id']}", json={"cars": cars})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (
            404,
            "/cars/0/vehicle",
        )

    @pytest.mark.parametrize("role", ["manager", "editor", "driver", "viewer"])
    async def test_a_manager_imports_into_a_shared_car_and_nobody_else(
        self, call: Callers, open_work: Any, run_jobs: Any, role: str
    ) -> None:
        car = (await make_vehicle(call.standard, license_plate="AB-123-CD"))["id"]
        await share(open_work, car, call.user_id("free"), role)
        answer = await send(call.free, MINE, vehicle=car)
        if role != "manager":
            assert (answer.status_code, answer.json()["code"]) == (403, "role_insufficient")
            return
        ready = await change(call.free, answer.json()["id"], answers={"currency": "EUR"})
        assert ready["cars"][0]["vehicle"] == car
        done = await applied(call.free, ready["id"], run_jobs)
        assert done["state"] == "applied"
        assert (await call.standard.get(f"/api/vehicles/{car}")).json()["mileage"] == 11_790

    async def test_whose_role_was_taken_meanwhile_imports_nothing(
        self, call: Callers, open_work: Any, run_jobs: Any
    ) -> None:
        car = (await make_vehicle(call.standard, license_plate="AB-123-CD"))["id"]
        await share(open_work, car, call.user_id("free"), "manager")
        ready = await bring(call.free, MINE, vehicle=car)
        await call.free.post(f"/api/imports/{ready['id']}/apply")
        path = f"/api/vehicles/{car}/members/{call.user_id('free')}"
        assert (await call.standard.delete(path)).status_code == 204
        found = await worked(call.free, ready["id"], run_jobs)
        assert (found["state"], found["failure"]) == ("ready", "not_found")
        assert (await call.standard.get(f"/api/vehicles/{car}/fills")).json()["count"] == 0


class TestQuota:
    async def test_a_new_car_counts_before_anything_is_applied(self, call: Callers) -> None:
        for _ in range(3):
            await make_vehicle(call.free)
        ready = await bring(call.free, fuelio())
        answer = await call.free.post(f"/api/imports/{ready['id']}/apply")
        assert (answer.status_code, answer.json()["code"]) == (403, "quota_exceeded")
        found = (await call.free.get(f"/api/imports/{ready['id']}")).json()
        assert found["state"] == "ready"

    async def test_nor_in_between(self, call: Callers, run_jobs: Any) -> None:
        ready = await bring(call.free, fuelio())
        await call.free.post(f"/api/imports/{ready['id']}/apply")
        for _ in range(3):
            await make_vehicle(call.free)
        found = await worked(call.free, ready["id"], run_jobs)
        assert (found["state"], found["failure"]) == ("ready", "quota_exceeded")
        assert (await call.free.get("/api/fills")).json()["count"] == 0

    async def test_a_car_nobody_wants_is_left_out(self, call: Callers, run_jobs: Any) -> None:
        ready = await bring(call.free, fuelio())
        skipped = await change(
            call.free, ready["id"], cars=[{"key": ready["cars"][0]["key"], "skip": True}]
        )
        assert skipped["counts"]["left_out"] == 4
        await applied(call.free, ready["id"], run_jobs)
        assert (await call.free.get("/api/vehicles")).json()["count"] == 0

    async def test_ten_wait_at_most(self, call: Callers) -> None:
        for _ in range(10):
            assert (await send(call.free, fuelio())).status_code == 201
        answer = await send(call.free, fuelio())
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_imports")


class TestStates:
    async def test_what_is_asked_comes_first(self, call: Callers) -> None:
        found = (await send(call.free, fuelio())).json()
        answer = await call.free.post(f"/api/imports/{found['id']}/apply")
        assert (answer.status_code, answer.json()["code"]) == (409, "import_open")
        answer = await call.free.post(f"/api/imports/{found['id']}/undo")
        assert (answer.status_code, answer.json()["code"]) == (409, "import_not_applied")

    async def test_while_a_worker_has_it_nobody_else_does(self, call: Callers) -> None:
        ready = await bring(call.free, fuelio())
        path = f"/api/imports/{ready['id']}"
        assert (await call.free.post(f"{path}/apply")).status_code == 202
        for again in (
            call.free.post(f"{path}/apply"),
            call.free.post(f"{path}/undo"),
            call.free.patch(path, json={}),
            call.free.delete(path),
        ):
            answer = await again
            assert (answer.status_code, answer.json()["code"]) == (409, "import_busy")

    async def test_applied_it_stays_as_it_is(self, call: Callers, run_jobs: Any) -> None:
        ready = await bring(call.free, fuelio())
        await applied(call.free, ready["id"], run_jobs)
        path = f"/api/imports/{ready['id']}"
        for again in (
            call.free.post(f"{path}/apply"),
            call.free.patch(path, json={}),
            call.free.delete(path),
        ):
            answer = await again
            assert (answer.status_code, answer.json()["code"]) == (409, "import_settled")

    async def test_the_same_upload_again_is_answered_again(self, call: Callers) -> None:
        headers = {"Idempotency-Key": "k"}
        files = {"file": ("x.csv", fuelio().encode(), "text/csv")}
        first = await call.free.post("/api/imports", files=files, headers=headers)
        second = await call.free.post("/api/imports", files=files, headers=headers)
        assert first.json() == second.json()
        assert (await call.free.get("/api/imports")).json()["count"] == 1

    @pytest.mark.parametrize(
        "said",
        [
            {"answers": {"colour": "red"}},
            {"answers": {"decimal_mark": "x"}},
            {"format": "boats"},
            {"cars": [{"key": "nobody", "skip": True}]},
            {"cars": [{"key": "Clio"}]},
            {"profile": "01900000-0000-7000-8000-00000000dead"},
            {"mapping": {}},
            {"more": 1},
        ],
    )
    async def test_what_is_no_answer(self, call: Callers, said: dict[str, Any]) -> None:
        found = (await send(call.free, fuelio())).json()
        answer = await call.free.patch(f"/api/imports/{found['id']}", json=said)
        assert answer.status_code in {404, 422}, answer.text
        now = (await call.free.get(f"/api/imports/{found['id']}")).json()
        assert now == found

    async def test_progress_and_records_are_told(
        self, call: Callers, run_jobs: Any, emitted: Any
    ) -> None:
        costs = cost_line("Vidange", "2026-02-01", "11100", "1", "89.90")
        ready = await bring(call.free, fuelio(costs=costs))
        await applied(call.free, ready["id"], run_jobs)
        told = [(each.stage, each.percent) for each in await emitted(ImportProgressed)]
        assert told[-1] == ("applied", 100)
        assert ("applying", 100) in told
        assert len(await emitted(MaintenanceChanged)) == 1
