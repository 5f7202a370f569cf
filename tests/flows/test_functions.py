"""Function-level authorization: what is for administrators, or for the person alone, by every role and every kind of token."""

import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from deploy.local.databases import SERVICES
from shared.contracts.features import Plan
from shared.contracts.scopes import Scope
from shared.http.exchange import EXCHANGE_HEADER, IDENTITY_HEADER, bind
from shared.http.identity import Caller, mint
from shared.ids import new_id
from shared.security.tokens import load_private, sign
from shared.testing.client import caller_on
from tests.flows.house import FlowHouse
from tests.flows.operations import operations
from tests.flows.person import PASSWORD, Person, another_client, eventually
from tests.flows.test_api_keys import ask
from tests.flows.test_tokens import NOBODY, PROTECTED, claims, refused

pytestmark = pytest.mark.timeout(300)
ADMIN = [operation for operation in operations() if operation.access == "admin"]
PERSONAL = [o for o in operations() if o.access == "user" and o.personal]
REASON = "Ticket 4711: invoice not shown"


def impersonate(administrator: Person, person: Person, minutes: int = 5) -> dict[str, Any]:
    body = {"reason": REASON, "minutes": minutes}
    administrator.sign_in()
    answer = administrator.api.post(f"/api/auth/users/{person.id}/impersonate", json=body)
    assert answer.status_code == 201, answer.text
    begun: dict[str, Any] = answer.json()
    return begun


@pytest.fixture(scope="module")
def somebody(house: FlowHouse) -> Person:
    return Person(house, "Paul").register()


class TestAdministration:
    @pytest.fixture(
        params=["user", "garage owner", "API key", "administrator's API key", "impersonator"]
    )
    def client(
        self, request: pytest.FixtureRequest, somebody: Person, administrator: Person
    ) -> httpx2.Client:
        everything = [scope.value for scope in Scope]
        administrator.sign_in()
        match request.param:
            case "garage owner":
                change = {"roles": ["garage_owner"]}
                path = f"/api/auth/users/{somebody.id}"
                assert administrator.api.patch(path, json=change).status_code == 200
                somebody.sign_in()
                assert "garage_owner" in somebody.api.get("/api/auth/me").json()["roles"]
                return somebody.api
            case "API key":
                somebody.sign_in()
                return somebody.make_key(*everything).api
            case "administrator's API key":
                return administrator.make_key(*everything).api
            case "impersonator":
                begun = impersonate(administrator, somebody)
                return another_client(somebody.house, begun["access"])
            case _:
                somebody.sign_in()
                return somebody.api

    def test_every_operation_is_403_for_whoever_is_no_administrator(
        self, client: httpx2.Client
    ) -> None:
        assert len(ADMIN) >= 15
        wrong = {str(one): found for one in ADMIN if (found := ask(client, one))[0] != 403}
        assert wrong == {}
        assert client.get("/api/auth/me").status_code == 200, "the token itself is good"

    def test_the_administrator_passes(self, administrator: Person) -> None:
        administrator.sign_in()
        wrong = {
            str(one): found
            for one in ADMIN
            if (found := ask(administrator.api, one))[0] in {401, 403} or found[0] >= 500
        }
        assert wrong == {}


