from typing import Any

import httpx2
import pytest
import stripe

from deploy.simulators.stripe.tests.conftest import House
from shared.http.client import tls


class TestWire:
    async def test_the_library_reads_typed_objects(self, house: House) -> None:
        prices = await house.client.v1.prices.list_async(
            {"lookup_keys": ["standard_monthly", "premium_yearly"]}
        )
        assert {price.lookup_key: price.unit_amount for price in prices.data} == {
            "standard_monthly": 999,
            "premium_yearly": 19900,
        }

    async def test_unknown_and_ill_typed_parameters_are_refused(self, house: House) -> None:
        for fields, param in (
            ({"emial": "x"}, "emial"),
            ({"balance": "lots"}, "balance"),
            ({"address": {"planet": "Mars"}}, "address[planet]"),
            ({"preferred_locales": "fr"}, "preferred_locales"),
        ):
            wrong: Any = fields
            with pytest.raises(stripe.InvalidRequestError) as refused:
                await house.client.v1.customers.create_async(wrong)
            assert refused.value.param == param
            assert refused.value.http_status == 400

    async def test_an_idempotency_key_answers_the_same_and_compares(self, house: House) -> None:
        first = await house.client.v1.customers.create_async(
            {"email": "a@example.org"}, {"idempotency_key": "k"}
        )
        again = await house.client.v1.customers.create_async(
            {"email": "a@example.org"}, {"idempotency_key": "k"}
        )
        assert first.id == again.id
        with pytest.raises(stripe.IdempotencyError):
            await house.client.v1.customers.create_async(
                {"email": "b@example.org"}, {"idempotency_key": "k"}
            )

    async def test_errors_have_stripes_shapes(self, house: House) -> None:
        with pytest.raises(stripe.InvalidRequestError) as missing:
            await house.client.v1.subscriptions.retrieve_async("sub_no")
        assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
        async with httpx2.AsyncClient(base_url=house.url, verify=tls()) as http:
            assert (await http.get("/v1/customers")).status_code == 401
            key = {"Authorization": "Bearer sk_test_x"}
            assert (await http.get("/v1/rockets", headers=key)).status_code == 404
            await http.post("/_sim/faults", json={"status": 429, "type": "rate_limit_error"})
        with pytest.raises(stripe.RateLimitError):
            await house.client.v1.customers.list_async()

    async def test_lists_are_paged_by_cursor(self, house: House) -> None:
        made = [await house.customer() for _ in range(5)]
        seen = [
            customer.id
            async for customer in (
                await house.client.v1.customers.list_async({"limit": 2})
            ).auto_paging_iter()
        ]
        assert seen == made[::-1]

    async def test_expanding(self, house: House) -> None:
        session = await house.session(await house.customer())
        async with httpx2.AsyncClient() as http:
            await http.post(session.url, data={"action": "pay"})
        found = await house.client.v1.checkout.sessions.retrieve_async(
            session.id, {"expand": ["subscription.latest_invoice"]}
        )
        body = found.to_dict()
        assert body["subscription"]["latest_invoice"]["status"] == "paid"
        with pytest.raises(stripe.InvalidRequestError):
            await house.client.v1.checkout.sessions.retrieve_async(
                session.id, {"expand": ["wings"]}
            )


class TestShapes:
    async def test_every_object_fits_the_librarys_classes(self, house: House) -> None:
        """What the pinned library declares on these classes is what the simulator answers with."""
        session = await house.session(await house.customer())
        async with httpx2.AsyncClient() as http:
            await http.post(session.url, data={"action": "pay"})
        client = house.client.v1
        subscription = (await client.subscriptions.list_async()).data[0]
        found = {
            stripe.Subscription: subscription.to_dict(),
            stripe.SubscriptionItem: subscription.to_dict()["items"]["data"][0],
            stripe.Invoice: (await client.invoices.list_async()).data[0].to_dict(),
            stripe.Customer: (await client.customers.list_async()).data[0].to_dict(),
            stripe.Price: (await client.prices.list_async()).data[0].to_dict(),
            stripe.Event: (await client.events.list_async()).data[0].to_dict(),
            stripe.checkout.Session: session.to_dict(),
        }
        for kind, body in found.items():
            known = {name for base in kind.__mro__ for name in getattr(base, "__annotations__", {})}
            assert set(body) <= known, (kind, set(body) - known)
        item = found[stripe.SubscriptionItem]
        assert "current_period_end" not in found[stripe.Subscription]
        assert item["current_period_end"] > item["current_period_start"]
