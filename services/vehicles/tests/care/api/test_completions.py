from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.factories import make_plan, make_record, make_vehicle, read_odometer
from services.vehicles.tests.sharing import share
from shared.clock import FixedClock
from shared.testing.client import Callers

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _mid_june(clock: FixedClock) -> None:
    clock.set(NOW)


async def oil_plan(call: Callers) -> tuple[str, str]:
    """A car and the address of its plan, done last on 10 March 2025 at 45,000 km."""
    car = (await make_vehicle(call.free))["id"]
    plan = await make_plan(call.free, car, last_done_on="2025-03-10", last_done_mileage=45_000)
    return car, f"/api/maintenance-plans/{plan['id']}"


async def post(call: Callers, path: str, status: int = 201, **body: Any) -> dict[str, Any]:
    answer = await call.free.post(path, json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestDoneWithoutARecord:
    async def test_everything_counts_from_the_day_and_reading_given(self, call: Callers) -> None:
        car, plan = await oil_plan(call)
        made = await post(call, f"{plan}/completions", on="2026-03-10", odometer=60_000)
        after = made["next"]
        assert (after["due_on"], after["due_mileage"]) == ("2027-03-10", 75_000)
        assert (after["last_done_on"], after["last_done_mileage"]) == ("2026-03-10", 60_000)
        assert (after["last_completion"], after["last_maintenance"]) == (made["id"], None)
        assert after["unmoved"] == []
        assert (await call.free.get(plan)).json() == after
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] == 60_000

    async def test_without_an_odometer_the_date_alone_moves_and_the_answer_says_so(
        self, call: Callers
    ) -> None:
        _, plan = await oil_plan(call)
        after = (await post(call, f"{plan}/completions", on="2026-03-10"))["next"]
        assert (after["due_on"], after["due_mileage"]) == ("2027-03-10", 60_000)
        assert after["unmoved"] == ["distance"]

    async def test_an_odometer_in_doubt_moves_nothing(self, call: Callers) -> None:
        car, plan = await oil_plan(call)
        await read_odometer(call.free, car, 50_000, "2026-01-01")
        await read_odometer(call.free, car, 50_900, "2026-05-01")
        made = await post(call, f"{plan}/completions", on="2026-03-10", odometer=6_000)
        assert made["odometer_doubted"] is True
        assert (made["next"]["due_mileage"], made["next"]["unmoved"]) == (60_000, ["distance"])

    async def test_it_can_be_listed_and_taken_back(self, call: Callers) -> None:
        car, plan = await oil_plan(call)
        before = (await call.free.get(plan)).json()
        made = await post(
            call, f"{plan}/completions", on="2026-03-10", odometer=60_000, note="Moi-même"
        )
        [listed] = (await call.free.get(f"{plan}/completions")).json()["results"]
        assert (listed["on"], listed["odometer"], listed["note"]) == (
            "2026-03-10",
            60_000,
            "Moi-même",
        )
        gone = await call.free.delete(f"{plan}/completions/{made['id']}")
        assert gone.status_code == 204
        assert (await call.free.get(plan)).json() == before
        assert (await call.free.get(f"/api/vehicles/{car}")).json()["mileage"] is None
        assert (await call.free.delete(f"{plan}/completions/{made['id']}")).status_code == 404

    async def test_not_tomorrow(self, call: Callers) -> None:
        _, plan = await oil_plan(call)
        refused = await post(call, f"{plan}/completions", 422, on="2026-06-16")
        assert refused["code"] == "completed_in_future"

    async def test_a_later_record_wins_whatever_came_first(self, call: Callers) -> None:
        car, plan = await oil_plan(call)
        record = await make_record(call.free, car, service_date="2026-05-01", mileage=62_000)
        after = (await post(call, f"{plan}/completions", on="2026-03-10", odometer=60_000))["next"]
        assert (after["due_on"], after["due_mileage"]) == ("2027-05-01", 77_000)
        assert after["last_maintenance"] == record["id"]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"on": "2026-02-30"},
            {"on": "1700-01-01"},
            {"on": "2026-03-10", "odometer": -1},
            {"on": "2026-03-10", "odometer": 10**30},
            {"on": "2026-03-10", "odometer": "60000"},
            {"on": "2026-03-10", "hours": "NaN"},
            {"on": "2026-03-10", "hours": -0.1},
            {"on": "2026-03-10", "note": "a\x00b"},
            {"on": "2026-03-10", "note": ""},
            {"on": "2026-03-10", "plan_id": "x"},
        ],
    )
    async def test_hostile_input(self, call: Callers, body: dict[str, Any]) -> None:
        _, plan = await oil_plan(call)
        assert (await call.free.post(f"{plan}/completions", json=body)).status_code == 422


