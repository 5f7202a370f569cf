from datetime import UTC, datetime

from services.vehicles.tests.factories import make_reminder, make_vehicle, read_odometer
from shared.clock import FixedClock
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
