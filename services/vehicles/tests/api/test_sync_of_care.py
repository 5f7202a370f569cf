"""What an app shows of plans, reminders and clusters comes with what changed; and a car that goes to somebody else goes from there."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.api.test_sync import Client, furnish
from services.vehicles.tests.factories import (
    make_account,
    make_plan,
    make_reminder,
    make_segment,
    make_vehicle,
)
from services.vehicles.tests.running.factories import make_expense
from services.vehicles.tests.sharing import as_person, know, share
from shared.clock import FixedClock
from shared.contracts.vehicles import HandoverOffered
from shared.testing.client import Callers


async def told(app: Client, kind: str, id_: str) -> Any:
    await app.sync()
    assert (kind, id_) in {(c["kind"], c["id"]) for c in app.changes}, app.changes
    item = app.items.get((kind, id_))
    return None if item is None else {**item}


class TestPlans:
    async def test_done_left_out_and_paused_are_told_and_taken_back(self, call: Callers) -> None:
        car = (await make_vehicle(call.premium))["id"]
        plan = (await make_plan(call.premium, car))["id"]
        app = await Client(call.premium).sync()
        steps = f"/api/maintenance-plans/{plan}"
        for path, body, kind in (
            ("completions", {"on": "2026-01-10", "note": "myself"}, "done"),
            ("skip", {"reason": "soon sold"}, "skip"),
            ("pause", {"reason": "winter"}, "pause"),
        ):
            made = await call.premium.post(f"{steps}/{path}", json=body)
            assert made.status_code == 201, made.text
            item = await told(app, "completion", made.json()["id"])
            assert (item["kind"], item["plan"]) == (kind, plan)
            assert item["note"] in body.values()
            assert item["made_by"]["is_you"]
            assert ("plan", plan) in {(c["kind"], c["id"]) for c in app.changes}
            seen = (await call.premium.get(steps)).json()
            assert app.items["plan", plan] == seen
        resumed = await call.premium.post(f"{steps}/resume", json={})
        assert (await told(app, "completion", resumed.json()["id"]))["until"] is not None
        [skip] = [id_ for (kind, id_), item in app.items.items() if item.get("kind") == "skip"]
        assert (await call.premium.delete(f"{steps}/skips/{skip}")).status_code == 204
        assert await told(app, "completion", skip) is None
        assert (await app.sync()).changes == []


class TestReminders:
    @pytest.mark.parametrize("of", ["reminder", "plan"])
    async def test_each_state_somebody_gives_it_is_told(self, call: Callers, of: str) -> None:
        car = (await make_vehicle(call.premium))["id"]
        make = make_reminder if of == "reminder" else make_plan
        id_ = (await make(call.premium, car))["id"]
        app = await Client(call.premium).sync()
        for action, body, state in (
            ("snooze", {"until": "2030-01-01"}, "snoozed"),
            ("wake", None, None),
            ("dismiss", None, "dismissed"),
            ("reopen", None, None),
        ):
            answer = await call.premium.post(f"/api/reminders/{id_}/{action}", json=body)
            assert answer.status_code == 200, answer.text
            item = await told(app, "reminder", id_)
            assert item == answer.json()
            assert state is None or item["state"] == state
        if of == "reminder":
            await call.premium.post(f"/api/reminders/{id_}/done")
            assert (await told(app, "reminder", id_))["state"] == "done"
            await call.premium.delete(f"/api/reminders/{id_}")
            assert await told(app, "reminder", id_) is None
        assert (await app.sync()).changes == []

    async def test_what_begins_with_time_is_told_once_it_was_looked_at(
        self, call: Callers, clock: FixedClock, run_schedule: Any
    ) -> None:
        clock.set(datetime(2026, 10, 1, 9, tzinfo=UTC))
        car = (await make_vehicle(call.premium))["id"]
        id_ = (await make_reminder(call.premium, car, due_on="2026-11-01", lead_days=10))["id"]
        app = await Client(call.premium).sync()
        assert app.items["reminder", id_]["state"] == "planned"
        clock.set(datetime(2026, 10, 23, 9, tzinfo=UTC))
        await run_schedule("vehicles.reminders")
        assert (await told(app, "reminder", id_))["state"] == "soon"


class TestClusters:
    async def test_a_new_one_is_told_and_taken_back(self, call: Callers) -> None:
        car = (await make_vehicle(call.premium, mileage=50_000))["id"]
        app = await Client(call.premium).sync()
        segment = await make_segment(call.premium, car)
        item = await told(app, "segment", segment["id"])
        listed = (await call.premium.get(f"/api/vehicles/{car}/odometer/segments")).json()
        assert [item] == [{**each, "vehicle": car} for each in listed["results"]]
        await call.premium.delete(f"/api/vehicles/{car}/odometer/segments/{segment['id']}")
        assert await told(app, "segment", segment["id"]) is None

    async def test_a_driver_hears_of_none(self, call: Callers, hear: Any, open_work: Any) -> None:
        car = (await make_vehicle(call.premium))["id"]
        await know(hear, "driver")
        await share(open_work, car, "driver", Role.DRIVER)
        app = await Client(as_person(call, "driver")).sync()
        await make_segment(call.premium, car)
        assert "segment" not in {c["kind"] for c in (await app.sync()).changes}


class TestHandedOver:
    """The giver's app: the car is gone with everything that belongs to it, and nothing of it comes again."""

    async def test_the_givers_app_keeps_nothing_and_the_receivers_has_all(
        self, call: Callers, hear: Any, open_work: Any, emitted: Any
    ) -> None:
        await know(hear, "receiver")
        await hear(make_account(call.user_id("premium")))
        car = await furnish(call)
        plan = (await call.premium.get("/api/maintenance-plans")).json()["results"][0]["id"]
        await call.premium.post(f"/api/maintenance-plans/{plan}/skip", json={"reason": "x"})
        await make_segment(call.premium, car)
        other = (await make_vehicle(call.premium))["id"]
        kept = (await make_expense(call.premium, other))["id"]
        await know(hear, "member")
        await share(open_work, car, "member", Role.EDITOR)
        giver = await Client(call.premium).sync()
        member = await Client(as_person(call, "member")).sync()
        receiver = await Client(as_person(call, "receiver")).sync()
        whole = sorted(key for key, item in giver.items.items() if car in {item["vehicle"], key[1]})
        assert len(whole) > 10
        offer = {"email": "receiver@example.org", "include_costs": True, "include_documents": True}
        made = await call.premium.post(f"/api/vehicles/{car}/handover", json=offer)
        assert made.status_code == 201, made.text
        token = (await emitted(HandoverOffered))[-1].token.get_secret_value()
        path = "/api/handovers/accept"
        accepted = await as_person(call, "receiver").post(path, json={"token": token})
        assert accepted.status_code == 200, accepted.text
        await giver.sync()
        assert set(giver.items) == {("vehicle", other), ("expense", kept)}
        assert ("vehicle", car, "deleted") in {
            (c["kind"], c["id"], c["change"]) for c in giver.changes
        }
        assert {c["change"] for c in giver.changes} == {"deleted"}, "nothing of it is told anew"
        assert (await member.sync()).items == {}
        await receiver.sync()
        own = {key for key in whole if key[0] != "reminder" or key[1] == plan}
        assert own <= set(receiver.items), "the giver's own reminders end"
        # what becomes of it is the receiver's
        new = as_person(call, "receiver")
        for expense in (await new.get("/api/expenses")).json()["results"]:
            await new.delete(f"/api/expenses/{expense['id']}")
        await new.delete(f"/api/maintenance-plans/{plan}")
        await make_expense(new, car)
        assert (await giver.sync()).changes == []
        assert (await member.sync()).changes == []
        assert (await Client(call.premium).sync()).items.keys() == giver.items.keys()
