import pytest

from gateway.domain.admission import is_delicate, needs_caller, refusal, staleness_refusal
from gateway.tests.house import route
from shared.errors import Forbidden, PlanRequired, Unavailable
from shared.http.access import OpenTo


class TestRefusal:
    def test_a_feature_that_is_open_is_no_refusal(self) -> None:
        asked = route("POST", "/x", feature="documents.ocr")
        assert refusal(asked, roles=(), features={"documents.ocr"}) is None

    def test_a_closed_feature_names_the_plan(self) -> None:
        refused = refusal(route("POST", "/x", feature="ai.diagnosis"), roles=(), features=())
        assert isinstance(refused, PlanRequired)
        assert refused.extra["required_plan"] == "PREMIUM"

    def test_a_feature_nobody_sells_is_closed(self) -> None:
        refused = refusal(route("POST", "/x", feature="moon.trip"), roles=(), features=())
        assert type(refused) is Forbidden

    def test_an_admin_route_wants_the_role_whatever_the_plan(self) -> None:
        asked = route("GET", "/x", access=OpenTo.ADMIN)
        assert isinstance(refusal(asked, roles=(), features=()), Forbidden)
        assert refusal(asked, roles=("admin",), features=()) is None


def test_a_public_route_with_a_feature_needs_somebody() -> None:
    assert not needs_caller(route("GET", "/x", access=OpenTo.PUBLIC))
    assert needs_caller(route("GET", "/x", access=OpenTo.PUBLIC, feature="ai.chat"))
    assert needs_caller(route("GET", "/x"))


class TestStaleness:
    @pytest.mark.parametrize(
        ("method", "path", "access", "delicate"),
        [
            ("GET", "/api/auth/users", OpenTo.ADMIN, True),
            ("DELETE", "/api/auth/me", OpenTo.USER, True),
            ("GET", "/api/auth/me", OpenTo.USER, False),
            ("POST", "/api/subscriptions/checkout", OpenTo.USER, True),
            ("POST", "/api/vehicles", OpenTo.USER, False),
        ],
    )
    def test_which_routes_close(
        self, method: str, path: str, access: OpenTo, *, delicate: bool
    ) -> None:
        asked = route(method, path, access=access)
        assert is_delicate(asked) is delicate
        assert (staleness_refusal(asked, age_seconds=61) is not None) is delicate
        assert (staleness_refusal(asked, age_seconds=None) is not None) is delicate
        assert staleness_refusal(asked, age_seconds=59) is None

    def test_it_says_when_to_come_back(self) -> None:
        refused = staleness_refusal(route("DELETE", "/api/auth/me"), age_seconds=None)
        assert isinstance(refused, Unavailable)
        assert refused.headers["Retry-After"] == "5"
