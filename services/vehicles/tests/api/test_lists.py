"""What every list of the house does, tried on the longest one."""

from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.sharing import share
from shared.testing.client import Callers

YEARS = [2015, None, 2019, 2015, None, 2021, 2019, 2015, 2003]
DAYS = [
    f"2026-0{month}-{day}" for month, day in ((1, 15), (2, 10), (2, 10), (3, 11), (2, 10), (1, 15))
]
CAR = {"make": "Peugeot", "model": "308"}
OTHERS = """
INSERT INTO vehicle SELECT (jsonb_populate_record(car, jsonb_build_object('id', gen_random_uuid(), 'owner_id', gen_random_uuid()))).*
FROM maintenance_record JOIN vehicle AS car ON car.id = vehicle_id, generate_series(1, 100) WHERE maintenance_record.id = :one
"""
MANY = """
INSERT INTO maintenance_record SELECT (jsonb_populate_record(done, jsonb_build_object(
    'id', gen_random_uuid(), 'owner_id', car.owner_id, 'vehicle_id', car.id, 'service_date', date '2026-01-01' - n))).*
FROM maintenance_record AS done, vehicle AS car, generate_series(1, 30 + 2970 * (car.id = done.vehicle_id)::int) AS n
WHERE done.id = :one
"""
"""Three thousand of its car, thirty of each other."""


@pytest.fixture
async def cars(call: Callers) -> list[str]:
    """Nine, with years that tie and years that are unknown."""
    made = []
    for number, year in enumerate(YEARS):
        body = {"make": "Peugeot", "model": f"{number}"} | ({"year": year} if year else {})
        made.append((await call.premium.post("/api/vehicles", json=body)).json()["id"])
    return made


async def walk(client: Any, address: str, way: str = "next") -> list[list[str]]:
    """The ids page by page, following the links."""
    pages: list[list[str]] = []
    following: str | None = address
    while following is not None:
        answer = await client.get(following)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["count"] == len(YEARS)
        pages.append([car["id"] for car in body["results"]])
        following = body[way]
    return pages


@pytest.mark.usefixtures("cars")
class TestOrder:
    @pytest.mark.parametrize("ordering", ["year", "-year", "created_at", "-created_at", "make"])
    async def test_pages_and_cursors_tell_the_same_story(
        self, call: Callers, ordering: str
    ) -> None:
        whole = (await walk(call.premium, f"/api/vehicles?ordering={ordering}"))[0]
        query = f"ordering={ordering}&page_size=2"
        by_page = await walk(call.premium, f"/api/vehicles?{query}")
        by_cursor = await walk(call.premium, f"/api/vehicles?{query}&cursor=")
        assert list(chain.from_iterable(by_page)) == whole
        assert by_cursor == by_page
        assert [len(page) for page in by_page] == [2, 2, 2, 2, 1]

    @pytest.mark.parametrize("ordering", ["year", "-year", "-created_at"])
    async def test_the_way_back_is_the_way_there(self, call: Callers, ordering: str) -> None:
        query = f"/api/vehicles?ordering={ordering}&page_size=2&cursor="
        there = await walk(call.premium, query)
        last = query
        while (following := (await call.premium.get(last)).json()["next"]) is not None:
            last = following
        back = await walk(call.premium, last, way="previous")
        assert [list(page) for page in reversed(back)] == there

    async def test_empty_values_come_last_in_both_directions(self, call: Callers) -> None:
        for ordering in ("year", "-year"):
            found = (await call.premium.get(f"/api/vehicles?ordering={ordering}")).json()["results"]
            assert [car["year"] for car in found][-2:] == [None, None]


class TestStability:
    async def test_what_is_added_or_deleted_neither_repeats_nor_hides(
        self, call: Callers, cars: list[str]
    ) -> None:
        """By page, a car added in front would push one into the next page a second time."""
        first = (await call.premium.get("/api/vehicles?page_size=3&cursor=")).json()
        await call.premium.post("/api/vehicles", json={"make": "New", "model": "first in line"})
        await call.premium.delete(f"/api/vehicles/{cars[-2]}")
        seen = [car["id"] for car in first["results"]]
        following = first["next"]
        while following is not None:
            body = (await call.premium.get(following)).json()
            seen += [car["id"] for car in body["results"]]
            following = body["next"]
        assert seen == cars[::-1]


