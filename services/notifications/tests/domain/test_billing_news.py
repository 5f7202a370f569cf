from datetime import timedelta
from typing import Any

import pytest

from services.notifications.domain.billing_news import (
    Change,
    change_of,
    of_failed_payment,
    of_subscription,
)
from services.notifications.tests.factories import NOW, make_failure, make_subscription
from shared.contracts.features import Plan

LATER = NOW + timedelta(days=31)


@pytest.mark.parametrize(
    ("facts", "change"),
    [
        ({}, Change.STARTED),
        ({"plan": Plan.PREMIUM}, Change.STARTED),
        ({"plan": Plan.PREMIUM, "previous_plan": Plan.STANDARD}, Change.UPGRADED),
        ({"plan": Plan.STANDARD, "previous_plan": Plan.PREMIUM}, Change.DOWNGRADED),
        ({"plan": Plan.FREE, "previous_plan": Plan.PREMIUM}, Change.ENDED),
        ({"plan": Plan.FREE, "previous_plan": Plan.FREE}, None),
        ({"plan": Plan.FREE, "previous_plan": Plan.FREE, "cancel_at": LATER}, None),
        ({"previous_plan": Plan.STANDARD, "previous_status": "active"}, None),
        ({"previous_plan": Plan.STANDARD, "cancel_at": LATER}, Change.CANCELLING),
        ({"previous_plan": Plan.STANDARD, "previous_status": "past_due"}, Change.RECOVERED),
        ({"previous_plan": Plan.STANDARD, "status": "past_due"}, None),
        ({"previous_plan": Plan.STANDARD, "previous_status": "incomplete"}, Change.STARTED),
        ({"plan": Plan.FREE, "status": "incomplete"}, None),
        ({"previous_plan": Plan.STANDARD, "status": "canceled", "cancel_at": NOW}, Change.ENDED),
        (
            {
                "previous_plan": Plan.STANDARD,
                "previous_status": "canceled",
                "status": "canceled",
                "cancel_at": NOW,
            },
            None,
        ),
    ],
)
def test_what_a_change_is(facts: dict[str, Any], change: Change | None) -> None:
    event = make_subscription(**facts)
    assert change_of(event) == change
    assert (of_subscription(event) is None) is (change is None)


def test_a_cancellation_is_told_once_per_date() -> None:
    first = make_subscription(previous_plan=Plan.STANDARD, cancel_at=LATER, version=3)
    again = first.model_copy(update={"version": 4})
    moved = first.model_copy(update={"version": 5, "cancel_at": LATER + timedelta(days=1)})
    keys = [news.key for event in (first, again, moved) if (news := of_subscription(event))]
    assert keys[0] == keys[1]
    assert keys[2] != keys[0]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://pay.example.org/in_1", True),
        ("http://127.0.0.1:12111/i/in_1", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        (None, False),
    ],
)
def test_only_a_web_address_is_a_link_to_pay(url: str | None, kept: bool) -> None:
    news = of_failed_payment(make_failure(hosted_invoice_url=url))
    assert (news.facts["pay_url"] is not None) is kept
