from datetime import UTC, datetime, timedelta

import pytest

from services.billing.domain.entitlements import Effective, Held, best, effective
from services.billing.domain.subscription import Status
from shared.contracts.features import Plan

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SOON = NOW + timedelta(days=1)


def held(status: Status, plan: Plan = Plan.STANDARD, grace: datetime | None = None) -> Held:
    return Held(plan, status, grace)


class TestEffective:
    @pytest.mark.parametrize("status", list(Status))
    def test_every_status_is_decided(self, status: Status) -> None:
        opens = status in {Status.ACTIVE, Status.TRIALING}
        assert effective(held(status), NOW).plan == (Plan.STANDARD if opens else Plan.FREE)
        assert effective(held(status), NOW).status == status

    def test_past_due_keeps_the_plan_until_the_grace_ends(self) -> None:
        row = held(Status.PAST_DUE, grace=SOON)
        assert effective(row, NOW) == Effective(Plan.STANDARD, "past_due", SOON)
        assert effective(row, SOON).plan is Plan.FREE


class TestBest:
    def test_nothing_is_free(self) -> None:
        assert best([], NOW) == Effective(Plan.FREE, "none")

    def test_the_highest_counts_whatever_the_order(self) -> None:
        rows = [
            held(Status.ACTIVE),
            held(Status.ACTIVE, Plan.PREMIUM),
            held(Status.PAUSED, Plan.PREMIUM),
        ]
        assert best(rows, NOW).plan is Plan.PREMIUM
        assert best(rows[::-1], NOW).plan is Plan.PREMIUM

    def test_what_opens_nothing_still_says_its_status(self) -> None:
        assert best([held(Status.UNPAID)], NOW) == Effective(Plan.FREE, "unpaid")
