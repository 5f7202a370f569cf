from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.auth.domain.throttle import (
    PER_ACCOUNT_AND_NETWORK,
    PER_ADDRESS,
    Allowance,
    charged,
    is_exhausted,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SMALL = Allowance("small", 3, timedelta(minutes=1))


def spend(times: int, full_at: datetime | None = None) -> datetime | None:
    for _ in range(times):
        full_at = charged(SMALL, full_at, NOW)
    return full_at


class TestAllowance:
    def test_the_burst_and_then_one_each_interval(self) -> None:
        assert not is_exhausted(SMALL, spend(2), NOW)
        full_at = spend(3)
        assert is_exhausted(SMALL, full_at, NOW)
        assert is_exhausted(SMALL, full_at, NOW + timedelta(seconds=59))
        assert not is_exhausted(SMALL, full_at, NOW + timedelta(seconds=60))

    def test_an_address_has_thirty_guesses_in_any_ten_minutes(self) -> None:
        full_at, done = None, []
        for second in range(3600):
            now = NOW + timedelta(seconds=second)
            if not is_exhausted(PER_ADDRESS, full_at, now):
                full_at = charged(PER_ADDRESS, full_at, now)
                done.append(second)
        assert max(sum(at <= one < at + 600 for one in done) for at in done) <= 30

    def test_debts_stop_growing(self) -> None:
        assert spend(3) == spend(300)

    def test_untouched_is_open(self) -> None:
        assert not is_exhausted(PER_ACCOUNT_AND_NETWORK, None, NOW)

    @given(st.lists(st.integers(0, 600), max_size=60))
    def test_never_more_than_the_burst_and_the_rate(self, pauses: list[int]) -> None:
        full_at, now, allowed = None, NOW, 0
        for pause in pauses:
            now += timedelta(seconds=pause)
            if not is_exhausted(SMALL, full_at, now):
                allowed += 1
                full_at = charged(SMALL, full_at, now)
        assert allowed <= SMALL.burst + (now - NOW) / SMALL.interval
