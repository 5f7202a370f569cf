import asyncio

import pytest

from services.billing.tests.stripe_house import StripeHouse
from shared.testing.client import Callers

pytestmark = pytest.mark.fresh_app  # a breaker remembers


HEALTH = "/internal/health/stripe"


class TestHealth:
    async def test_it_says_that_stripe_answers(self, call: Callers, stripe: StripeHouse) -> None:
        assert (await call.service.get(HEALTH)).json() == {"up": True}

    async def test_it_says_that_stripe_does_not_answer(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.control("faults", status=500, times=9)
        assert (await call.service.get(HEALTH)).status_code == 503
        assert (await call.service.get(HEALTH)).json()["code"] == "payments_unavailable"
        assert (await call.service.get("/readyz")).status_code == 200

    async def test_two_hundred_questions_are_one_call_of_the_provider(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        first = [call.service.get(HEALTH) for _ in range(20)]
        answers = [answer.status_code for answer in await asyncio.gather(*first)]
        answers += [(await call.service.get(HEALTH)).status_code for _ in range(180)]
        assert answers == [200] * 200
        assert len(stripe.world.calls) == 1

    async def test_only_the_house_may_ask(self, call: Callers, stripe: StripeHouse) -> None:
        assert (await call.admin.get(HEALTH)).status_code == 403
        assert stripe.world.calls == []
