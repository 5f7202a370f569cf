from typing import Any

from services.billing.tests.stripe_house import StripeHouse
from shared.contracts.billing import EntitlementsChanged, SubscriptionChanged
from shared.testing.client import Callers


async def test_b01_happy_path(call: Callers, stripe: StripeHouse, emitted: Any) -> None:
    subscription = await stripe.subscribe(call.free)
    assert (subscription["plan"], subscription["status"]) == ("STANDARD", "active")
    history = await call.free.get(f"/api/subscriptions/{subscription['id']}/history")
    assert history.json()["count"] == 1
    assert len(await emitted(SubscriptionChanged)) == 1
    (told,) = await emitted(EntitlementsChanged)
    assert (told.plan, told.version, told.user_id) == ("STANDARD", 1, call.user_id("free"))
