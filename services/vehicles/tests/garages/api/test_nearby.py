"""Nearest first, as if every garage there is had been measured one by one."""

import random
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from services.vehicles.domain.garages.places import Place, distance_km
from services.vehicles.storage.garages.models import Garage
from services.vehicles.tests.garages.factories import client_of, make_garage, own_garage
from shared.clock import FixedClock
from shared.ids import new_id
from shared.testing.client import Callers

CENTRES = [
    (48.8443, 2.3744),
    (0.0, 0.0),
    (-16.5, 179.95),
    (-16.5, -179.95),
    (0.0, 180.0),
    (0.0, -180.0),
    (89.9, 45.0),
    (90.0, 0.0),
    (-90.0, 17.0),
    (-89.95, -120.0),
]


def _around(rng: random.Random, centre: tuple[float, float]) -> Place:
    latitude = max(-90.0, min(90.0, centre[0] + rng.uniform(-2, 2)))
    longitude = (centre[1] + rng.uniform(-3, 3) + 180) % 360 - 180
    if abs(latitude) > 88:
        longitude = rng.uniform(-180, 179)
    return Place(round(latitude, 7), round(longitude, 7))


@pytest.fixture
async def many(open_work: Any) -> dict[UUID, Place]:
    """Six hundred around the ends of the earth, some of them on the spot."""
    rng = random.Random(8)
    places = [_around(rng, centre) for centre in CENTRES for _ in range(60)]
    places += [Place(lat, -180.0 if lng == 180 else lng) for lat, lng in CENTRES]
    there = {new_id(): place for place in places}
    async with open_work() as work:
        await work.session.execute(
            insert(Garage),
            [
                {
                    "id": id_,
                    "name": f"Garage {number}",
                    "name_key": f"garage {number}",
                    "city": "Nowhere",
                    "city_key": "nowhere",
                    "country": "FR",
                    "timezone": "Europe/Paris",
                    "latitude": place.latitude,
                    "longitude": place.longitude,
                }
                for number, (id_, place) in enumerate(there.items())
            ],
        )
    return there


@pytest.mark.parametrize("radius", [0, 0.5, 10, 200])
@pytest.mark.parametrize(("lat", "lng"), CENTRES)
async def test_it_finds_what_brute_force_finds(
    call: Callers, many: dict[UUID, Place], lat: float, lng: float, radius: float
) -> None:
    centre = Place(lat, lng)
    measured = {id_: distance_km(centre, place) for id_, place in many.items()}
    near = {id_: km for id_, km in measured.items() if km <= radius}
    on_the_edge = {id_ for id_, km in measured.items() if abs(km - radius) < 1e-6}
    path = f"/api/garages/search_nearby?lat={lat}&lng={lng}&radius={radius}&page_size=100"
    found = dict[UUID, float]()
    following: str | None = path
    while following is not None:
        page = (await call.anonymous.get(following)).json()
        found |= {UUID(each["id"]): each["distance_km"] for each in page["results"]}
        following = page["next"]
    assert found.keys() ^ near.keys() <= on_the_edge
    assert page["count"] == len(found)
    assert list(found.values()) == sorted(found.values())
    assert all(abs(km - measured[id_]) < 0.001 for id_, km in found.items())
    assert len(found) >= 1, "the one on the spot"


