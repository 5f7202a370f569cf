import unicodedata
from datetime import UTC, datetime
from typing import Any

from icalendar import Calendar
from sqlalchemy import text

from services.vehicles.tests.factories import make_plan, make_reminder, make_vehicle, read_odometer
from shared.clock import FixedClock
from shared.testing.client import Callers

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


def entries(feed: bytes) -> list[Any]:
    return list(Calendar.from_ical(feed).walk("VEVENT"))


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
        assert snoozed.json()["remind_on"] == "2026-07-01"
        moved = await call.free.patch(address, json={"due_on": "2027-06-01"})
        assert (moved.json()["snoozed_until"], moved.json()["remind_on"]) == (None, "2027-05-02")
        assert (await call.free.post(f"{address}/dismiss")).json()["status"] == "DISMISSED"
        assert (await call.free.delete(address)).status_code == 204
        assert (await call.free.get(address)).status_code == 404


class TestCalendar:
    async def test_a_private_address_shows_plans_and_reminders(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        await make_reminder(call.free, car, title="Assurance")
        await make_plan(call.free, car)
        theirs = (await make_vehicle(call.other))["id"]
        await make_reminder(call.other, theirs, title="Secret")
        url = (await call.free.post("/api/reminders/calendar")).json()["url"]
        path = url[url.index("/api/") :]
        feed = await call.anonymous.get(path)
        assert feed.status_code == 200
        assert feed.headers["content-type"].startswith("text/calendar")
        titles = sorted(str(event["summary"]) for event in entries(feed.content))
        assert titles == [
            "Assurance – Peugeot 308",
            "Vidange moteur et filtre à huile – Peugeot 308",
        ]

    async def test_nothing_in_a_title_makes_another_entry(
        self, call: Callers, admin_engine: Any, clock: FixedClock
    ) -> None:
        """Also of what was kept before titles were judged."""
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        await make_reminder(call.free, car, title="Assurance")
        odd = "a\x07b\x1b\r\nEND:VEVENT\x0bc\x85d\u2028e\u202ef" + "é" * 90
        async with admin_engine.begin() as connection:
            await connection.execute(text("UPDATE reminder SET title = :odd"), {"odd": odd})
            await connection.execute(text("UPDATE vehicle SET make = :odd"), {"odd": odd})
        url = (await call.free.post("/api/reminders/calendar")).json()["url"]
        feed = (await call.anonymous.get(url[url.index("/api/") :])).content
        (entry,) = entries(feed)
        assert str(entry["summary"]).startswith("a b END:VEVENT c d e f")
        written = feed.decode().replace("\r\n", "")
        assert not [char for char in written if unicodedata.category(char) in {"Cc", "Zl", "Zp"}]
        assert max(map(len, feed.split(b"\r\n"))) <= 75

    async def test_the_entry_moves_and_the_old_address_ends(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        reminder = await make_reminder(call.free, car)
        urls = [(await call.free.post("/api/reminders/calendar")).json()["url"] for _ in range(2)]
        old, new = (url[url.index("/api/") :] for url in urls)
        assert (await call.anonymous.get(old)).status_code == 404
        [before] = entries((await call.anonymous.get(new)).content)
        await call.free.patch(f"/api/reminders/{reminder['id']}", json={"due_on": "2028-01-01"})
        [after] = entries((await call.anonymous.get(new)).content)
        assert before["uid"] == after["uid"]
        assert int(after["sequence"]) > int(before["sequence"])

    async def test_a_guessed_token_finds_nothing(self, call: Callers) -> None:
        for token in ("x", "A" * 43):
            answer = await call.anonymous.get(f"/api/reminders/calendar.ics?token={token}")
            assert answer.status_code == 404
        assert (await call.anonymous.get("/api/reminders/calendar.ics")).status_code == 422
