from datetime import UTC, datetime
from typing import Any

import httpx2
import orjson
import stripe

from deploy.simulators.stripe.invoices import inclusive_tax
from deploy.simulators.stripe.periods import next_boundary, period_after
from deploy.simulators.stripe.tests.conftest import House
from shared.http.client import tls


def stamp(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp())  # type: ignore[misc,arg-type]  # a date's three numbers


class TestPeriods:
    def test_the_31st_comes_back(self) -> None:
        anchor = stamp(2027, 1, 31)
        ends = [period_after(anchor, count, "month") for count in (1, 2, 3)]
        assert ends == [stamp(2027, 2, 28), stamp(2027, 3, 31), stamp(2027, 4, 30)]
        assert period_after(stamp(2028, 2, 29), 1, "year") == stamp(2029, 2, 28)
        assert next_boundary(anchor, stamp(2027, 3, 31), "month") == stamp(2027, 4, 30)

    def test_vat_inside_the_price(self) -> None:
        assert [inclusive_tax(total) for total in (999, 1999, 0)] == [167, 333, 0]


class TestTime:
    async def tick(self, house: House, **delta: float) -> None:
        house.clock.move(**delta)
        async with httpx2.AsyncClient(base_url=house.url, verify=tls()) as http:
            await http.post("/_sim/tick")

    async def subscribe(self, house: House, **more: Any) -> str:
        session = await house.session(await house.customer(), **more)
        async with httpx2.AsyncClient(base_url=house.url, verify=tls()) as http:
            await http.post(session.url, data={"action": "pay"})
        return (await house.client.v1.subscriptions.list_async()).data[0].id

    async def kinds(self, house: House) -> list[str]:
        events = await house.client.v1.events.list_async({"limit": 100})
        return [str(event.type) for event in events.data][::-1]

    async def test_a_year_of_renewals_happens_at_its_own_times(self, house: House) -> None:
        await self.subscribe(house)
        await self.tick(house, days=365)
        invoices = (await house.client.v1.invoices.list_async({"limit": 100})).data
        assert len(invoices) == 12 + 1
        assert [datetime.fromtimestamp(each.created, UTC).day for each in invoices] == [22] * 13
        assert len({each.number for each in invoices}) == 13

    async def test_dunning_ends_the_subscription(self, house: House) -> None:
        await self.subscribe(house)
        async with httpx2.AsyncClient(base_url=house.url, verify=tls()) as http:
            await http.post("/_sim/next_payment", json={"outcome": "declined", "times": 9})
        await self.tick(house, days=31)
        found = (await house.client.v1.subscriptions.list_async()).data[0]
        assert found.status == "past_due"
        await self.tick(house, days=20)
        kinds = await self.kinds(house)
        assert kinds.count("invoice.payment_failed") == 4
        assert kinds[-1] == "customer.subscription.deleted"

    async def test_a_trial_is_announced_and_converts(self, house: House) -> None:
        await self.subscribe(house, subscription_data={"trial_period_days": 14})
        await self.tick(house, days=12)
        assert "customer.subscription.trial_will_end" in await self.kinds(house)
        await self.tick(house, days=3)
        found = (await house.client.v1.subscriptions.list_async()).data[0]
        assert found.status == "active"
        assert (await house.client.v1.invoices.list_async()).data[0].total == 999

    async def test_the_pages_are_french_first(self, house: House) -> None:
        session = await house.session(await house.customer())
        english = await house.session(await house.customer(), locale="en")
        async with httpx2.AsyncClient(base_url=house.url, verify=tls()) as http:
            assert "Payer et s’abonner" in (await http.get(session.url)).text
            assert "Pay and subscribe" in (await http.get(english.url)).text
            assert "refusée" in (await http.post(session.url, data={"action": "decline"})).text
            left = await http.post(session.url, data={"action": "abandon"})
            assert left.headers["location"] == "http://shop.test/no"
            paid = await http.post(session.url, data={"action": "pay"})
            assert paid.headers["location"] == f"http://shop.test/?s={session.id}"
            assert "n’est plus ouverte" in (await http.get(session.url)).text
            landing = (await http.get("/")).text
            assert "standard_monthly" in landing
            assert "customer.subscription.created" in landing
            assert (await http.get("/pay/cs_unknown")).status_code == 404


class TestWebhooks:
    async def settle(self, house: House, **network: Any) -> list[dict[str, Any]]:
        async with httpx2.AsyncClient(base_url=house.url, verify=tls()) as http:
            if network:
                await http.post("/_sim/deliveries", json=network)
            await house.customer()
            await http.post("/_sim/tick")
            state: list[dict[str, Any]] = (await http.get("/_sim/state")).json()["deliveries"]
        return state

    async def test_they_are_signed_as_stripe_signs(self, house: House) -> None:
        await self.settle(house)
        header, body = house.received[0]
        signed_at = int(house.clock.now().timestamp())
        assert header.startswith(f"t={signed_at},v1=")
        made = stripe.WebhookSignature.generate_signature_header(
            body.decode(), "whsec_test", signed_at
        )
        assert made == header

    async def test_a_refused_delivery_is_tried_again(self, house: House) -> None:
        house.refuse = 2
        (delivery,) = await self.settle(house)
        assert (delivery["state"], delivery["attempts"]) == ("delivered", 3)

    async def test_doubled_and_lost(self, house: House) -> None:
        await self.settle(house, duplicate=2)
        ids = [orjson.loads(body)["id"] for _, body in house.received]
        assert len(ids) == 3
        assert len(set(ids)) == 1
        deliveries = await self.settle(house, drop=1)
        assert deliveries[0]["state"] == "dropped"
        assert len(house.received) == 3
