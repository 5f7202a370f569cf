"""Recalls that may be about a car: domain page §11."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from deploy.simulators.recalls.app import create_app
from services.vehicles.clients.recalls import RecallFeeds
from services.vehicles.domain.care.recalls import FeedSource
from services.vehicles.tests.factories import make_vehicle
from shared.clock import FixedClock
from shared.contracts.vehicles import ReminderDue
from shared.testing.client import Callers

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def feeds(app: Any, clock: FixedClock) -> Iterator[httpx2.AsyncClient]:
    """The simulated feeds of France and Germany are switched on; a client of the simulator, to break them."""
    clock.set(NOW)
    transport = httpx2.ASGITransport(app=create_app())
    real: RecallFeeds = app.state.recall_feeds
    before, addresses = real._client_of, real.addresses
    real._client_of = lambda _url: httpx2.AsyncClient(transport=transport)
    real.addresses = {source: f"http://recalls/{source}" for source in list(FeedSource)[:2]}
    yield httpx2.AsyncClient(transport=transport, base_url="http://recalls")
    real._client_of, real.addresses = before, addresses


@pytest.fixture
def read(run_schedule: Any, run_jobs: Any) -> Any:
    async def once() -> None:
        await run_schedule("vehicles.recalls")
        await run_jobs("vehicles.read_recalls")
        await run_jobs("vehicles.match_recalls")

    return once


async def recalls(client: Any, car: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/vehicles/{car}/recalls")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


C3 = {"make": "Citroën", "model": "C3", "year": 2015}


class TestWhatMayBeAboutACar:
    async def test_a_likely_one_is_told_once(
        self, call: Callers, read: Any, clock: FixedClock, emitted: Any, run_schedule: Any,
        run_jobs: Any,
    ) -> None:  # fmt: skip
        car = (await make_vehicle(call.free, **C3))["id"]
        await read()
        [found] = await recalls(call.free, car)
        assert (found["certainty"], found["status"], found["please_check"]) == (
            "likely",
            "open",
            True,
        )
        assert (found["source"], found["title"]) == (
            "rappelconso",
            "Coussin gonflable du conducteur",
        )
        [reminder] = (await call.free.get("/api/reminders")).json()["results"]
        assert reminder["title"].startswith("Rappel constructeur probable")
        assert (reminder["kind"], reminder["due_on"]) == ("safety", None)
        for _ in range(3):
            await run_schedule("vehicles.reminders")
            await run_jobs("vehicles.remind")
            clock.move(days=1)
            await read()
        assert len(await emitted(ReminderDue)) == 1
        assert len(await recalls(call.free, car)) == 1

    async def test_a_possible_one_stands_in_the_list_only(self, call: Callers, read: Any) -> None:
        car = (await make_vehicle(call.free, make="Peugeot", model="308"))["id"]
        await read()
        [found] = await recalls(call.free, car)
        assert found["certainty"] == "possible"
        assert (await call.free.get("/api/reminders")).json()["count"] == 0

    async def test_another_model_is_told_nothing(self, call: Callers, read: Any) -> None:
        car = (await make_vehicle(call.free, **C3 | {"model": "C3 Aircross"}))["id"]
        await read()
        assert await recalls(call.free, car) == []

    @pytest.mark.parametrize("status", ["done", "not_mine"])
    async def test_its_owner_settles_it(self, call: Callers, read: Any, status: str) -> None:
        car = (await make_vehicle(call.free, **C3))["id"]
        await read()
        [found] = await recalls(call.free, car)
        path = f"/api/vehicles/{car}/recalls/{found['id']}"
        settled = await call.free.patch(path, json={"status": status})
        assert (settled.status_code, settled.json()["status"]) == (200, status)
        assert (await call.free.get("/api/reminders?status=ACTIVE")).json()["count"] == 0
        await read()
        [kept] = await recalls(call.free, car)
        assert kept["status"] == status
        assert (await call.free.patch(path, json={"status": "x"})).status_code == 422

    async def test_a_change_of_the_car_leaves_its_notice(self, call: Callers, read: Any) -> None:
        """What rule packs make and what recalls make are two things."""
        car = (await make_vehicle(call.free, **C3))["id"]
        await read()
        await call.free.patch(f"/api/vehicles/{car}", json={"color": "bleu"})
        assert (await call.free.get("/api/reminders?status=ACTIVE")).json()["count"] == 1


class TestFeeds:
    async def test_a_dead_one_is_shown_with_its_age(
        self, call: Callers, read: Any, clock: FixedClock, feeds: httpx2.AsyncClient
    ) -> None:
        await make_vehicle(call.free, **C3)
        await read()
        await feeds.post("/__fake/fault", json={"source": "kba", "status": 503})
        clock.move(days=3)
        await read()
        told = (await call.free.get("/api/recall-feeds")).json()["results"]
        found = {
            each["source"]: (each["age_days"], each["failure"], each["campaigns"]) for each in told
        }
        assert found == {"kba": (3, "status_503", 1), "rappelconso": (0, None, 2)}

    async def test_nothing_is_read_where_none_is_switched_on(
        self, app: Any, call: Callers, read: Any
    ) -> None:
        app.state.recall_feeds.addresses = {}
        await read()
        assert (await call.free.get("/api/recall-feeds")).json()["count"] == 0
