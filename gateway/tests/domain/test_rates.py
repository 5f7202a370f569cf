from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.rates import ACCOUNT_PAGES, Rate, RateClass, judge, rate_class
from gateway.storage.route_table import read_route_table

RATE = Rate(RateClass.USER, quota=10, window_seconds=60)


class TestJudge:
    def test_the_quota_may_be_used_at_once_and_then_refills_evenly(self) -> None:
        full_at, now = 0.0, 1000.0
        for left in range(9, -1, -1):
            verdict, full_at = judge(RATE, full_at, now)
            assert verdict.allowed
            assert verdict.remaining == left
        refused, same = judge(RATE, full_at, now)
        assert not refused.allowed
        assert same == full_at
        assert 1 <= refused.retry_seconds <= 7
        assert judge(RATE, full_at, now + refused.retry_seconds)[0].allowed
        assert not judge(RATE, full_at, now + 5.9)[0].allowed
        assert judge(RATE, full_at, now + 60.0)[0].remaining == 9

    @given(st.lists(st.floats(0, 30), max_size=200), st.integers(1, 50), st.integers(1, 120))
    def test_no_window_ever_sees_more_than_twice_the_quota(
        self, gaps: list[float], quota: int, window: int
    ) -> None:
        """GCRA: a full allowance at once and a window's refill, never more."""
        rate = Rate(RateClass.IP, quota, window)
        now, full_at, passed = 0.0, 0.0, []
        for gap in gaps:
            now += gap
            verdict, full_at = judge(rate, full_at, now)
            if verdict.allowed:
                passed.append(now)
            assert 0 <= verdict.remaining <= quota
        for start in passed:
            assert sum(start <= at < start + window for at in passed) <= 2 * quota

    def test_the_policy_is_a_structured_field(self) -> None:
        assert RATE.policy == b'"user";q=10;w=60'


def test_costly_routes_have_a_class_of_their_own() -> None:
    assert rate_class("POST", b"/api/auth/login") is RateClass.CREDENTIAL
    assert rate_class("POST", b"/api/auth/token/refresh") is None
    assert rate_class("GET", b"/api/auth/me") is None
    assert rate_class("GET", b"/forgot-password") is None
    assert rate_class("POST", b"/api/documents") is RateClass.UPLOAD
    assert rate_class("POST", b"/api/ai-assistant/assistant/chat") is RateClass.ASSISTANT


UNPROVEN = {"/api/auth/logout", "/api/auth/token/refresh"}


def test_whatever_changes_something_at_auth_is_an_attempt() -> None:
    """By whatever method: a password opens DELETE /api/auth/me and PUT /api/auth/change-password, too."""
    uncounted = {
        route.template
        for route in read_route_table().routes
        if route.method != "GET"
        and (route.template.startswith("/api/auth/") or route.template.encode() in ACCOUNT_PAGES)
        and rate_class(route.method, route.template.encode()) is not RateClass.CREDENTIAL
    }
    assert uncounted == UNPROVEN
    assert rate_class("GET", b"/api/auth/oidc/demo/callback") is RateClass.CREDENTIAL
