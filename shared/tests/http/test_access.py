"""What a route says, what follows from it, and who passes."""

from dataclasses import replace
from typing import Any

import pytest

from shared.contracts.features import Feature, Plan
from shared.contracts.scopes import Scope
from shared.errors import AppError, Forbidden, PersonallyOnly, PlanRequired, ScopeRequired
from shared.http.access import (
    EXTENSION,
    OpenTo,
    Said,
    admin_only,
    completed,
    internal_only,
    needs,
    personally,
    public,
    read,
    session_only,
    signed_in,
)
from shared.http.identity import Caller, caller_of, check_access
from shared.ids import new_id
from shared.testing.client import caller_on

PERSON = caller_on(Plan.PREMIUM, new_id())
ADMIN = caller_on(Plan.FREE, new_id(), roles=("admin",))
KEY = replace(PERSON, session_id=None, api_key=new_id(), scopes=frozenset({Scope.VEHICLES_READ}))
ACTED = replace(PERSON, actor=new_id())


def said(extra: dict[str, Any] | None, path: str = "/api/vehicles", method: str = "GET") -> Said:
    return read(completed(extra, path=path, methods=[method]))


class TestSaid:
    def test_nothing_said_takes_the_scope_of_the_path(self) -> None:
        assert said(None) == Said(OpenTo.USER, None, Scope.VEHICLES_READ)
        assert said(needs(Feature.AI_CHAT), method="POST").scope is Scope.VEHICLES_WRITE

    def test_a_path_of_no_area_is_the_persons_alone(self) -> None:
        assert said(None, "/api/auth/new-thing") == Said(OpenTo.USER, personal=True)

    def test_what_was_said_stands(self) -> None:
        assert said(personally()) == Said(OpenTo.USER, personal=True)
        assert said(session_only()) == Said(OpenTo.USER)
        assert said(admin_only()) == Said(OpenTo.ADMIN, personal=True)
        assert said(public()) == Said(OpenTo.PUBLIC)
        assert said(internal_only()) == Said(OpenTo.INTERNAL)
        wanted = Said(OpenTo.USER, None, Scope.PROFILE_READ)
        assert said(signed_in(Scope.PROFILE_READ), "/api/auth/me") == wanted

    def test_other_extensions_stay(self) -> None:
        assert completed({"x-other": 1}, path="/api/vehicles", methods=["GET"]) == {
            "x-other": 1,
            EXTENSION: {"access": "user", "scope": "vehicles:read"},
        }

    def test_a_route_of_a_foreign_router_is_closed_to_keys(self) -> None:
        assert read(None) == Said(OpenTo.USER, personal=True)
        assert read(signed_in()).scope is None


@pytest.mark.parametrize(
    ("caller", "extra", "path", "refusal"),
    [
        (PERSON, None, "/api/vehicles", None),
        (PERSON, personally(), "/api/vehicles", None),
        (PERSON, admin_only(), "/api/vehicles", Forbidden),
        (ADMIN, admin_only(), "/api/vehicles", None),
        (ADMIN, needs(Feature.AI_CHAT), "/api/vehicles", PlanRequired),
        (KEY, None, "/api/vehicles", None),
        (KEY, None, "/api/documents", ScopeRequired),
        (KEY, None, "/api/auth/me", PersonallyOnly),
        (KEY, personally(), "/api/vehicles", PersonallyOnly),
        (KEY, session_only(), "/api/vehicles", PersonallyOnly),
        (KEY, public(), "/api/auth/login", None),
        (KEY, internal_only(), "/internal/x", Forbidden),
        (replace(KEY, roles=ADMIN.roles), admin_only(), "/api/vehicles", PersonallyOnly),
        (ACTED, None, "/api/vehicles", None),
        (ACTED, session_only(), "/api/auth/logout", None),
        (ACTED, personally(), "/api/vehicles", PersonallyOnly),
        (ACTED, public(), "/api/vehicles", None),
        (replace(ACTED, roles=ADMIN.roles), admin_only(), "/api/vehicles", PersonallyOnly),
    ],
)
def test_who_passes(
    caller: Caller, extra: dict[str, Any] | None, path: str, refusal: type[AppError] | None
) -> None:
    if refusal is None:
        check_access(caller, said(extra, path))
        return
    with pytest.raises(AppError) as refused:
        check_access(caller, said(extra, path))
    assert type(refused.value) is refusal


def test_the_internal_token_carries_key_scopes_and_actor() -> None:
    for caller in (PERSON, KEY, ACTED):
        again = caller_of(caller.claims())
        assert (again.api_key, again.scopes, again.actor, again.behind) == (
            caller.api_key,
            caller.scopes,
            caller.actor,
            caller.behind,
        )
