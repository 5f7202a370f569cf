"""One review each, and a mean that is true whatever happens to them."""

import asyncio
from typing import Any

import pytest

from services.vehicles.tests.garages import booked
from services.vehicles.tests.garages.factories import (
    client_of,
    make_garage,
    make_review,
    own_garage,
)
from services.vehicles.tests.sharing import know
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.vehicles_garages import GarageNotice
from shared.ids import new_id
from shared.testing.client import Callers


@pytest.fixture
async def garage(call: Callers, open_work: Any) -> str:
    made = await make_garage(call.free)
    await own_garage(open_work, made["id"], "owner")
    found: str = made["id"]
    return found


async def tally(call: Callers, garage: str) -> tuple[float | None, int]:
    told = (await call.anonymous.get(f"/api/garages/{garage}")).json()
    return told["rating"], told["review_count"]


class TestTheMean:
    async def test_is_true_at_once_when_its_author_edits_one_to_five(
        self, call: Callers, garage: str
    ) -> None:
        mine = (await make_review(call.free, garage, rating=1))["id"]
        await make_review(call.other, garage, rating=4)
        assert await tally(call, garage) == (2.5, 2)
        edited = await call.free.patch(f"/api/garages/reviews/{mine}", json={"rating": 5})
        assert (edited.status_code, edited.json()["edited_at"] is not None) == (200, True)
        assert await tally(call, garage) == (4.5, 2)
        await call.free.put(f"/api/garages/reviews/{mine}", json={"rating": 2})
        assert await tally(call, garage) == (3.0, 2)
        assert (await call.free.delete(f"/api/garages/reviews/{mine}")).status_code == 204
        assert await tally(call, garage) == (4.0, 1)

    async def test_is_true_after_many_at_once(self, call: Callers, garage: str) -> None:
        people = [client_of(call, f"person {n}") for n in range(6)]
        path = f"/api/garages/{garage}/add_review"
        answers = await asyncio.gather(
            *(one.post(path, json={"rating": 1 + n % 5}) for n, one in enumerate(people))
        )
        assert {each.status_code for each in answers} == {201}
        assert await tally(call, garage) == (2.67, 6)

    async def test_stays_true_when_somebody_leaves(
        self, call: Callers, hear: Any, garage: str, clock: Any
    ) -> None:
        await make_review(call.free, garage, rating=1)
        await make_review(call.other, garage, rating=5)
        gone = AccountDeletionStarted(account_id=call.user_id("free"), started_at=clock.now())
        await hear(gone)
        assert await tally(call, garage) == (5.0, 1)
        assert (await call.anonymous.get("/api/garages/reviews")).json()["count"] == 1


class TestOneEach:
    async def test_a_second_one_is_refused_and_the_first_is_named(
        self, call: Callers, garage: str
    ) -> None:
        first = await make_review(call.free, garage)
        body = {"garage": garage, "rating": 5}
        answer = await call.free.post("/api/garages/reviews", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "review_exists")
        assert answer.json()["review"] == first["id"]

    async def test_sent_again_it_is_the_same(self, call: Callers, garage: str) -> None:
        body = {"id": str(new_id()), "rating": 5}
        ways = {
            f"/api/garages/{garage}/add_review": (call.free, body),
            "/api/garages/reviews": (
                call.other,
                body | {"id": str(new_id()), "garage": garage},
            ),
        }
        for path, (client, said) in ways.items():
            for _ in range(2):
                made = await client.post(path, json=said)
                assert (made.status_code, made.json()["id"]) == (201, said["id"])
            other = await client.post(path, json=said | {"rating": 1})
            assert (other.status_code, other.json()["code"]) == (409, "id_taken")
        assert await tally(call, garage) == (5.0, 2)

    async def test_of_two_at_once_one_is_kept(self, call: Callers, garage: str) -> None:
        body = {"garage": garage, "rating": 5}
        answers = await asyncio.gather(
            *(call.free.post("/api/garages/reviews", json=body) for _ in range(4))
        )
        assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
        assert await tally(call, garage) == (5.0, 1)

    async def test_nobody_reviews_where_they_work(self, call: Callers, garage: str) -> None:
        path = f"/api/garages/{garage}/add_review"
        answer = await client_of(call, "owner").post(path, json={"rating": 5})
        assert (answer.status_code, answer.json()["code"]) == (403, "own_garage")

    @pytest.mark.parametrize("rating", [0, 6, -1, 4.5, "5", True, None, 10**30])
    async def test_from_one_to_five(self, call: Callers, garage: str, rating: Any) -> None:
        path = f"/api/garages/{garage}/add_review"
        assert (await call.free.post(path, json={"rating": rating})).status_code == 422


