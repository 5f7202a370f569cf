from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.tests.factories import make_plan, make_reminder, make_vehicle, read_odometer
from shared.clock import FixedClock
from shared.ids import new_id
from shared.testing.client import Callers

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


class TestReminders:
    async def test_by_date_or_by_distance(self, call: Callers, clock: FixedClock) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        dated = await make_reminder(call.free, car, due_on="2026-12-01", lead_days=10)
        assert (dated["forecast_on"], dated["remind_on"]) == ("2026-12-01", "2026-11-21")
        await read_odometer(call.free, car, 50_000, "2026-06-15")
        driven = await make_reminder(call.free, car, due_on=None, due_mileage=60_000)
        assert driven["forecast_on"] > "2026-09-01"
        listed = (await call.free.get("/api/reminders?status=ACTIVE")).json()
        assert listed["count"] == 2

    async def test_one_of_both_is_needed(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        answer = await call.free.post("/api/reminders", json={"vehicle": car, "title": "?"})
        assert (answer.status_code, answer.json()["code"]) == (422, "reminder_without_due")
        kept = await make_reminder(call.free, car)
        emptied = await call.free.patch(f"/api/reminders/{kept['id']}", json={"due_on": None})
        assert emptied.status_code == 422

    async def test_snooze_dismiss_and_delete(self, call: Callers, clock: FixedClock) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        address = f"/api/reminders/{(await make_reminder(call.free, car))['id']}"
        snoozed = await call.free.post(f"{address}/snooze", json={"until": "2026-07-01"})
        assert snoozed.json()["snoozed_until"] == "2026-07-01"
        assert snoozed.json()["state"] == "snoozed"
        moved = await call.free.patch(address, json={"due_on": "2027-06-01"})
        assert (moved.json()["snoozed_until"], moved.json()["remind_on"]) == (None, "2027-05-02")
        assert (await call.free.post(f"{address}/dismiss")).json()["status"] == "DISMISSED"
        assert (await call.free.delete(address)).status_code == 204
        assert (await call.free.get(address)).status_code == 404

    async def test_by_hours(self, call: Callers, clock: FixedClock) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free, meter="both"))["id"]
        said = {"due_on": None, "due_hours": 4250, "lead_hours": 20}
        made = await make_reminder(call.free, car, **said)
        assert (made["due_hours"], made["lead_hours"], made["state"]) == (
            "4250.0",
            "20.0",
            "planned",
        )
        for hours, day, state in (
            (4000.0, "2026-04-01", "planned"),
            (4200.0, "2026-06-01", "soon"),  # fifty hours left, and a lead of thirty days
            (4250.5, "2026-06-15", "overdue"),
        ):
            read = await call.free.post(
                f"/api/vehicles/{car}/odometer", json={"hours": hours, "read_on": day}
            )
            assert read.status_code == 201, read.text
            found = (await call.free.get(f"/api/reminders/{made['id']}")).json()
            assert found["state"] == state, hours
        assert found["forecast_on"] == "2026-06-15"

    async def test_a_form_sent_back_unchanged_begins_nothing_anew(
        self, call: Callers, clock: FixedClock
    ) -> None:
        """Also where its distance is no whole number of the car's new unit."""
        clock.set(NOW)
        car = (await make_vehicle(call.free, mileage=50_000))["id"]
        made = await make_reminder(call.free, car, due_mileage=60_001)
        await call.free.patch(f"/api/vehicles/{car}", json={"distance_unit": "mi"})
        shown = (await call.free.get(f"/api/reminders/{made['id']}")).json()
        address = f"/api/reminders/{made['id']}"
        await call.free.post(f"{address}/snooze", json={"until": "2026-08-01"})
        form = {
            name: shown[name]
            for name in ("title", "note", "due_on", "due_mileage", "lead_days", "lead_distance")
        }
        sent = (await call.free.patch(address, json=form)).json()
        assert sent["snoozed_until"] == "2026-08-01", "a new rule would have woken it"
        await call.free.patch(f"/api/vehicles/{car}", json={"distance_unit": "km"})
        assert (await call.free.get(address)).json()["due_mileage"] == 60_001


