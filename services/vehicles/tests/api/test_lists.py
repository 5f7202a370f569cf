"""What every list of the house does, tried on the longest one."""

from itertools import chain
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.testing.client import Callers

YEARS = [2015, None, 2019, 2015, None, 2021, 2019, 2015, 2003]


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
