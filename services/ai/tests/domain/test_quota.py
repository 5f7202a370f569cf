from datetime import date

import pytest

from services.ai.domain.quota import Allowance, estimate, resets_on, tokens_of


class TestAllowance:
    def test_what_is_left_never_goes_below_nothing(self) -> None:
        assert Allowance(100, 90, 30).left == 0
        assert Allowance(None, 10**9, 0).covers(10**9)
        assert not Allowance(0, 0, 0).covers(1)

    @pytest.mark.parametrize(
        ("month", "next_month"),
        [(date(2025, 12, 1), date(2026, 1, 1)), (date(2025, 1, 1), date(2025, 2, 1))],
    )
    def test_resets_on_the_first(self, month: date, next_month: date) -> None:
        assert resets_on(month) == next_month

    def test_an_estimate_covers_the_longest_answer(self) -> None:
        assert estimate([{"content": "x" * 320}], 700) == tokens_of("x" * 320) + 8 + 700
