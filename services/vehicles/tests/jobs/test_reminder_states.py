"""The examples of the domain's page on reminders (§6), each by name; times are of Paris."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.vehicles.tests.factories import (
    make_account,
    make_plan,
    make_record,
    make_reminder,
    make_vehicle,
    read_odometer,
)
from services.vehicles.usecases.care.handovers import hand_over_care
from services.vehicles.usecases.cars.ledger import recompute
from services.vehicles.usecases.cars.odometer import hold_vehicle
from services.vehicles.usecases.work import Terms
from shared.access import Access
from shared.clock import FixedClock
from shared.contracts.vehicles import (
    ReminderDue,
    ReminderWithdrawn,
    ToldState,
    WithdrawnBecause,
)
from shared.testing.client import Callers

PARIS = ZoneInfo("Europe/Paris")
BEFORE = datetime(2026, 10, 20, 9, 30, tzinfo=UTC)
At = Callable[[str], Awaitable[list[tuple[str, str]]]]


@pytest.fixture
def at(clock: FixedClock, run_schedule: Any, run_jobs: Any, emitted: Any) -> At:
    """Awaited with a local moment (month-day hour:minute), looks then; what has been told so far: (state, to whom)."""

    async def look(moment: str) -> list[tuple[str, str]]:
        local = datetime.strptime(f"2026-{moment}", "%Y-%m-%d %H:%M").replace(tzinfo=PARIS)
        clock.set(local.astimezone(UTC))
        await run_schedule("vehicles.reminders")
        await run_jobs("vehicles.remind")
        return [(event.state.value, str(event.owner_id)) for event in await emitted(ReminderDue)]

    return look


def states(told: list[tuple[str, str]]) -> list[str]:
    return [state for state, _ in told]


async def make_due(call: Callers, clock: FixedClock, **said: Any) -> tuple[str, str]:
    """A car and a reminder due on 1 December, with a lead of 30 days."""
    clock.set(BEFORE)
    car = (await make_vehicle(call.free))["id"]
    made = await make_reminder(call.free, car, due_on="2026-12-01", **said)
    return car, f"/api/reminders/{made['id']}"


class TestWhenItIsTold:
    async def test_due_12_01_lead_30_is_told_11_01_12_01_12_02_and_escalated_12_09(
        self, call: Callers, clock: FixedClock, at: At
    ) -> None:
        await make_due(call, clock)
        assert await at("10-31 20:59") == []
        assert await at("11-01 08:55") == []
        assert states(await at("11-01 09:00")) == ["soon"]
        for moment in ("11-01 09:05", "11-02 09:00", "11-15 12:00", "11-30 20:00", "12-01 08:55"):
            assert states(await at(moment)) == ["soon"], moment
        assert states(await at("12-01 09:00")) == ["soon", "due"]
        assert states(await at("12-01 18:00")) == ["soon", "due"]
        assert states(await at("12-02 08:55")) == ["soon", "due"]
        assert states(await at("12-02 09:00")) == ["soon", "due", "overdue"]
        for day in range(3, 9):
            assert len(await at(f"12-0{day} 09:00")) == 3
        assert len(await at("12-09 08:55")) == 3
        assert states(await at("12-09 09:00")) == ["soon", "due", "overdue", "escalated"]
        for day in (10, 16, 23, 30):
            assert len(await at(f"12-{day} 09:00")) == 4

    async def test_inspection_insurance_and_safety_wait_two_days(
        self, call: Callers, clock: FixedClock, at: At
    ) -> None:
        await make_due(call, clock, kind="inspection")
        assert states(await at("12-02 09:00")) == ["overdue"]
        assert states(await at("12-03 09:00")) == ["overdue"]
        assert states(await at("12-04 09:00")) == ["overdue", "escalated"]

    async def test_snoozed_on_12_02_until_12_10_comes_back_without_a_second_notice(
        self, call: Callers, clock: FixedClock, at: At
    ) -> None:
        """And its escalation counts from 12-10."""
        _, address = await make_due(call, clock)
        told = ["soon", "due", "overdue"]
        for moment in ("11-01 09:00", "12-01 09:00", "12-02 09:00"):
            last = await at(moment)
        assert states(last) == told
        snoozed = await call.free.post(f"{address}/snooze", json={"until": "2026-12-10"})
        assert snoozed.json()["state"] == "snoozed"
        for moment in ("12-03 09:00", "12-04 09:00", "12-08 09:00", "12-09 09:00"):
            assert states(await at(moment)) == told
        summary = (await call.free.get("/api/reminders/summary")).json()
        assert (summary["states"]["overdue"], summary["states"]["snoozed"]) == (0, 1)
        assert summary["pressing"] == 0
        assert states(await at("12-10 09:00")) == told
        assert (await call.free.get(address)).json()["state"] == "overdue"
        assert (await call.free.get("/api/reminders/summary")).json()["pressing"] == 1
        for day in range(11, 17):
            assert states(await at(f"12-{day} 09:00")) == told
        assert states(await at("12-17 09:00")) == [*told, "escalated"]

    async def test_the_night_of_25_october_has_one_morning(
        self, call: Callers, clock: FixedClock, at: At, run_schedule: Any, run_jobs: Any,
        emitted: Any,
    ) -> None:  # fmt: skip
        """02:30 comes twice in Paris; the job that looks then, and at nine, tells once."""
        clock.set(BEFORE)
        car = (await make_vehicle(call.free))["id"]
        await make_reminder(call.free, car, due_on="2026-10-25", lead_days=0)
        await at("10-24 20:00")
        moment = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
        told = []
        while moment < datetime(2026, 10, 25, 9, tzinfo=UTC):
            clock.set(moment)
            await run_schedule("vehicles.reminders")
            await run_jobs("vehicles.remind")
            told.append(len(await emitted(ReminderDue)))
            moment += timedelta(minutes=30)
        assert Counter(told) == {0: 17, 1: 2}, "once, at 08:00 UTC: nine o'clock in winter"

    async def test_states_that_were_slept_through_are_not_caught_up_on(
        self, call: Callers, clock: FixedClock, at: At
    ) -> None:
        """Everything was away from October to 5 December."""
        await make_due(call, clock)
        assert states(await at("12-05 14:00")) == ["overdue"]
        assert states(await at("12-11 14:00")) == ["overdue"]
        assert states(await at("12-12 14:00")) == ["overdue", "escalated"]


class TestRecomputation:
    async def test_back_before_soon_is_silent_and_forward_again_tells_nothing_twice(
        self, call: Callers, clock: FixedClock, at: At, emitted: Any
    ) -> None:
        """A typo brings a service near; the correction takes it away, and the truth brings it near again."""
        clock.set(BEFORE)
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 40_000, "2026-01-01")
        await read_odometer(call.free, car, 44_000, "2026-10-01")
        await make_reminder(call.free, car, due_on=None, due_mileage=50_000)
        assert await at("10-21 10:00") == []
        typo = await read_odometer(call.free, car, 49_900, "2026-10-21")
        [listed] = (await call.free.get("/api/reminders")).json()["results"]
        assert listed["state"] == "soon"
        assert states(await at("10-21 11:00")) == ["soon"]
        voided = await call.free.post(f"/api/odometer/{typo['id']}/void")
        assert voided.status_code == 200, voided.text
        [listed] = (await call.free.get("/api/reminders")).json()["results"]
        assert listed["state"] == "planned"
        assert states(await at("10-22 09:00")) == ["soon"]
        await read_odometer(call.free, car, 49_800, "2026-10-22")
        assert states(await at("10-23 09:00")) == ["soon"]
        await read_odometer(call.free, car, 50_100, "2026-10-23")
        assert states(await at("10-23 10:00")) == ["soon", "overdue"]
        assert await emitted(ReminderWithdrawn) == []

    async def test_one_that_goes_back_before_anybody_was_told_is_never_told(
        self, call: Callers, clock: FixedClock, at: At
    ) -> None:
        _, address = await make_due(call, clock)
        await call.free.patch(address, json={"due_on": "2026-10-25"})
        await call.free.patch(address, json={"due_on": "2027-06-01"})
        assert await at("10-21 09:00") == []


class TestSnooze:
    async def test_for_a_distance_until_it_is_driven(
        self, call: Callers, clock: FixedClock, at: At
    ) -> None:
        car, address = await make_due(call, clock)
        refused = await call.free.post(f"{address}/snooze", json={"for_distance": 500})
        assert (refused.status_code, refused.json()["code"]) == (422, "snooze_needs_reading")
        await read_odometer(call.free, car, 44_000, "2026-10-20")
        await at("12-02 09:00")
        snoozed = await call.free.post(f"{address}/snooze", json={"for_distance": 500})
        assert snoozed.json()["snoozed_until_mileage"] == 44_500
        await read_odometer(call.free, car, 44_499, "2026-12-02")
        assert (await call.free.get(address)).json()["state"] == "snoozed"
        assert states(await at("12-20 09:00")) == ["overdue"]
        await read_odometer(call.free, car, 44_500, "2026-12-20")
        assert (await call.free.get(address)).json()["state"] == "overdue"
        assert states(await at("12-20 10:00")) == ["overdue"]
        assert states(await at("12-27 09:00")) == ["overdue", "escalated"]

    async def test_what_becomes_due_while_snoozed_is_told_when_it_comes_back(
        self, call: Callers, clock: FixedClock, at: At
    ) -> None:
        _, address = await make_due(call, clock)
        await at("11-01 09:00")
        await call.free.post(f"{address}/snooze", json={"until": "2026-12-05"})
        assert states(await at("12-02 09:00")) == ["soon"]
        assert states(await at("12-05 09:00")) == ["soon", "overdue"]

    async def test_a_plan_is_snoozed_and_woken_by_its_own_id(
        self, call: Callers, clock: FixedClock, at: At
    ) -> None:
        clock.set(BEFORE)
        car = (await make_vehicle(call.free))["id"]
        plan = await make_plan(call.free, car, last_done_on="2025-01-01")
        address = f"/api/reminders/{plan['id']}"
        snoozed = await call.free.post(f"{address}/snooze", json={"until": "2026-11-20"})
        assert (snoozed.json()["state"], snoozed.json()["source"]) == ("snoozed", "plan")
        assert await at("10-21 09:00") == []
        assert (await call.free.post(f"{address}/wake")).json()["state"] == "overdue"
        assert states(await at("10-21 09:05")) == ["overdue"]


class TestOver:
    async def test_what_is_done_dismissed_or_removed_is_withdrawn(
        self, call: Callers, clock: FixedClock, at: At, emitted: Any
    ) -> None:
        clock.set(BEFORE)
        car = (await make_vehicle(call.free, mileage=44_000))["id"]
        await make_plan(call.free, car, last_done_on="2025-01-01")
        done, dismissed, removed, changed = [
            (await make_reminder(call.free, car, due_on="2026-10-25"))["id"] for _ in range(4)
        ]
        assert len(await at("10-21 09:00")) == 5
        await make_record(call.free, car, service_date="2026-10-21", mileage=44_100)
        await call.free.post(f"/api/reminders/{done}/done")
        await call.free.post(f"/api/reminders/{dismissed}/dismiss")
        await call.free.delete(f"/api/reminders/{removed}")
        await call.free.patch(f"/api/reminders/{changed}", json={"due_on": "2027-10-25"})
        gone = await emitted(ReminderWithdrawn)
        assert Counter(event.because for event in gone) == {
            WithdrawnBecause.DONE: 2,
            WithdrawnBecause.DISMISSED: 1,
            WithdrawnBecause.REMOVED: 1,
            WithdrawnBecause.CHANGED: 1,
        }
        told = {event.occurrence for event in await emitted(ReminderDue)}
        assert {event.occurrence for event in gone} == told
        assert len(await at("10-25 09:00")) == 5

    async def test_dismissed_by_mistake_comes_back_and_is_not_told_twice(
        self, call: Callers, clock: FixedClock, at: At
    ) -> None:
        _, address = await make_due(call, clock)
        assert states(await at("12-02 09:00")) == ["overdue"]
        assert (await call.free.post(f"{address}/dismiss")).json()["state"] == "dismissed"
        assert (await call.free.get("/api/reminders?state=dismissed")).json()["count"] == 1
        assert states(await at("12-20 09:00")) == ["overdue"]
        assert (await call.free.post(f"{address}/reopen")).json()["state"] == "overdue"
        assert states(await at("12-20 10:00")) == ["overdue"]
        assert states(await at("12-27 09:00")) == ["overdue", "escalated"]

    async def test_a_record_taken_back_opens_it_again_and_may_tell_again(
        self, call: Callers, clock: FixedClock, at: At, emitted: Any
    ) -> None:
        """`withdraws nothing already told` of what the record had begun."""
        clock.set(BEFORE)
        car = (await make_vehicle(call.free, mileage=44_000))["id"]
        await make_plan(call.free, car, last_done_on="2025-01-01")
        assert states(await at("10-21 09:00")) == ["overdue"]
        record = await make_record(call.free, car, service_date="2026-10-21", mileage=44_100)
        [gone] = await emitted(ReminderWithdrawn)
        assert gone.because is WithdrawnBecause.DONE
        assert (await call.free.delete(f"/api/maintenances/{record['id']}")).status_code == 204
        assert len(await emitted(ReminderWithdrawn)) == 1
        again = await at("10-22 09:00")
        assert states(again) == ["overdue", "overdue"]
        first, second = await emitted(ReminderDue)
        assert first.occurrence != second.occurrence

    async def test_a_car_in_the_trash_takes_its_notices_along_and_brings_none_back(
        self, call: Callers, clock: FixedClock, at: At, emitted: Any
    ) -> None:
        car, address = await make_due(call, clock)
        await at("12-02 09:00")
        assert (await call.free.delete(f"/api/vehicles/{car}")).status_code == 204
        [gone] = await emitted(ReminderWithdrawn)
        assert gone.because is WithdrawnBecause.REMOVED
        assert (await call.free.get(address)).status_code == 404
        assert len(await at("12-09 09:00")) == 1
        back = await call.free.post(f"/api/vehicles/{car}/restore")
        assert back.status_code == 200, back.text
        assert (await call.free.get(address)).json()["state"] == "overdue"
        assert states(await at("12-10 09:00")) == ["overdue"]

    async def test_a_car_laid_up_is_silent_but_for_its_papers(
        self, call: Callers, clock: FixedClock, at: At
    ) -> None:
        car, _ = await make_due(call, clock)
        paper = await make_reminder(call.free, car, due_on="2026-12-01", kind="insurance")
        laid = await call.free.post(f"/api/vehicles/{car}/lay-up", json={"on": "2026-10-20"})
        assert laid.status_code == 200, laid.text
        assert states(await at("12-01 09:00")) == ["due"]
        back = await call.free.post(f"/api/vehicles/{car}/reactivate", json={"on": "2026-12-01"})
        assert back.status_code == 200, back.text
        told = await at("12-01 10:00")
        assert states(told) == ["due", "due"]
        sold = await call.free.post(f"/api/vehicles/{car}/sell", json={"on": "2026-12-01"})
        assert sold.status_code == 200, sold.text
        assert (await call.free.get(f"/api/reminders/{paper['id']}")).status_code == 404
        assert len(await at("12-09 09:00")) == 2


class TestWhoHears:
    async def test_the_owner_and_managers_each_in_their_own_morning(
        self, call: Callers, clock: FixedClock, at: At, share: Any, hear: Any, emitted: Any
    ) -> None:
        car, _ = await make_due(call, clock)
        await hear(make_account(call.user_id("other"), timezone="America/Los_Angeles"))
        for name, role in (("other", "manager"), ("premium", "editor"), ("standard", "viewer")):
            await share(car, call.user_id(name), role)
        me, them = str(call.user_id("free")), str(call.user_id("other"))
        assert await at("11-01 09:00") == [("soon", me)]
        assert await at("11-01 17:55") == [("soon", me)]
        assert await at("11-01 18:00") == [("soon", me), ("soon", them)], "nine there, in winter"

    async def test_an_editor_who_asked_for_it_and_a_driver_never(
        self, call: Callers, clock: FixedClock, at: At, share: Any, admin_engine: Any
    ) -> None:
        car, _ = await make_due(call, clock, kind="inspection")
        other = call.user_id("other")
        await share(car, other, "editor")
        address = f"/api/vehicles/{car}/reminder-preferences"
        await call.free.put(address, json={"kinds": []})
        await call.other.put(address, json={"kinds": ["inspection"], "channels": ["inbox"]})
        assert await at("11-01 09:00") == [("soon", str(other))]
        await call.other.put(address, json={"kinds": ["insurance"]})
        assert len(await at("12-01 09:00")) == 1

    async def test_it_escalates_to_the_next_role(
        self, call: Callers, clock: FixedClock, at: At, share: Any
    ) -> None:
        """An editor hears of it and does nothing: the manager, who had asked for nothing, is told; not the owner."""
        car, _ = await make_due(call, clock)
        people = {name: call.user_id(name) for name in ("free", "other", "premium")}
        await share(car, people["other"], "editor")
        await share(car, people["premium"], "manager")
        address = f"/api/vehicles/{car}/reminder-preferences"
        await call.other.put(address, json={"kinds": ["other"]})
        for client in (call.free, call.premium):
            await client.put(address, json={"kinds": []})
        assert await at("12-02 09:00") == [("overdue", str(people["other"]))]
        assert (await at("12-09 09:00"))[1:] == [("escalated", str(people["premium"]))]
        assert len(await at("12-20 09:00")) == 2

    async def test_a_manager_who_was_told_is_followed_by_the_owner(
        self, call: Callers, clock: FixedClock, at: At, share: Any
    ) -> None:
        car, _ = await make_due(call, clock)
        owner, manager = call.user_id("free"), call.user_id("other")
        await share(car, manager, "manager")
        await call.free.put(f"/api/vehicles/{car}/reminder-preferences", json={"kinds": []})
        assert await at("12-02 09:00") == [("overdue", str(manager))]
        assert (await at("12-09 09:00"))[1:] == [("escalated", str(owner))]

    async def test_who_wants_no_escalations_gets_none(
        self, call: Callers, clock: FixedClock, at: At
    ) -> None:
        car, _ = await make_due(call, clock)
        chosen = {"kinds": ["other"], "escalations": False}
        await call.free.put(f"/api/vehicles/{car}/reminder-preferences", json=chosen)
        assert states(await at("12-02 09:00")) == ["overdue"]
        assert states(await at("12-09 09:00")) == ["overdue"]

    async def test_an_event_says_what_it_is_about(
        self, call: Callers, clock: FixedClock, at: At, emitted: Any
    ) -> None:
        car, address = await make_due(call, clock, kind="tax")
        await at("11-01 09:00")
        [event] = await emitted(ReminderDue)
        assert (str(event.vehicle_id), event.kind, event.state) == (car, "tax", ToldState.SOON)
        assert event.channels == ("inbox", "mail")
        assert event.due_on == event.due_from == event.due_to == date(2026, 12, 1)
        assert address.endswith(str(event.reminder_id))


class TestHandover:
    async def test_who_has_the_car_now_hears_for_themselves(
        self, call: Callers, clock: FixedClock, at: At, emitted: Any, open_work: Any
    ) -> None:
        """The giver's own reminders end; the plans go with the car, and what was told of them is withdrawn."""
        car, _ = await make_due(call, clock)
        plan = await make_plan(call.free, car, last_done_on="2025-01-01")
        giver, receiver = call.user_id("free"), call.user_id("other")
        told = len(await at("11-01 09:00"))
        assert told == 2
        async with open_work() as work:
            await work.hold(receiver)
            vehicle = await hold_vehicle(work, access=Access(giver), vehicle_id=UUID(car))
            await hand_over_care(work, vehicle, Terms(receiver, True, True))
            vehicle.owner_id = receiver
            await work.flush()
            await work.car_rows.hand_over(vehicle.id, receiver)
            work.session.expire_all()
            await work.session.refresh(vehicle)
            await recompute(work, vehicle=vehicle)
        assert {event.owner_id for event in await emitted(ReminderWithdrawn)} == {giver}
        assert len(await emitted(ReminderWithdrawn)) == 2
        after = (await at("11-01 10:00"))[told:]
        assert after == [("overdue", str(receiver))]
        assert (await call.other.get(f"/api/reminders/{plan['id']}")).status_code == 200
        assert (await call.free.get("/api/reminders")).json()["count"] == 0