class TestImpersonation:
    def test_the_persons_own_operations_are_closed(
        self, house: FlowHouse, person: Callable[..., Person], administrator: Person
    ) -> None:
        claire = person()
        acting = another_client(house, impersonate(administrator, claire)["access"])
        assert len(PERSONAL) > 25
        wrong = {
            str(one): found
            for one in PERSONAL
            if (found := ask(acting, one)) != (403, "personally_only")
        }
        assert wrong == {}

    def test_it_is_seen_and_ended_by_the_person(
        self, house: FlowHouse, person: Callable[..., Person], administrator: Person
    ) -> None:
        claire = person()
        begun = impersonate(administrator, claire)
        acting = another_client(house, begun["access"])
        car = acting.post("/api/vehicles", json={"make": "Fiat", "model": "Panda", "year": 2015})
        assert car.status_code == 201, car.text
        assert acting.get("/api/subscriptions/current").json()["plan"] == "FREE"
        assert claire.api.get("/api/vehicles").json()["count"] == 1
        sessions = claire.api.get("/api/auth/sessions").json()["results"]
        [marked] = [one for one in sessions if one["acted_by"] is not None]
        assert (marked["acted_by"], marked["reason"]) == (administrator.id, REASON)
        eventually(lambda: claire.mails(REASON), "the mail about it")
        assert claire.api.delete(f"/api/auth/sessions/{marked['id']}").status_code == 204
        began = time.monotonic()
        while acting.get("/api/vehicles").status_code != 401:
            assert time.monotonic() - began < 5
            time.sleep(0.1)
        for log in (claire, administrator):
            entries = log.api.get("/api/auth/audit?search=impersonation").json()["results"]
            mine = [e for e in entries if e["facts"]["session_id"] == begun["session_id"]]
            assert {e["kind"] for e in mine} == {"impersonation_started", "impersonation_ended"}
            assert {e["actor_id"] for e in mine} == {administrator.id}
        lines = [line for line in house.log_lines() if f'"actor_id":"{administrator.id}"' in line]
        services = {name for name in ("gateway", "vehicles") if f'"service":"{name}"' in str(lines)}
        assert services == {"gateway", "vehicles"}


class TestDeletedAccount:
    def test_its_token_is_401_everywhere(self, house: FlowHouse) -> None:
        zoe = Person(house, "Zoe").register()
        bye = zoe.api.request("DELETE", "/api/auth/me", json={"password": PASSWORD})
        assert bye.status_code == 204, bye.text
        began = time.monotonic()
        while zoe.api.get("/api/vehicles").status_code != 401:
            assert time.monotonic() - began < 5
            time.sleep(0.1)
        headers = {"authorization": f"Bearer {zoe.token}"}
        assert [wrong for one in PROTECTED if (wrong := refused(house, one, headers))] == []


class TestInside:
    """What the services accept, asked without the gateway."""

    @pytest.mark.parametrize("service", SERVICES)
    def test_only_the_gateways_token_for_this_very_service(
        self, house: FlowHouse, person: Callable[..., Person], service: str
    ) -> None:
        claire = person()
        gateway = load_private(house.plan.secrets["INTERNAL_PRIVATE_KEY"].replace("\\n", "\n"))
        who = caller_on(Plan.PREMIUM, new_id())
        own = mint(who, gateway, audience=service, token_id="1")
        assert self.status(house, service, own) == 404, "this one is good"
        others = {
            name: mint(who, gateway, audience=name, token_id="1")
            for name in SERVICES
            if name != service
        }
        old = {**who.claims(), "iss": "autotrack-gateway", "aud": service, "jti": "1"}
        now = int(time.time())
        others |= {
            "the person's own": claire.token,
            "an expired one": sign(
                old | {"iat": now - 200, "exp": now - 100}, gateway, typ="internal+jwt"
            ),
            "a person's claims": sign(claims(claire), gateway, typ="at+jwt"),
            "none": "",
        }
        wrong = {
            name: found
            for name, token in others.items()
            if (found := self.status(house, service, token)) != 401
        }
        assert wrong == {}

    @pytest.mark.parametrize(
        ("service", "path"),
        [
            ("auth", "/internal/revocations"),
            ("auth", f"/internal/api-keys/{'0' * 64}"),
            ("billing", "/internal/entitlements"),
            ("billing", f"/internal/entitlements/{NOBODY}"),
            ("billing", "/internal/health/stripe"),
        ],
    )
    def test_an_internal_operation_is_for_the_gateway_alone(
        self, house: FlowHouse, service: str, path: str
    ) -> None:
        """A person's identity, even an administrator's, opens none."""
        gateway = load_private(house.plan.secrets["INTERNAL_PRIVATE_KEY"].replace("\\n", "\n"))
        for who in (caller_on(Plan.PREMIUM, new_id(), roles=("admin",)), Caller()):
            token = mint(who, gateway, audience=service, token_id="1")
            assert self.status(house, service, token, path) == 403

    @staticmethod
    def status(house: FlowHouse, service: str, token: str, path: str = "/api/nothing-here") -> int:
        exchange = bind(token.encode(), "GET", path.encode()).decode()
        headers = {IDENTITY_HEADER: token, EXCHANGE_HEADER: exchange}
        url = house.url(service) + path
        return httpx2.get(url, headers=headers, trust_env=False, timeout=30).status_code
