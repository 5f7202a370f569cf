"""The directory: entries, their people, and who may do what on each route."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from services.vehicles.api.garages import (
    availability,
    claims,
    garages,
    moderation,
    nearby,
    reviews,
    services,
    staff,
)
from services.vehicles.storage.garages.claims import GarageClaim
from services.vehicles.tests.garages.factories import (
    GARAGE,
    PLACE,
    client_of,
    hire,
    make_garage,
    make_review,
    own_garage,
)
from shared.http.access import OpenTo, read
from shared.ids import new_id
from shared.testing.client import Callers

ROUTERS = (availability, claims, garages, moderation, nearby, reviews, services, staff)
"""Of this wing, but bookings, which have a table of their own."""


class TestEntries:
    async def test_anybody_enters_one_and_everybody_reads_it(self, call: Callers) -> None:
        made = await make_garage(call.free, specialties=["BRAKES", "tyres", "brakes"])
        assert (made["is_claimed"], made["takes_bookings"]) == (False, False)
        assert made["specialties"] == ["brakes", "tyres"]
        assert (made["rating"], made["review_count"]) == (None, 0)
        found = await call.anonymous.get(f"/api/garages/{made['id']}")
        assert found.json() == made

    async def test_one_that_is_there_is_offered(self, call: Callers) -> None:
        known = await make_garage(call.free)
        again = GARAGE | {"name": "GARAGE-DU-PARC", "latitude": 48.8447, "longitude": 2.3744}
        answer = await call.other.post("/api/garages", json=again)
        assert (answer.status_code, answer.json()["code"]) == (409, "garage_exists")
        assert [each["id"] for each in answer.json()["garages"]] == [known["id"]]
        further = again | {"latitude": 48.8500}
        assert (await call.other.post("/api/garages", json=further)).status_code == 201

    async def test_of_two_at_once_one_is_made(self, call: Callers) -> None:
        answers = await asyncio.gather(
            *(call.free.post("/api/garages", json=GARAGE | PLACE) for _ in range(4))
        )
        assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]

    async def test_moved_upon_another_it_is_that_one(self, call: Callers) -> None:
        await make_garage(call.free)
        other = await make_garage(call.free, latitude=48.85)
        answer = await call.free.patch(f"/api/garages/{other['id']}", json=PLACE)
        assert (answer.status_code, answer.json()["code"]) == (409, "garage_exists")

    async def test_sent_again_under_its_id_it_is_one(self, call: Callers) -> None:
        body = GARAGE | PLACE | {"id": str(new_id())}
        for _ in range(2):
            answer = await call.free.post("/api/garages", json=body)
            assert (answer.status_code, answer.json()["id"]) == (201, body["id"])

    async def test_a_person_enters_so_many_a_day(self, call: Callers, clock: Any) -> None:
        for number in range(20):
            await make_garage(call.free, name=f"Garage {number}")
        body = GARAGE | {"name": "one more"}
        answer = await call.free.post("/api/garages", json=body)
        assert (answer.status_code, answer.json()["code"]) == (429, "entered_too_many")
        assert (await call.admin.post("/api/garages", json=body)).status_code == 201
        clock.move(hours=25)
        await make_garage(call.free, name="the day after")

    @pytest.mark.parametrize(
        "bad",
        [
            {"name": ""},
            {"name": "a\x00b"},
            {"city": None},
            {"country": "fr"},
            {"latitude": 90.1},
            {"longitude": 1e308},
            {"latitude": "48"},
            {"latitude": True},
            {"latitude": None},
            {"timezone": "Europe/Atlantis"},
            {"phone": "call me"},
            {"email": "nobody"},
            {"website": "javascript:alert(1)"},
            {"specialties": ["witchcraft"]},
            {"specialties": ["brakes"] * 24},
            {"owner_id": str(new_id())},
            {"rating": 5},
        ],
    )
    async def test_what_is_none_is_refused_and_nothing_is_written(
        self, call: Callers, bad: dict[str, Any]
    ) -> None:
        answer = await call.free.post("/api/garages", json=GARAGE | PLACE | bad)
        assert answer.status_code == 422, answer.text
        assert (await call.free.get("/api/garages")).json()["count"] == 0
        made = await make_garage(call.free)
        changed = await call.free.patch(f"/api/garages/{made['id']}", json=bad)
        assert changed.status_code == 422

    async def test_replaced_it_keeps_nothing(self, call: Callers) -> None:
        made = await make_garage(call.free, phone="+33 1 43 43 00 00", specialties=["glass"])
        put = await call.free.put(f"/api/garages/{made['id']}", json=GARAGE)
        assert put.status_code == 200
        told = put.json()
        assert (told["phone"], told["specialties"], told["latitude"]) == (None, [], None)


class TestLists:
    async def test_are_narrowed_and_fold_accents(self, call: Callers) -> None:
        await make_garage(call.free, name="Atelier", city="Béziers", postal_code="34500")
        await make_garage(call.free, name="Freins & Co", specialties=["brakes"])
        await make_garage(call.free, name="Taller Sol", city="Madrid", country="ES")

        async def names(query: str) -> list[str]:
            found = (await call.anonymous.get(f"/api/garages{query}")).json()["results"]
            return [each["name"] for each in found]

        assert await names("") == ["Atelier", "Freins & Co", "Taller Sol"]
        assert await names("?city=BEZIERS") == ["Atelier"]
        assert await names("?search=beziers") == ["Atelier"]
        assert await names("?search=B%C3%A9ziers") == ["Atelier"]
        assert await names("?postal_code=34500") == ["Atelier"]
        assert await names("?country=ES") == ["Taller Sol"]
        assert await names("?specialty=brakes") == ["Freins & Co"]
        assert await names("/by_specialty?specialty=brakes") == ["Freins & Co"]
        assert (await call.anonymous.get("/api/garages/by_specialty")).status_code == 422

    async def test_words_are_told_in_the_language_asked_for(self, call: Callers) -> None:
        told = (await call.anonymous.get("/api/garages/specialties")).json()
        assert {"id": "tyres", "name": "Pneus"} in told

    async def test_the_best_by_the_weighted_mean(self, call: Callers, open_work: Any) -> None:
        """m 4.2: 3 × 5.0 → 4.50; 40 × 4.7 → 4.64 ranks first; two reviews rank nowhere."""
        tallies = {"few": (3, 15), "many": (40, 188), "rest": (45, 166), "two": (2, 10)}
        # of 90 reviews the sum is 379: m is 4.21
        for name, (count, total) in tallies.items():
            made = await make_garage(call.free, name=name)
            async with open_work() as work:
                row = await work.garages.held(made["id"])
                row.rating_count, row.rating_sum = count, total
        found = (await call.anonymous.get("/api/garages/top_rated?limit=3")).json()["results"]
        assert [each["name"] for each in found] == ["many", "few", "rest"]
        (best,) = (await call.anonymous.get("/api/garages/top_rated?limit=1")).json()["results"]
        assert best["rating"] == 4.7


class TestClosing:
    async def test_an_entry_nobody_claimed_or_reviewed_goes(self, call: Callers) -> None:
        made = await make_garage(call.free)
        path = f"/api/garages/{made['id']}"
        assert (await call.other.delete(path)).status_code == 403
        assert (await call.free.delete(path)).status_code == 204
        assert (await call.free.get(path)).status_code == 404

    async def test_reviews_are_not_got_rid_of(self, call: Callers, open_work: Any) -> None:
        made = await make_garage(call.free)
        path = f"/api/garages/{made['id']}"
        await make_review(call.other, made["id"], rating=1)
        assert (await call.free.delete(path)).status_code == 403
        await own_garage(open_work, made["id"], "standard")
        assert (await call.standard.delete(path)).status_code == 204
        closed = (await call.anonymous.get(path)).json()
        assert (closed["closed_at"] is not None, closed["rating"]) == (True, 1.0)
        assert (await call.anonymous.get("/api/garages")).json()["count"] == 0
        mine = (await call.standard.get("/api/garages/mine")).json()["results"]
        assert [each["id"] for each in mine] == [made["id"]]
        again = await call.standard.post("/api/garages", json=GARAGE | PLACE)
        assert again.json()["garages"][0]["is_closed"] is True
        assert (await call.standard.post(f"{path}/reopen")).json()["closed_at"] is None


# Who may do what: owner, staff, owner of another garage, stranger, nobody, administrator.
WHO = ("owner", "staff", "rival", "stranger", "anonymous", "admin")
ANYBODY = (200, 200, 200, 200, 200, 200)
PEOPLE = (200, 200, 403, 403, 401, 200)
OWNER = (200, 403, 403, 403, 401, 200)
ADMIN = (403, 403, 403, 403, 401, 200)
SIGNED = (200, 200, 200, 200, 401, 200)
AUTHOR = (403, 403, 403, 403, 401, 403)
EUROS = {"amount": "59.00", "currency": "EUR"}
WORK = {"name": "Vidange", "category": "engine", "minutes": 45, "price": EUROS}
WEEK = {"weekly": [{"weekday": 1, "spans": [{"opens": "08:00", "closes": "12:00"}]}]}
TABLE: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    "list_garages": (ANYBODY, {}),
    "list_my_garages": (SIGNED, {}),
    "list_specialties": (ANYBODY, {}),
    "list_garages_by_specialty": (ANYBODY, {}),
    "list_top_rated_garages": (ANYBODY, {}),
    "search_nearby": (ANYBODY, {}),
    "create_garage": (SIGNED, GARAGE | {"name": "{other}"}),
    "get_garage": (ANYBODY, {}),
    "replace_garage": (PEOPLE, GARAGE | PLACE),
    "change_garage": (PEOPLE, {"phone": "+33 1 00 00 00 00"}),
    "delete_garage": (OWNER, {}),
    "reopen_a_garage": (OWNER, {}),
    "list_garage_services": (ANYBODY, {}),
    "create_garage_service": (PEOPLE, WORK),
    "get_garage_service": (ANYBODY, {}),
    "replace_garage_service": (PEOPLE, WORK),
    "change_garage_service": (PEOPLE, {"price": EUROS}),
    "delete_garage_service": (PEOPLE, {}),
    "get_availability": (ANYBODY, {}),
    "get_open_now": (ANYBODY, {}),
    "replace_availability": (PEOPLE, WEEK | {"takes_bookings": True}),
    "change_availability": (PEOPLE, {"bays": 3}),
    "delete_availability": (PEOPLE, {}),
    "create_exception": (PEOPLE, {"starts_on": "2027-08-01", "ends_on": "2027-08-21"}),
    "delete_exception": (PEOPLE, {}),
    "list_reviews": (ANYBODY, {}),
    "create_review": ((403, 403, 201, 201, 401, 201), {"garage": "{garage_id}", "rating": 5}),
    "review_a_garage": ((403, 403, 201, 201, 401, 201), {"rating": 5}),
    "get_review": (ANYBODY, {}),
    "replace_review": (AUTHOR, {"rating": 1}),
    "change_review": (AUTHOR, {"rating": 1}),
    "delete_review": ((403, 403, 403, 403, 401, 204), {}),
    "answer_a_review": (PEOPLE, {"answer": "Merci."}),
    "delete_answer": (PEOPLE, {}),
    "report_a_review": (SIGNED, {"reason": "spam"}),
    "list_reports": (ADMIN, {}),
    "settle_a_report": (ADMIN, {"outcome": "kept"}),
    "hide_a_review": (ADMIN, {"reason": "insulting"}),
    "show_a_review": (ADMIN, {}),
    "claim_a_garage": ((409, 409, 409, 409, 401, 409), {"way": "email"}),
    "list_my_claims": (SIGNED, {}),
    "list_waiting_claims": (ADMIN, {}),
    "get_claim": ((404, 404, 404, 404, 401, 404), {}),
    "prove_a_claim": ((404, 404, 404, 404, 401, 404), {"code": "0000-0000-0000"}),
    "delete_claim": ((404, 404, 404, 404, 401, 404), {}),
    "read_a_code_out": ((403, 403, 403, 403, 401, 409), {}),
    "accept_a_claim": (ADMIN, {"reason": "Kbis"}),
    "refuse_a_claim": (ADMIN, {"reason": "illegible"}),
    "contest_a_garage": (ADMIN, {"reason": "sold"}),
    "list_deeds": (ADMIN, {}),
    "list_staff": (PEOPLE, {}),
    "invite_to_work_there": (OWNER, {"email": "new@example.org"}),
    "accept_to_work_there": ((410, 410, 410, 410, 401, 410), {"token": "nothing"}),
    "remove_from_staff": (OWNER, {}),
    "hand_over_a_garage": (OWNER, {"staff": "{colleague_id}"}),
}
QUERIES = {
    "list_garages_by_specialty": "?specialty=brakes",
    "search_nearby": "?lat=48.8&lng=2.3",
}


def routes() -> Iterator[tuple[str, APIRoute]]:
    for each in ROUTERS:
        for route in each.router.routes:
            assert isinstance(route, APIRoute)
            (method,) = sorted(route.methods or ())
            yield method, route


BY_NAME = {route.name: (method, route) for method, route in routes()}


@pytest.fixture
async def there(call: Callers, hear: Any, emitted: Any, open_work: Any) -> dict[str, str]:
    """A garage of `owner` with staff, a service, a closing, a review that is reported, and a claim."""
    garage = (await make_garage(call.free, email="contact@parc.example"))["id"]
    rivals = (await make_garage(call.free, name="Rival"))["id"]
    await own_garage(open_work, garage, "owner")
    await own_garage(open_work, rivals, "rival")
    await hire(call, hear, emitted, garage, "owner", "staff")
    await hire(call, hear, emitted, garage, "owner", "colleague")
    owner, path = client_of(call, "owner"), f"/api/garages/{garage}"
    service = (await owner.post(f"{path}/services", json=WORK)).json()["id"]
    closing = {"starts_on": "2027-12-24"}
    closed = (await owner.post(f"{path}/availability/exceptions", json=closing)).json()["id"]
    review = (await make_review(call.free, garage))["id"]
    spam = {"reason": "spam"}
    told = await call.premium.post(f"/api/garages/reviews/{review}/report", json=spam)
    listed = (await owner.get(f"{path}/staff")).json()["results"]
    names = {each["name"]: each["id"] for each in listed}
    return {
        "garage_id": garage,
        "service_id": service,
        "exception_id": closed,
        "review_id": review,
        "report_id": told.json()["id"],
        "claim_id": await _claim(open_work, garage, call),
        "staff_id": names["Colleague"],
        "colleague_id": names["Colleague"],
    }


async def _claim(open_work: Any, garage: str, call: Callers) -> str:
    id_ = new_id()
    async with open_work() as work:
        claimant = call.user_id("premium")
        assert await work.hold(claimant)
        work.garage_claims.add(
            GarageClaim(
                id=id_,
                garage_id=garage,
                account_id=claimant,
                way="document",
                state="open",
                created_at=work.now,
            )
        )
    return str(id_)


async def _asked(call: Callers, who: str, name: str, ids: dict[str, str]) -> Any:
    method, route = BY_NAME[name]
    client = client_of(call, who)
    named = ids | {"other": f"Garage of {who}"}
    body = {
        key: value.format(**named) if isinstance(value, str) else value
        for key, value in TABLE[name][1].items()
    }
    path = route.path.format(**ids) + QUERIES.get(name, "")
    return await client.request(method, path, json=None if method == "GET" else body)


class TestWho:
    def test_every_route_of_the_wing_is_in_the_table(self) -> None:
        assert TABLE.keys() == BY_NAME.keys()

    def test_what_is_open_to_everybody_is_to_be_read(self) -> None:
        for name, (method, route) in BY_NAME.items():
            is_open = read(route.openapi_extra).access is OpenTo.PUBLIC
            assert is_open == (TABLE[name][0] == ANYBODY)
            assert method == "GET" or not is_open

    @pytest.mark.parametrize("name", TABLE)
    async def test_each_route_for_each_of_them(
        self, name: str, call: Callers, there: dict[str, str]
    ) -> None:
        """Those refused first: what somebody may do could take the thing away."""
        said = dict(zip(WHO, TABLE[name][0], strict=True))
        refused = sorted(WHO, key=lambda who: said[who] < 300)
        seen = dict[str, Any]()
        for who in refused:
            if said[who] < 300 and any(code < 300 for _, code in seen.values()):
                continue  # one of those who may is enough; the others find it changed
            answer = await _asked(call, who, name, there)
            seen[who] = (answer.text, answer.status_code)
            wanted = {said[who]} if said[who] >= 300 else {200, 201, 204}
            assert answer.status_code in wanted, (who, answer.status_code, answer.text)

    @pytest.mark.parametrize(
        "name", [name for name, (codes, _) in TABLE.items() if codes in (PEOPLE, OWNER)]
    )
    @pytest.mark.parametrize("who", ["staff", "admin"])
    async def test_staff_and_administrators_too(
        self, name: str, who: str, call: Callers, there: dict[str, str]
    ) -> None:
        wanted = TABLE[name][0][WHO.index(who)]
        answer = await _asked(call, who, name, there)
        assert answer.status_code == wanted or (wanted == 200 and answer.is_success)