class TestAllowLists:
    @pytest.mark.parametrize(
        ("query", "code", "pointer"),
        [
            ("ordering=vin", "ordering_unknown", "?ordering"),
            ("ordering=--year", "ordering_unknown", "?ordering"),
            ("colour=red", "parameter_unknown", "?colour"),
            ("owner_id=1", "parameter_unknown", "?owner_id"),
            ("cursor=abc", "cursor_invalid", "?cursor"),
        ],
    )
    async def test_what_is_not_offered_is_400(
        self, call: Callers, query: str, code: str, pointer: str
    ) -> None:
        answer = await call.free.get(f"/api/vehicles?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert answer.json()["errors"][0]["pointer"] == pointer

    async def test_another_lists_cursor_is_400(self, call: Callers, cars: list[str]) -> None:
        assert cars
        following = (await call.premium.get("/api/vehicles?page_size=2&cursor=")).json()["next"]
        cursor = parse_qs(urlsplit(following).query)["cursor"][0]
        answer = await call.premium.get(f"/api/brands?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")

    async def test_a_cursor_shows_nobody_elses(self, call: Callers, cars: list[str]) -> None:
        assert cars
        following = (await call.premium.get("/api/vehicles?page_size=2&cursor=")).json()["next"]
        answer = await call.other.get(following)
        assert (answer.status_code, answer.json()["results"]) == (200, [])


class TestSeveralWays:
    """What is one's own, what others share with one, and what a driver wrote down themselves, in one order."""

    @pytest.fixture
    async def records(self, call: Callers, open_work: Any) -> list[tuple[str, str]]:
        """(day, id): every other one of an own car; some of one day, whose ids decide."""
        own = (await call.premium.post("/api/vehicles", json=CAR)).json()["id"]
        shared = (await call.standard.post("/api/vehicles", json=CAR)).json()["id"]
        await share(open_work, shared, "premium", Role.EDITOR)
        made = []
        for number, day in enumerate(DAYS):
            client, car = ((call.premium, own), (call.standard, shared))[number % 2]
            body = {"vehicle": car, "service_date": day, "service_type": "oil_change"}
            answer = await client.post("/api/maintenances", json=body)
            assert answer.status_code == 201, answer.text
            made.append((day, answer.json()["id"]))
        hidden = (await call.standard.post("/api/vehicles", json=CAR)).json()["id"]
        body = {"vehicle": hidden, "service_date": DAYS[0], "service_type": "oil_change"}
        await call.standard.post("/api/maintenances", json=body)
        return made

    @pytest.mark.parametrize("ordering", ["service_date", "-service_date", "-created_at"])
    @pytest.mark.parametrize("start", ["", "&cursor="])
    async def test_stand_in_one_order_on_every_page(
        self, call: Callers, records: list[tuple[str, str]], ordering: str, start: str
    ) -> None:
        following: str | None = f"/api/maintenances?ordering={ordering}&page_size=3{start}"
        found = []
        while following is not None:
            page = (await call.premium.get(following)).json()
            assert page["count"] == len(records)
            found += [(each["service_date"], each["id"]) for each in page["results"]]
            following = page["next"]
        falls = ordering.startswith("-")
        by_day = ordering.endswith("date")
        wanted = sorted(records, key=lambda each: each[1], reverse=True)
        wanted.sort(key=lambda each: each[0] if by_day else each[1], reverse=falls)
        assert found == wanted

    async def test_a_page_of_one_who_has_many_reads_few(
        self, call: Callers, open_work: Any, records: list[tuple[str, str]]
    ) -> None:
        """Each way is walked along its own index, whatever else there is."""
        async with open_work() as work:
            for statement in (OTHERS, MANY):
                await work.session.execute(text(statement), {"one": UUID(records[0][1])})
        asked: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
            asked.append((statement, values))

        event.listen(Engine, "before_cursor_execute", note)
        try:
            assert (await call.premium.get("/api/maintenances")).json()["count"] > 3_000
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        sql, values = next(each for each in asked if "LIMIT" in each[0])
        async with open_work() as work:
            await work.session.execute(text("ANALYZE maintenance_record, vehicle"))
            driver = await (await work.session.connection()).get_raw_connection()
            explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}"
            [said] = await driver.driver_connection.fetchval(explain, *values)
        mine = "ix_maintenance_record_owner_id_service_date"
        [walked] = [node for node in nodes(said["Plan"]) if node.get("Index Name") == mine]
        assert walked["Actual Rows"] < 100


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)
