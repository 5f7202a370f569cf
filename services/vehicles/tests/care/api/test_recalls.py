"""Recalls that may be about a car: domain page §11."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from deploy.simulators.recalls.app import RAPPELCONSO, create_app
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


def serve(app: Any, rows: list[dict[str, Any]]) -> None:
    """RappelConso tells these from now on."""

    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"results": rows})

    transport = httpx2.MockTransport(answer)
    app.state.recall_feeds._client_of = lambda _url: httpx2.AsyncClient(transport=transport)
    app.state.recall_feeds.addresses = {FeedSource.RAPPELCONSO: "http://recalls/rappelconso"}


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

    async def test_a_possible_one_stands_in_the_list_and_in_one_line_on_monday(
        self, call: Callers, read: Any, clock: FixedClock, emitted: Any, run_schedule: Any,
        run_jobs: Any, app: Any,
    ) -> None:  # fmt: skip
        car = (await make_vehicle(call.free, make="Peugeot", model="308"))["id"]
        await read()  # on a Monday
        [found] = await recalls(call.free, car)
        assert (found["certainty"], found["please_check"]) == ("possible", True)
        [line] = (await call.free.get("/api/reminders?status=ACTIVE")).json()["results"]
        assert line["title"] == "1 rappel constructeur possible, à vérifier"

        async def a_day() -> int:
            clock.move(days=1)
            await read()
            await run_schedule("vehicles.reminders")
            await run_jobs("vehicles.remind")
            return len(await emitted(ReminderDue))

        assert [await a_day() for _ in range(6)] == [0] * 6
        assert [await a_day() for _ in range(9)] == [1] * 9, "the Monday after, once"
        serve(app, [*RAPPELCONSO, *(RAPPELCONSO[1] | {"numero_fiche": n} for n in "12")])
        assert await a_day() == 1
        [line] = (await call.free.get("/api/reminders?status=ACTIVE")).json()["results"]
        assert line["title"] == "3 rappels constructeurs possibles, à vérifier"
        assert [await a_day() for _ in range(9)][-1] == 2, "of two new ones one more line"

    async def test_the_line_counts_what_is_not_settled_and_goes_with_the_last(
        self, call: Callers, read: Any, app: Any
    ) -> None:
        car = (await make_vehicle(call.free, make="Peugeot", model="308"))["id"]
        serve(app, [RAPPELCONSO[1] | {"numero_fiche": number} for number in "12"])
        await read()
        for left, match in zip((1, 0), await recalls(call.free, car), strict=True):
            path = f"/api/vehicles/{car}/recalls/{match['id']}"
            assert (await call.free.patch(path, json={"status": "not_mine"})).status_code == 200
            lines = (await call.free.get("/api/reminders?status=ACTIVE")).json()["results"]
            assert [line["title"][0] for line in lines] == ["1"] * left

    async def test_it_is_judged_anew_when_more_is_known_of_the_car(
        self, call: Callers, read: Any, clock: FixedClock
    ) -> None:
        car = (await make_vehicle(call.free, **C3 | {"model": "C3 Aircross"}))["id"]

        async def known(**said: Any) -> list[str]:
            assert (await call.free.patch(f"/api/vehicles/{car}", json=said)).status_code == 200
            clock.move(days=1)
            await read()
            return [each["certainty"] for each in await recalls(call.free, car)]

        assert await known(color="bleu") == []
        assert await known(model="C3", year=None) == ["possible"]
        assert await known(year=2015) == ["likely"]
        reminders = (await call.free.get("/api/reminders?status=ACTIVE")).json()["results"]
        assert [each["title"][:28] for each in reminders] == ["Rappel constructeur probable"]
        assert await known(model="C4") == []
        assert (await call.free.get("/api/reminders?status=ACTIVE")).json()["count"] == 0

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


class TestNewCars:
    async def test_one_is_compared_within_minutes_and_a_new_feed_is_read(
        self, call: Callers, run_schedule: Any, run_jobs: Any, clock: FixedClock
    ) -> None:
        async def a_round() -> None:
            clock.move(minutes=5)
            await run_schedule("vehicles.recalls_of_new_cars")
            await run_jobs("vehicles.read_recalls")
            await run_jobs("vehicles.match_recalls")

        await a_round()
        assert (await call.free.get("/api/recall-feeds")).json()["count"] == 2
        car = (await make_vehicle(call.free, **C3))["id"]
        assert await recalls(call.free, car) == []
        await a_round()
        assert [each["certainty"] for each in await recalls(call.free, car)] == ["likely"]


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
        assert found == {"kba": (3, "status_503", 1), "rappelconso": (0, None, 4)}

    async def test_nothing_is_read_where_none_is_switched_on(
        self, app: Any, call: Callers, read: Any
    ) -> None:
        app.state.recall_feeds.addresses = {}
        await read()
        assert (await call.free.get("/api/recall-feeds")).json()["count"] == 0
