from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.simulators.stripe.deliveries import signature
from services.billing.domain.signature import matching_secret

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TOLERANCE = timedelta(seconds=300)


def judge(body: bytes, header: str, *secrets: str, now: datetime = NOW) -> int | None:
    return matching_secret(body, header, secrets, now=now, tolerance=TOLERANCE)


class TestMatchingSecret:
    def test_says_which_secret_signed(self) -> None:
        header = signature("new", b"{}", int(NOW.timestamp()))
        assert judge(b"{}", header, "old", "new") == 1
        assert judge(b"{}", header, "new") == 0
        assert judge(b"{}", header, "old") is None
        assert judge(b"{} ", header, "new") is None
        assert judge(b"{}", header) is None

    def test_any_of_several_signatures_counts(self) -> None:
        stamp = int(NOW.timestamp())
        ours = signature("s", b"x", stamp).partition(",")[2]
        assert judge(b"x", f"t={stamp},v1=00,{ours},v0=zz", "s") == 0

    @pytest.mark.parametrize(
        ("seconds", "fits"), [(300, True), (301, False), (-300, True), (-301, False)]
    )
    def test_the_tolerance_holds_both_ways(self, seconds: int, fits: bool) -> None:
        header = signature("s", b"x", int(NOW.timestamp()) - seconds)
        assert (judge(b"x", header, "s") == 0) is fits

    @given(header=st.text(), body=st.binary())
    def test_no_header_is_accepted_or_breaks_it(self, header: str, body: bytes) -> None:
        assert judge(body, header, "s") is None
