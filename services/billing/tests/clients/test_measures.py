import pytest

from services.billing.tests.factories import make_event
from services.billing.tests.stripe_house import StripeHouse
from shared.testing.client import Callers

pytestmark = pytest.mark.fresh_app  # what was counted is kept


async def test_b50_what_an_operator_sees(call: Callers, stripe: StripeHouse) -> None:
    await stripe.subscribe(call.free)
    await stripe.deliver(make_event("price.updated", {}))
    await stripe.deliver(make_event("price.updated", {}), secret="whsec_stranger")
    shown = (await call.inner.get("/metrics")).text
    for line in (
        'webhooks_total{result="new",secret="0",type="customer.subscription.created"} 1.0',
        'webhooks_total{result="ignored",secret="0",type="other"}',
        'webhooks_total{result="refused",secret="none",type="unknown"} 1.0',
        'stripe_seconds_count{outcome="ok"}',
        "autotrack_billing_webhook_lag_seconds_count",
    ):
        assert line in shown
    assert "cus_" not in shown
