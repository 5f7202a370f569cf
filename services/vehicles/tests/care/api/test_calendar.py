import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
from icalendar import Calendar
from sqlalchemy import text

from services.vehicles.tests.factories import (
    make_plan,
    make_record,
    make_reminder,
    make_vehicle,
    read_odometer,
)
from shared.clock import FixedClock
from shared.testing.client import Callers

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


def entries(feed: bytes) -> list[Any]:
    return list(Calendar.from_ical(feed).walk("VEVENT"))


async def opened(client: httpx2.AsyncClient) -> str:
    url: str = (await client.post("/api/reminders/calendar")).json()["url"]
    return url[url.index("/api/") :]


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
            await connection.execute(text("UPDATE occurrence SET title = :odd"), {"odd": odd})
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


class TestRevision:
    """`calendar-revision` of the known bugs: DTSTART moved, SEQUENCE and DTSTAMP stood still."""

    async def test_a_reading_that_moves_an_entry_counts_and_dates_it(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        before_on = (NOW - timedelta(days=90)).date().isoformat()
        await read_odometer(call.free, car, 40_000, before_on)
        await make_plan(
            call.free, car, last_done_on=before_on, last_done_mileage=40_000,
            every_distance=15_000, every_months=None,
        )  # fmt: skip
        feed = await opened(call.free)
        [before] = entries((await call.anonymous.get(feed)).content)
        clock.move(minutes=5)
        await read_odometer(call.free, car, 52_000, NOW.date().isoformat())
        [after] = entries((await call.anonymous.get(feed)).content)
        assert after["uid"] == before["uid"]
        assert after["dtstart"].dt < before["dtstart"].dt
        assert int(after["sequence"]) > int(before["sequence"])
        assert after["dtstamp"].dt > before["dtstamp"].dt
        assert after["last-modified"].dt == after["dtstamp"].dt

    async def test_what_says_the_same_counts_nothing(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        await make_reminder(call.free, car, due_on="2026-12-01")
        feed = await opened(call.free)
        first = await call.anonymous.get(feed)
        clock.move(minutes=5)
        await read_odometer(call.free, car, 40_000, "2026-06-15")
        assert (await call.anonymous.get(feed)).content == first.content
        await call.free.patch(f"/api/vehicles/{car}", json={"model": "508"})
        [after] = entries((await call.anonymous.get(feed)).content)
        [before] = entries(first.content)
        assert int(after["sequence"]) == int(before["sequence"]) + 1

    async def test_whoever_has_it_is_told_so(self, call: Callers, clock: FixedClock) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        reminder = await make_reminder(call.free, car)
        feed = await opened(call.free)
        tag = (await call.anonymous.get(feed)).headers["etag"]
        again = await call.anonymous.get(feed, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        await call.free.patch(f"/api/reminders/{reminder['id']}", json={"due_on": "2028-01-01"})
        changed = await call.anonymous.get(feed, headers={"If-None-Match": tag})
        assert changed.status_code == 200
        assert changed.headers["etag"] != tag


class TestEntries:
    async def test_a_forecast_is_tentative_and_says_its_range(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        await read_odometer(call.free, car, 40_000, "2026-01-01")
        await read_odometer(call.free, car, 46_000, "2026-06-15")
        await make_reminder(call.free, car, title="Courroie", due_on=None, due_mileage=60_000)
        await make_reminder(call.free, car, title="Assurance", due_on="2026-12-01")
        found = {
            str(entry["summary"])[:9]: entry
            for entry in entries((await call.anonymous.get(await opened(call.free))).content)
        }
        belt, paper = found["Courroie "], found["Assurance"]
        assert (belt["status"], paper["status"]) == ("TENTATIVE", "CONFIRMED")
        assert "Prévision : entre le 20" in str(belt["description"])
        assert "60000 km" in str(belt["description"])
        assert "description" not in paper
        assert paper["dtstart"].dt == date(2026, 12, 1)
        assert type(belt["dtstart"].dt) is date

    async def test_what_is_done_is_cancelled_for_thirty_days_and_leaves(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free, mileage=50_000))["id"]
        await make_plan(call.free, car, last_done_on="2025-06-20", last_done_mileage=40_000)
        feed = await opened(call.free)
        [before] = entries((await call.anonymous.get(feed)).content)
        clock.move(minutes=1)
        await make_record(call.free, car, service_date="2026-06-15", mileage=50_000)
        found = {str(e["uid"]): e for e in entries((await call.anonymous.get(feed)).content)}
        assert len(found) == 2
        gone = found.pop(str(before["uid"]))
        assert gone["status"] == "CANCELLED"
        assert int(gone["sequence"]) > int(before["sequence"])
        clock.set(NOW + timedelta(days=31))
        [left] = entries((await call.anonymous.get(feed)).content)
        assert str(left["uid"]) in found

    async def test_dismissed_and_removed_are_cancelled_too(
        self, call: Callers, clock: FixedClock
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        one, other = [await make_reminder(call.free, car) for _ in range(2)]
        feed = await opened(call.free)
        before = entries((await call.anonymous.get(feed)).content)
        await call.free.post(f"/api/reminders/{one['id']}/dismiss")
        await call.free.delete(f"/api/reminders/{other['id']}")
        found = entries((await call.anonymous.get(feed)).content)
        assert [entry["status"] for entry in found] == ["CANCELLED", "CANCELLED"]
        counts = [sorted(int(e["sequence"]) for e in each) for each in (before, found)]
        assert counts == [[1, 1], [2, 2]]

    async def test_shared_cars_by_choice(
        self, call: Callers, clock: FixedClock, share: Any
    ) -> None:
        clock.set(NOW)
        car = (await make_vehicle(call.free))["id"]
        await make_reminder(call.free, car)
        await share(car, call.user_id("other"), "viewer")
        feed = await opened(call.other)
        assert entries((await call.anonymous.get(feed)).content) == []
        await call.other.put(
            f"/api/vehicles/{car}/reminder-preferences", json={"kinds": [], "calendar": True}
        )
        assert len(entries((await call.anonymous.get(feed)).content)) == 1