class TestSkip:
    async def test_it_moves_on_by_one_beat_with_a_reason(self, call: Callers) -> None:
        _, plan = await oil_plan(call)
        before = (await call.free.get(plan)).json()
        made = await post(call, f"{plan}/skip", reason="Vendu bientôt")
        assert (made["on"], made["reason"]) == ("2026-06-15", "Vendu bientôt")
        assert (made["next"]["due_on"], made["next"]["due_mileage"]) == ("2027-03-10", 75_000)
        assert (await call.free.delete(f"{plan}/skips/{made['id']}")).status_code == 204
        assert (await call.free.get(plan)).json() == before

    async def test_it_needs_a_reason(self, call: Callers) -> None:
        _, plan = await oil_plan(call)
        for body in ({}, {"reason": "  "}, {"reason": None}):
            assert (await call.free.post(f"{plan}/skip", json=body)).status_code == 422

    async def test_a_completion_is_no_skip(self, call: Callers) -> None:
        _, plan = await oil_plan(call)
        made = await post(call, f"{plan}/completions", on="2026-03-10")
        assert (await call.free.delete(f"{plan}/skips/{made['id']}")).status_code == 404


class TestPause:
    async def test_days_paused_are_added_to_the_date(
        self, call: Callers, clock: FixedClock
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        made = await make_plan(call.free, car, template="brake_fluid", last_done_on="2025-01-10")
        plan = f"/api/maintenance-plans/{made['id']}"
        paused = (await post(call, f"{plan}/pause", on="2026-05-01", reason="Hiver"))["next"]
        assert (paused["urgency"], paused["paused_since"]) == ("paused", "2026-05-01")
        assert (paused["due_on"], paused["remind_on"]) == (None, None)
        again = await post(call, f"{plan}/pause", 409)
        assert again["code"] == "paused_already"
        clock.set(datetime(2026, 11, 1, 9, tzinfo=UTC))
        resumed = await post(call, f"{plan}/resume", 200, on="2026-10-28")
        assert (resumed["on"], resumed["until"]) == ("2026-05-01", "2026-10-28")
        after = resumed["next"]
        assert (after["due_on"], after["paused_since"]) == ("2027-07-09", None)  # 180 days more
        assert after["urgency"] == "later"
        assert (await post(call, f"{plan}/resume", 409))["code"] == "not_paused"
        early = await post(call, f"{plan}/pause", 422, on="2026-10-01")
        assert (early["code"], early["last_ended_on"]) == ("pause_too_early", "2026-10-28")

    async def test_it_cannot_end_before_it_began_or_begin_tomorrow(self, call: Callers) -> None:
        _, plan = await oil_plan(call)
        await post(call, f"{plan}/pause", 422, on="2026-06-16")
        await post(call, f"{plan}/pause")
        early = await post(call, f"{plan}/resume", 422, on="2026-06-14")
        assert early["code"] == "resumed_too_early"

    async def test_a_paused_plan_is_asked_for_last(self, call: Callers) -> None:
        car, plan = await oil_plan(call)
        await make_plan(call.free, car, template="brake_fluid", last_done_on="2026-06-01")
        await post(call, f"{plan}/pause")
        due = (await call.free.get("/api/maintenance-plans/due")).json()["results"]
        assert [each["urgency"] for each in due] == ["later", "paused"]


class TestRoles:
    STEPS: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("post", "completions", {"on": "2026-03-10"}),
        ("post", "skip", {"reason": "x"}),
        ("post", "pause", {}),
        ("post", "resume", {}),
    )

    @pytest.mark.parametrize(
        ("role", "status"),
        [(Role.MANAGER, 201), (Role.EDITOR, 201), (Role.VIEWER, 403), (Role.DRIVER, 403)],
    )
    async def test_who_may_write_care_may_do_it(
        self, call: Callers, open_work: Any, role: Role, status: int
    ) -> None:
        car, plan = await oil_plan(call)
        await share(open_work, car, "other", role)
        for method, step, body in self.STEPS:
            answer = await getattr(call.other, method)(f"{plan}/{step}", json=body)
            assert answer.status_code == (200 if (status, step) == (201, "resume") else status)
            if status == 403:
                assert answer.json()["code"] == "role_insufficient"
        listed = await call.other.get(f"{plan}/completions")
        assert listed.status_code == (403 if role is Role.DRIVER else 200)