class TestAsked:
    @pytest.mark.parametrize(
        "query",
        [
            "",
            "?lat=48",
            "?lat=91&lng=0",
            "?lat=0&lng=181",
            "?lat=nan&lng=0",
            "?lat=0&lng=inf",
            "?lat=x&lng=0",
            "?lat=0&lng=0&radius=-1",
            "?lat=0&lng=0&radius=201",
            "?lat=0&lng=0&radius=nan",
            "?lat=0&lng=0&specialty=witchcraft",
            "?lat=0&lng=0&page=0",
        ],
    )
    async def test_nonsense_is_refused(self, call: Callers, query: str) -> None:
        answer = await call.anonymous.get(f"/api/garages/search_nearby{query}")
        assert answer.status_code == 422

    async def test_pages_tell_how_many_there_are(self, call: Callers) -> None:
        for number in range(3):
            await make_garage(call.free, name=f"G{number}", latitude=48.8443 + number / 100)
        path = "/api/garages/search_nearby?lat=48.8443&lng=2.3744&page_size=2"
        first = (await call.anonymous.get(path)).json()
        assert (first["count"], [each["name"] for each in first["results"]]) == (3, ["G0", "G1"])
        assert [each["distance_km"] for each in first["results"]] == [0, 1.112]
        second = (await call.anonymous.get(first["next"])).json()
        assert [each["name"] for each in second["results"]] == ["G2"]
        beyond = (await call.anonymous.get(f"{path}&page=9")).json()
        assert (beyond["count"], beyond["results"]) == (3, [])

    async def test_statements_are_as_many_for_one_as_for_many(
        self, call: Callers, many: dict[UUID, Place], statements: list[str]
    ) -> None:
        assert many
        await call.anonymous.get("/api/garages/search_nearby?lat=0&lng=0&radius=200&page_size=100")
        assert len(statements) == 1


class TestOpenNow:
    async def test_by_each_garages_own_clock_and_its_exceptions(
        self, call: Callers, open_work: Any, clock: FixedClock
    ) -> None:
        owner = client_of(call, "owner")
        hours = {
            "weekly": [{"weekday": 1, "spans": [{"opens": "08:00", "closes": "12:00"}]}],
        }
        zones = {"Paris": "Europe/Paris", "Lisbon": "Europe/Lisbon", "Off": "Europe/Paris"}
        ids = dict[str, str]()
        for place, (name, zone) in enumerate(zones.items()):
            made = await make_garage(
                call.free, name=name, timezone=zone, latitude=48.8 + place / 100
            )
            ids[name] = made["id"]
            await own_garage(open_work, made["id"], "owner")
            await owner.put(f"/api/garages/{made['id']}/availability", json=hours)
        await owner.post(
            f"/api/garages/{ids['Off']}/availability/exceptions", json={"starts_on": "2026-11-30"}
        )

        async def open_at(moment: str) -> list[str]:
            clock.set(_at(moment))
            call_ = client_of(call, "anonymous")
            path = "/api/garages/search_nearby?lat=48.8&lng=2.3744&open_now=true"
            return [each["name"] for each in (await call_.get(path)).json()["results"]]

        assert await open_at("2026-11-30T06:59:59") == []
        assert await open_at("2026-11-30T07:30:00") == ["Paris"]
        assert await open_at("2026-11-30T08:30:00") == ["Paris", "Lisbon"]
        assert await open_at("2026-11-30T11:30:00") == ["Lisbon"]
        assert await open_at("2026-12-07T07:30:00") == ["Paris", "Off"]
        clock.set(_at("2026-11-30T07:30:00"))
        told = {
            name: (await call.anonymous.get(f"/api/garages/{id_}/open_now")).json()["is_open"]
            for name, id_ in ids.items()
        }
        assert told == {"Paris": True, "Lisbon": False, "Off": False}

    async def test_other_hours_of_one_day(
        self, call: Callers, open_work: Any, clock: FixedClock
    ) -> None:
        made = await make_garage(call.free)
        await own_garage(open_work, made["id"], "owner")
        sunday = {"starts_on": "2026-12-06", "spans": [{"opens": "10:00", "closes": "24:00"}]}
        path = f"/api/garages/{made['id']}/availability/exceptions"
        assert (await client_of(call, "owner").post(path, json=sunday)).status_code == 201
        query = "/api/garages/search_nearby?lat=48.8443&lng=2.3744&open_now=true"
        for moment, count in (
            ("2026-12-06T08:59:00", 0),
            ("2026-12-06T09:00:00", 1),
            ("2026-12-06T22:59:00", 1),
            ("2026-12-06T23:00:00", 0),
        ):
            clock.set(_at(moment))
            assert (await call.anonymous.get(query)).json()["count"] == count, moment


def _at(text: str) -> Any:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
