"""A personal API key from its making to its end, and what no key reaches, through the running house."""

import time
from collections.abc import Callable
from typing import Any

import httpx2
import orjson
import pytest

from shared.contracts.scopes import Scope
from shared.security.api_keys import new_api_key
from tests.flows.house import FlowHouse
from tests.flows.operations import Operation, operations
from tests.flows.person import Key, Person, another_client, eventually

pytestmark = pytest.mark.timeout(300)
NewPerson = Callable[..., Person]
NOBODY = "01a20000-0000-7000-8000-00000000dead"
CARS = "/api/vehicles"


def refused_within(api: httpx2.Client, seconds: float = 5) -> Any:
    """The refusal, which must come in time."""
    began = time.monotonic()
    while (answer := api.get(CARS)).status_code == 200:
        assert time.monotonic() - began < seconds, "the key still works"
        time.sleep(0.1)
    return answer


def ask(api: httpx2.Client, operation: Operation) -> tuple[int, str]:
    """Status and code of the answer to the barest request."""
    path = operation.path
    for name in operation.parameters:
        path = path.replace("{" + name + "}", NOBODY)
    if operation.path == "/api/events/stream":
        with api.stream(operation.method, path) as stream:
            return stream.status_code, "" if stream.is_success else orjson.loads(stream.read())[
                "code"
            ]
    answer = api.request(operation.method, path)
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if is_problem else ""


class TestLifecycle:
    def test_made_used_seen_revoked(self, house: FlowHouse, person: NewPerson) -> None:
        claire = person()
        key = claire.make_key("vehicles:write", "documents:read")
        eventually(lambda: claire.mails("clé d’API"), "the mail about the new key")
        car = key.api.post(CARS, json={"make": "Renault", "model": "Zoé", "year": 2021})
        assert car.status_code == 201, car.text
        assert [one["id"] for one in claire.api.get(CARS).json()["results"]] == [car.json()["id"]]
        assert key.api.get("/api/documents").status_code == 200
        refused = key.api.post("/api/documents/batch_analyze", json={})
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_required")
        assert "documents:write" in refused.json()["detail"]
        [listed] = claire.api.get("/api/auth/api-keys").json()["results"]
        assert listed["last_used_at"] is not None
        assert "key" not in listed
        gone = claire.api.delete(f"/api/auth/api-keys/{key.facts['id']}")
        assert gone.status_code == 204
        answer = refused_within(key.api)
        assert (answer.status_code, answer.json()["code"]) == (401, "api_key_refused")
        kinds = {entry["kind"] for entry in claire.api.get("/api/auth/audit").json()["results"]}
        assert {"api_key_created", "api_key_revoked"} <= kinds

    def test_a_locked_accounts_key_stops_and_a_deleted_ones_too(
        self, person: NewPerson, administrator: Person
    ) -> None:
        claire, yves = person(), person("Yves")
        keys = claire.make_key("vehicles:read"), yves.make_key("vehicles:read")
        assert [key.api.get(CARS).status_code for key in keys] == [200, 200]
        administrator.sign_in()
        lock = administrator.api.patch(f"/api/auth/users/{claire.id}", json={"locked": True})
        assert lock.status_code == 200, lock.text
        bye = yves.api.request(
            "DELETE", "/api/auth/me", json={"password": "Correct-Pneu-Agrafe-42"}
        )
        assert bye.status_code == 204, bye.text
        for key in keys:
            assert refused_within(key.api).status_code == 401

    def test_nothing_of_a_key_is_in_any_log(self, house: FlowHouse, person: NewPerson) -> None:
        key = person().make_key("vehicles:read")
        key.api.get(CARS)
        another_client(house, new_api_key()).get(CARS)
        time.sleep(0.5)
        lines = house.log_lines()
        assert not [line for line in lines if "atk_" in line]
        assert [line for line in lines if key.facts["id"] in line], "its id is, for support"


@pytest.fixture(scope="module")
def holder(house: FlowHouse) -> Person:
    return Person(house, "Odile").register()


@pytest.fixture(scope="module")
def every(holder: Person) -> Key:
    return holder.make_key(*(scope.value for scope in Scope), name="everything")


class TestScopes:
    def test_no_key_reaches_what_is_the_persons_alone(self, every: Key) -> None:
        closed = [o for o in operations() if o.access == "user" and o.scope is None]
        assert len(closed) > 30
        wrong = {
            str(one): found
            for one in closed
            if (found := ask(every.api, one)) != (403, "personally_only")
        }
        assert wrong == {}

    def test_a_key_with_every_other_scope_is_refused_everywhere(self, holder: Person) -> None:
        for area in sorted({scope.value.partition(":")[0] for scope in Scope}):
            others = [scope.value for scope in Scope if not scope.value.startswith(f"{area}:")]
            key = holder.make_key(*others, name=f"no {area}")
            asked = [o for o in operations() if (o.scope or "").startswith(f"{area}:")]
            wrong = {
                str(one): found
                for one in asked
                if (found := ask(key.api, one)) != (403, "scope_required")
            }
            assert asked, area
            assert wrong == {}

    def test_a_key_that_may_read_only_writes_nothing(self, holder: Person) -> None:
        key = holder.make_key(*(one.value for one in Scope if one.value.endswith(":read")))
        writing = [o for o in operations() if (o.scope or "").endswith(":write")]
        wrong = {
            str(one): found
            for one in writing
            if (found := ask(key.api, one)) != (403, "scope_required")
        }
        assert len(writing) > 40
        assert wrong == {}

    def test_a_key_with_the_scope_passes_everywhere(self, every: Key) -> None:
        scoped = [o for o in operations() if o.scope is not None]
        wrong = {
            str(one): found
            for one in scoped
            if (found := ask(every.api, one))[0] in {401, 429}
            or found[0] >= 500
            or found[1] in {"scope_required", "personally_only", "forbidden"}
        }
        assert len(scoped) > 80
        assert wrong == {}
