"""Replies by user, driver, mechanic, ai and system."""

from typing import Any

import pytest

from services.vehicles.domain.care.diagnostics import MOST_REPLIES
from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.care.diagnostics import Diagnostic
from services.vehicles.tests.care.factories import make_case, make_reply
from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.sharing import as_person, know, person, share
from shared.contracts.base import Language
from shared.contracts.vehicles_cases import CaseNews, CaseNotice
from shared.ids import new_id
from shared.testing.client import Callers


async def shared_case(call: Callers, open_work: Any) -> str:
    """Reported by a driver; an editor shares the car too."""
    car = (await make_vehicle(call.standard))["id"]
    await share(open_work, car, "driver", Role.DRIVER)
    await share(open_work, car, "editor", Role.EDITOR)
    return str((await make_case(as_person(call, "driver"), car))["id"])


class TestAdd:
    async def test_each_speaks_as_who_they_are(self, call: Callers, open_work: Any) -> None:
        case = await shared_case(call, open_work)
        driver, editor = as_person(call, "driver"), as_person(call, "editor")
        said = [
            await make_reply(driver, case),
            await make_reply(driver, case, author="user"),
            await make_reply(editor, case),
            await make_reply(editor, case, author="MECHANIC"),
        ]
        assert [each["author"] for each in said] == ["driver", "driver", "user", "mechanic"]
        seen = (await call.standard.get(f"/api/diagnostics/{case}")).json()
        assert seen["reply_count"] == 4
        assert seen["last_reply_at"] == said[-1]["created_at"]
        assert [each["id"] for each in seen["replies"]] == [each["id"] for each in said]

    @pytest.mark.parametrize("author", ["ai", "system", "owner", 5])
    async def test_nobody_speaks_for_the_house(self, call: Callers, author: Any) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car))["id"]
        body = {"text": "x", "author": author}
        answer = await call.free.post(f"/api/diagnostics/{case}/add_reply", json=body)
        assert answer.status_code == 422

    async def test_a_driver_speaks_for_no_mechanic(self, call: Callers, open_work: Any) -> None:
        case = await shared_case(call, open_work)
        body = {"text": "x", "author": "mechanic"}
        answer = await as_person(call, "driver").post(
            f"/api/diagnostics/{case}/add_reply", json=body
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "role_insufficient")

    async def test_what_a_mechanic_says_is_told_to_the_owner_and_the_reporter(
        self, call: Callers, open_work: Any, hear: Any, emitted: Any
    ) -> None:
        await know(hear, "editor", first_name="Léa", last_name="Petit")
        case = await shared_case(call, open_work)
        await make_reply(call.standard, case)
        assert await emitted(CaseNotice) == []
        await make_reply(as_person(call, "editor"), case, author="mechanic")
        told = await emitted(CaseNotice)
        assert {each.account_id for each in told} == {person("standard"), person("driver")}
        assert {(each.kind, each.other_name) for each in told} == {(CaseNews.REPLIED, "Léa Petit")}

    async def test_sent_again_is_one_reply_and_two_hundred_are_enough(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car))["id"]
        body = {"id": str(new_id()), "diagnostic": case, "text": "Depuis hier"}
        for _ in range(2):
            answer = await call.free.post("/api/diagnostics/replies", json=body)
            assert (answer.status_code, answer.json()["id"]) == (201, body["id"])
            assert answer.headers["location"] == f"/api/diagnostics/replies/{body['id']}"
        assert (await call.free.get("/api/diagnostics/replies")).json()["count"] == 1
        async with open_work() as work:
            row = await work.session.get(Diagnostic, case)
            row.reply_count = MOST_REPLIES
        full = await call.free.post(f"/api/diagnostics/{case}/add_reply", json={"text": "x"})
        assert (full.status_code, full.json()["code"]) == (409, "case_full")

    @pytest.mark.parametrize(
        "body",
        [{}, {"text": ""}, {"text": "  "}, {"text": "a\x00b"}, {"text": "x" * 10_001}, {"text": 5}],
    )
    async def test_what_says_nothing_is_refused(self, call: Callers, body: Any) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car))["id"]
        answer = await call.free.post(f"/api/diagnostics/{case}/add_reply", json=body)
        assert answer.status_code == 422


class TestChange:
    async def test_whoever_may_change_the_case_changes_what_people_said(
        self, call: Callers, open_work: Any
    ) -> None:
        case = await shared_case(call, open_work)
        driver, editor = as_person(call, "driver"), as_person(call, "editor")
        theirs = f"/api/diagnostics/replies/{(await make_reply(editor, case))['id']}"
        own = f"/api/diagnostics/replies/{(await make_reply(driver, case))['id']}"
        assert (await driver.patch(own, json={"text": "Corrigé"})).json()["text"] == "Corrigé"
        for method in ("PATCH", "PUT", "DELETE"):
            body = None if method == "DELETE" else {"text": "Autre"}
            answer = await driver.request(method, theirs, json=body)
            assert answer.json()["code"] == "role_insufficient"
        assert (await call.standard.put(own, json={"text": "Autre"})).json()["author"] == "driver"
        assert (await driver.delete(own)).status_code == 204
        assert (await call.standard.get(own)).status_code == 404
        seen = (await call.standard.get(f"/api/diagnostics/{case}")).json()
        assert seen["reply_count"] == len(seen["replies"]) == 1

    async def test_what_the_house_said_stays(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car))["id"]
        await call.free.post(f"/api/diagnostics/{case}/resolve", json={"how": "no_fault"})
        [said] = (await call.free.get("/api/diagnostics/replies")).json()["results"]
        assert (said["author"], said["made_by"]) == ("system", None)
        path = f"/api/diagnostics/replies/{said['id']}"
        for method in ("PATCH", "PUT", "DELETE"):
            body = None if method == "DELETE" else {"text": "Autre"}
            answer = await call.free.request(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (409, "reply_of_nobody")

    async def test_the_house_speaks_the_readers_language(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = (await make_case(call.free, car))["id"]
        await call.free.post(f"/api/diagnostics/{case}/resolve", json={"how": "no_fault"})
        english = call.as_user(call.user_id("free"), language=Language.EN)
        [said] = (await english.get("/api/diagnostics/replies")).json()["results"]
        assert said["text"] == "Resolved: no fault found"


class TestList:
    async def test_of_one_case_or_car_and_not_of_the_trash(self, call: Callers) -> None:
        car, other = [(await make_vehicle(call.free))["id"] for _ in range(2)]
        first, second = [(await make_case(call.free, each))["id"] for each in (car, other)]
        for case in (first, first, second):
            await make_reply(call.free, case)

        async def count(query: str) -> int:
            found: int = (await call.free.get(f"/api/diagnostics/replies?{query}")).json()["count"]
            return found

        assert (await count(""), await count(f"diagnostic={first}")) == (3, 2)
        assert await count(f"vehicle={other}") == 1
        await call.free.delete(f"/api/diagnostics/{first}")
        assert await count("") == 1
