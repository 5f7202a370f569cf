from services.billing.tests.stripe_house import StripeHouse
from shared.testing.client import Callers

HEALTH = "/internal/health/stripe"


class TestHealth:
    async def test_it_says_whether_stripe_answers(self, call: Callers, stripe: StripeHouse) -> None:
        assert (await call.service.get(HEALTH)).json() == {"up": True}
        await stripe.control("faults", status=500, times=9)
        assert (await call.service.get(HEALTH)).status_code == 503
        assert (await call.service.get("/readyz")).status_code == 200

    async def test_only_the_house_may_ask(self, call: Callers, stripe: StripeHouse) -> None:
        assert (await call.admin.get(HEALTH)).status_code == 403
        assert stripe.world.calls == []