class TestInPublic:
    async def test_neither_address_nor_account_of_the_author_is_told(
        self, call: Callers, hear: Any, garage: str
    ) -> None:
        await know(hear, "free", first_name="Claire", last_name="Morel")
        await know(hear, "other", first_name="Hugo", last_name="Petit")
        await make_review(call.free, garage, show_name=True)
        await make_review(call.other, garage)
        listed = await call.anonymous.get(f"/api/garages/reviews?garage={garage}")
        told = listed.json()["results"]
        assert [each["author"] for each in told] == [None, "Claire M."]
        one = await call.anonymous.get(f"/api/garages/reviews/{told[1]['id']}")
        for text in (listed.text, one.text):
            assert "@" not in text
            assert "Morel" not in text
            assert "Hugo" not in text
            assert str(call.user_id("free")) not in text
        mine = (await call.free.get("/api/garages/reviews?mine=true")).json()["results"]
        assert [each["is_yours"] for each in mine] == [True]

    async def test_anonymous_edits_of_any_review_are_refused(
        self, call: Callers, garage: str
    ) -> None:
        """What the replaced system let anybody do."""
        path = f"/api/garages/reviews/{(await make_review(call.free, garage))['id']}"
        for method in ("PUT", "PATCH", "DELETE"):
            answer = await call.anonymous.request(method, path, json={"rating": 1})
            assert answer.status_code == 401
            other = await call.other.request(method, path, json={"rating": 1})
            assert other.status_code == 403
        assert await tally(call, garage) == (4.0, 1)

    async def test_queries_are_as_many_for_one_as_for_many(
        self, call: Callers, garage: str, statements: list[str]
    ) -> None:
        for number in range(5):
            await make_review(client_of(call, f"person {number}"), garage, show_name=True)
        statements.clear()
        await call.anonymous.get(f"/api/garages/reviews?garage={garage}")
        assert len(statements) <= 2


class TestAnswers:
    async def test_the_garage_answers_and_its_author_hears_of_it_once(
        self, call: Callers, garage: str, emitted: Any
    ) -> None:
        path = f"/api/garages/reviews/{(await make_review(call.free, garage))['id']}/answer"
        owner = client_of(call, "owner")
        for words in ("Merci !", "Merci beaucoup !"):
            told = await owner.put(path, json={"answer": words})
            assert (told.status_code, told.json()["answer"]) == (200, words)
        heard = [(each.account_id, each.kind) for each in await emitted(GarageNotice)]
        assert heard.count((call.user_id("free"), "review_answered")) == 1
        assert (call.user_id("owner"), "review_written") in heard
        assert (await owner.delete(path)).status_code == 204
        assert (await call.anonymous.get(path.removesuffix("/answer"))).json()["answer"] is None

    async def test_the_garage_does_not_delete(self, call: Callers, garage: str) -> None:
        path = f"/api/garages/reviews/{(await make_review(call.free, garage))['id']}"
        assert (await client_of(call, "owner").delete(path)).status_code == 403


async def test_a_completed_booking_verifies_what_is_written(call: Callers, open_work: Any) -> None:
    there = await booked.make_garage(open_work, spans=booked.ALL_DAY)
    car = await booked.a_car(call.free)
    mine = await booked.book(call.free, there, car, booked.SOON)
    before = await make_review(call.free, there.id, rating=4)
    assert before["verified"] is False, "it is only booked"
    boss = booked.boss_of(call)
    price = {"amount": "120.00", "currency": "EUR"}
    for move, said in (("confirm", {}), ("start", {}), ("complete", {"price": price})):
        await booked.went(boss, mine["id"], move, **said)
    edited = await call.free.patch(f"/api/garages/reviews/{before['id']}", json={"rating": 5})
    assert edited.json()["verified"] is True
    stranger = await make_review(call.other, there.id, rating=1)
    assert stranger["verified"] is False
