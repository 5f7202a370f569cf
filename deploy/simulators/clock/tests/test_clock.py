"""The demo's clock only goes forward, by seconds or to a moment."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from deploy.simulators.clock.app import create_app
from deploy.simulators.clock.time import MovableClock
from shared.clock import Clock


class Stopped(Clock):
    def now(self) -> datetime:
        return datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(Stopped())


@pytest.fixture
def http(clock: MovableClock) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=create_app(clock)), base_url="http://clock"
    )


async def test_it_starts_in_the_present(http: httpx2.AsyncClient) -> None:
    told = (await http.get("/clock")).json()
    assert told == {"offset_seconds": 0.0, "now": "2026-11-22T09:00:00Z"}


async def test_advance_adds_up(http: httpx2.AsyncClient, clock: MovableClock) -> None:
    await http.post("/clock", json={"advance_seconds": 60})
    told = (await http.post("/clock", json={"advance_seconds": 30})).json()
    assert told["offset_seconds"] == 90
    assert clock.offset == timedelta(seconds=90)


async def test_move_to_a_moment_and_back_to_the_present(http: httpx2.AsyncClient) -> None:
    told = (await http.post("/clock", json={"now": "2027-11-22T10:00:00+01:00"})).json()
    assert told["now"] == "2027-11-22T09:00:00Z"
    assert (await http.delete("/clock")).json()["offset_seconds"] == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"now": "2020-01-01T00:00:00Z"}, 409),
        ({"now": "9999-01-01T00:00:00Z"}, 409),
        ({"advance_seconds": 1.9e9}, 409),
        ({"advance_seconds": -1}, 422),
        ({"now": "2027-01-01T00:00:00"}, 422),
        ({"now": "2027-01-01T00:00:00Z", "advance_seconds": 1}, 422),
        ({}, 422),
        ({"advance_seconds": "soon"}, 422),
    ],
)
async def test_what_makes_no_sense_is_refused(
    http: httpx2.AsyncClient, clock: MovableClock, body: dict[str, object], status: int
) -> None:
    assert (await http.post("/clock", json=body)).status_code == status
    assert clock.offset == timedelta()
