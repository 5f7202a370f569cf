"""Every operation without a token, or with one that is not ours, not now, not for us: 401."""

import time
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from shared.http.exchange import bind
from shared.security.tokens import load_private, new_private_pem, sign
from tests.flows.house import FlowHouse
from tests.flows.operations import Operation, operations
from tests.flows.person import Person

pytestmark = pytest.mark.timeout(300)
NOBODY = "01a20000-0000-7000-8000-00000000dead"


def claims(person: Person, **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    said = {
        "iss": "autotrack",
        "aud": "autotrack-api",
        "sub": person.id,
        "sid": NOBODY,
        "jti": NOBODY,
        "roles": ["user", "admin"],
    }
    return said | {"iat": now, "exp": now + 600} | changed


@pytest.fixture(scope="module")
def claire(house: FlowHouse) -> Person:
    return Person(house).register()


def refused(house: FlowHouse, operation: Operation, headers: dict[str, str]) -> str | None:
    """What is wrong with the answer, None when it is a 401 problem."""
    path = operation.path
    for name in operation.parameters:
        path = path.replace("{" + name + "}", NOBODY)
    url = house.plan.url("gateway") + path
    answer = httpx2.request(operation.method, url, headers=headers, trust_env=False, timeout=30)
    if (
        answer.status_code == 401
        and answer.headers["content-type"] == "application/problem+json"
        and "www-authenticate" in answer.headers
    ):
        return None
    return f"{operation}: {answer.status_code} {answer.text[:100]}"


PROTECTED = [operation for operation in operations() if operation.access in {"user", "admin"}]


class TestToken:
    def test_none_is_401_everywhere_but_on_the_public_list(self, house: FlowHouse) -> None:
        assert len(PROTECTED) > 100
        assert [wrong for operation in PROTECTED if (wrong := refused(house, operation, {}))] == []

    def test_the_public_list_is_short_and_known(self) -> None:
        roots = {
            operation.path.split("/")[2]
            for operation in operations()
            if operation.access == "public" and operation.path.startswith("/api/")
        }
        known = {"auth", "health", "plans", "reminders", "webhooks"}
        assert roots == known | {"garages", "guest", "passports"}

    @pytest.mark.parametrize(
        "kind", ["wrong key", "stolen kid", "other audience", "garbage", "internal", "not bearer"]
    )
    def test_a_token_that_is_not_ours_is_401_everywhere(
        self, house: FlowHouse, claire: Person, kind: str
    ) -> None:
        jwks = httpx2.get(
            house.plan.url("gateway") + "/.well-known/jwks.json", trust_env=False
        ).json()
        kid = jwks["keys"][0]["kid"]
        thief = load_private(new_private_pem())
        tokens = {
            "wrong key": sign(claims(claire), thief, typ="at+jwt"),
            "stolen kid": sign(
                claims(claire), load_private(new_private_pem(), kid=kid), typ="at+jwt"
            ),
            "other audience": sign(claims(claire, aud="billing"), thief, typ="at+jwt"),
            "garbage": "eyJhbGciOiJub25lIn0.e30.",
            "internal": sign(
                claims(claire, iss="autotrack-gateway", aud="vehicles"), thief, typ="internal+jwt"
            ),
            "not bearer": claire.token,
        }
        scheme = "Basic" if kind == "not bearer" else "Bearer"
        headers = {"authorization": f"{scheme} {tokens[kind]}"}
        assert [
            wrong for operation in PROTECTED if (wrong := refused(house, operation, headers))
        ] == []

    def test_a_token_after_logout_is_401_within_five_seconds(self, house: FlowHouse) -> None:
        yves = Person(house, "Yves").register()
        assert yves.api.get("/api/vehicles").status_code == 200
        assert yves.api.post("/api/auth/logout").status_code in {200, 204}
        began = time.monotonic()
        while yves.api.get("/api/vehicles").status_code != 401:
            assert time.monotonic() - began < 5
            time.sleep(0.1)

    def test_an_identity_header_from_outside_is_ignored(
        self, house: FlowHouse, claire: Person
    ) -> None:
        forged = {
            "x-autotrack-identity": claire.token,
            "x-forwarded-user": claire.id,
            "x-user-id": claire.id,
        }
        answer = httpx2.get(
            house.plan.url("gateway") + "/api/vehicles", headers=forged, trust_env=False
        )
        assert answer.status_code == 401

    def test_a_service_refuses_the_users_own_token(self, house: FlowHouse, claire: Person) -> None:
        for service in ("auth", "vehicles", "billing", "documents", "ai", "notifications"):
            for headers in (
                {"authorization": f"Bearer {claire.token}"},
                {"x-autotrack-identity": claire.token},
                {
                    "x-autotrack-identity": claire.token,
                    "x-autotrack-exchange": bind(
                        claire.token.encode(), "GET", b"/api/vehicles"
                    ).decode(),
                },
                {},
            ):
                answer = httpx2.get(
                    house.url(service) + "/api/vehicles", headers=headers, trust_env=False
                )
                assert answer.status_code == 401, service

    def test_an_expired_token_is_401_everywhere(self, house: FlowHouse) -> None:
        yves = Person(house, "Yves").register()
        house.advance(timedelta(minutes=11))
        time.sleep(1)
        headers = {"authorization": f"Bearer {yves.token}"}
        assert [
            wrong for operation in PROTECTED if (wrong := refused(house, operation, headers))
        ] == []