class TestLists:
    async def test_by_state_source_and_kind(self, call: Callers, clock: FixedClock) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        other = (await make_vehicle(call.free, model="508"))["id"]
        days = {
            "planned": "2026-12-01",
            "soon": "2026-07-01",
            "due": "2026-06-15",
            "overdue": "2026-06-14",
        }
        ids = {
            state: (await make_reminder(call.free, car, due_on=day, kind="tax"))["id"]
            for state, day in days.items()
        }
        for state in ("snoozed", "dismissed", "done"):
            ids[state] = (await make_reminder(call.free, other, due_on="2026-06-10"))["id"]
        await call.free.post(
            f"/api/reminders/{ids['snoozed']}/snooze", json={"until": "2026-06-20"}
        )
        await call.free.post(f"/api/reminders/{ids['dismissed']}/dismiss")
        await call.free.post(f"/api/reminders/{ids['done']}/done")
        plan = await make_plan(call.free, other, last_done_on="2026-06-01")

        async def listed(**query: str) -> set[str]:
            answer = await call.free.get("/api/reminders", params={**query, "page_size": "50"})
            assert answer.status_code == 200, answer.text
            return {row["id"] for row in answer.json()["results"]}

        for state, id_ in ids.items():
            expected = {id_, plan["id"]} if state == "planned" else {id_}
            assert await listed(state=state) == expected, state
            assert (await call.free.get(f"/api/reminders/{id_}")).json()["state"] == state
        assert await listed() == {*ids.values(), plan["id"]}
        assert await listed(source="plan") == {plan["id"]}
        assert await listed(kind="tax", vehicle=car) == {ids[state] for state in days}
        assert await listed(status="DONE") == {ids["done"]}
        assert await listed(search="vidange") == set(), "by what its owner called it"
        for query in ("state=late", "source=moon", "kind=weather", "status=active", "colour=red"):
            assert (await call.free.get(f"/api/reminders?{query}")).status_code in {400, 422}

        summary = (await call.free.get("/api/reminders/summary")).json()
        assert summary["states"] == {
            "planned": 2,
            "soon": 1,
            "due": 1,
            "overdue": 1,
            "snoozed": 1,
        }
        assert summary["pressing"] == 2
        by_vehicle = {row["vehicle"]: row["states"] for row in summary["by_vehicle"]}
        assert by_vehicle[other]["snoozed"] == 1
        assert by_vehicle[car]["overdue"] == 1

    async def test_a_plans_reminder_is_changed_where_the_plan_is(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(call.free, car)
        address = f"/api/reminders/{plan['id']}"
        found = await call.free.get(address, headers={"Accept-Language": "es"})
        assert found.json()["source"] == "plan"
        for answer in (
            await call.free.patch(address, json={"due_on": "2027-01-01"}),
            await call.free.delete(address),
            await call.free.post(f"{address}/done"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "reminder_of_plan")
        dismissed = await call.free.post(f"{address}/dismiss")
        assert dismissed.json()["status"] == "DISMISSED"
        await call.free.delete(f"/api/maintenance-plans/{plan['id']}")
        assert (await call.free.get(address)).status_code == 404


class TestDoors:
    @pytest.mark.parametrize(
        ("role", "read", "write"),
        [("manager", 200, 200), ("editor", 200, 200), ("viewer", 200, 403), ("driver", 403, 403)],
    )
    async def test_each_role_on_each_route(
        self, call: Callers, clock: FixedClock, share: Any, role: str, read: int, write: int
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        made = await make_reminder(call.free, car, due_on="2026-06-20")
        plan = await make_plan(call.free, car)
        await share(car, call.user_id("other"), role)
        them, address = call.other, f"/api/reminders/{made['id']}"
        count = (await them.get("/api/reminders")).json()["count"]
        assert count == (2 if read == 200 else 0)
        assert (await them.get(address)).status_code == read
        assert (await them.get(f"/api/reminders/{plan['id']}")).status_code == read
        changes = [
            await them.patch(address, json={"title": "Vignette"}),
            await them.post(f"{address}/snooze", json={"until": "2026-07-01"}),
            await them.post(f"{address}/wake"),
            await them.post(f"{address}/dismiss"),
            await them.post(f"{address}/reopen"),
            await them.post(f"{address}/done"),
            await them.post(f"/api/reminders/{plan['id']}/snooze", json={"until": "2026-07-01"}),
        ]
        assert [answer.status_code for answer in changes] == [write] * len(changes)
        body = {"vehicle": car, "title": "Assurance", "due_on": "2026-12-01"}
        created = (await them.post("/api/reminders", json=body)).status_code
        assert created == (201 if write == 200 else 403)
        removed = (await them.delete(address)).status_code
        assert removed == (204 if write == 200 else 403)

    async def test_a_strangers_are_not_there(self, call: Callers, clock: FixedClock) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        made = await make_reminder(call.free, car)
        for id_ in (made["id"], str(new_id())):
            address = f"/api/reminders/{id_}"
            for answer in (
                await call.other.get(address),
                await call.other.patch(address, json={"title": "x"}),
                await call.other.post(f"{address}/snooze", json={"until": "2026-07-01"}),
                await call.other.post(f"{address}/wake"),
                await call.other.post(f"{address}/dismiss"),
                await call.other.post(f"{address}/done"),
                await call.other.post(f"{address}/reopen"),
                await call.other.delete(address),
            ):
                assert answer.status_code == 404
        assert (await call.other.get("/api/reminders/summary")).json()["by_vehicle"] == []

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({}, "snooze_without_end"),
            ({"until": "2026-07-01", "for_distance": 5}, "snooze_without_end"),
            ({"until": "2026-06-15"}, "snooze_not_ahead"),
            ({"until": "2026-06-31"}, "invalid_input"),
            ({"until": 20260701}, "invalid_input"),
            ({"until": "2026-07-01\x00"}, None),
            ({"for_distance": -1}, "invalid_input"),
            ({"for_distance": 10**30}, None),
            ({"for_distance": 1.5}, "invalid_input"),
            ({"until": "9999-12-31"}, "invalid_input"),
            ({"for_ever": True}, "invalid_input"),
        ],
    )
    async def test_a_snooze_that_cannot_be(
        self, call: Callers, clock: FixedClock, body: dict[str, Any], code: str | None
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free, mileage=40_000))["id"]
        made = await make_reminder(call.free, car)
        answer = await call.free.post(f"/api/reminders/{made['id']}/snooze", json=body)
        assert answer.status_code == 422, answer.text
        assert code in {None, answer.json()["code"]}

    async def test_what_is_done_cannot_be_put_off(self, call: Callers, clock: FixedClock) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        address = f"/api/reminders/{(await make_reminder(call.free, car))['id']}"
        await call.free.post(f"{address}/done")
        answer = await call.free.post(f"{address}/snooze", json={"until": "2026-07-01"})
        assert (answer.status_code, answer.json()["code"]) == (409, "reminder_over")
