from services.billing.tests.stripe_house import StripeHouse
from shared.testing.client import Callers

MINE = "/api/invoices"


class TestInvoices:
    async def test_b44_own_invoices_newest_first_in_pages(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        for _ in range(2):
            await stripe.later(days=31)
        first = (await call.free.get(MINE, params={"page_size": 2})).json()
        assert len(first["results"]) == 2
        rest = (await call.free.get(MINE, params={"cursor": first["next"]})).json()
        found = first["results"] + rest["results"]
        assert rest["next"] is None
        dates = [invoice["created_at"] for invoice in found]
        assert dates == sorted(dates, reverse=True)
        assert len(found) == len(stripe.world.all("invoice")) == 3
        assert (await call.other.get(MINE)).json() == {"results": [], "next": None}

    async def test_b46_tax_is_what_stripe_says(self, call: Callers, stripe: StripeHouse) -> None:
        await stripe.subscribe(call.free)
        (invoice,) = (await call.free.get(MINE)).json()["results"]
        assert invoice["total"] == {"amount": "9.99", "currency": "EUR"}
        assert (invoice["tax"]["amount"], invoice["net"]["amount"]) == ("1.67", "8.32")
        assert invoice["hosted_url"].startswith(stripe.url)
        assert invoice["number"]
        one = await call.free.get(f"{MINE}/{invoice['id']}")
        assert one.json() == invoice

    async def test_b44_all_lines_of_a_long_invoice(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        (invoice,) = stripe.world.all("invoice")
        line = invoice["lines"]["data"][0]
        whole = [{**line, "id": f"il_{number}"} for number in range(12)]
        invoice["lines"]["data"] = whole
        found = (await call.free.get(f"{MINE}/{invoice['id']}")).json()
        assert len(found["lines"]) == 12

    async def test_b47_a_credit_is_shown_as_credit(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free, "PREMIUM", "year")
        url = (await call.free.post("/api/subscriptions/portal", json={})).json()["url"]
        await stripe.page.post(url, data={"action": "switch", "value": "price_standard_monthly"})
        await stripe.settled()
        newest = (await call.free.get(MINE)).json()["results"][0]
        assert newest["total"]["amount"].startswith("-")
        assert newest["due"]["amount"] == "0.00"
        assert newest["credit"]["amount"] == newest["total"]["amount"].removeprefix("-")
        await stripe.later(days=32)
        after = (await call.free.get(MINE)).json()["results"][0]
        assert (after["total"]["amount"], after["due"]["amount"]) == ("9.99", "0.00")
        assert after["paid"]["amount"] == "0.00"

    async def test_another_persons_invoice_is_not_found(
        self, call: Callers, stripe: StripeHouse
    ) -> None:
        await stripe.subscribe(call.free)
        await stripe.subscribe(call.other, "PREMIUM")
        mine = stripe.world.all("invoice")[-1]["id"]
        assert (await call.free.get(f"{MINE}/{mine}")).status_code == 200
        assert (await call.other.get(f"{MINE}/{mine}")).status_code == 404
        assert (await call.other.get(MINE, params={"cursor": mine})).status_code == 404
        assert (await call.premium.get(f"{MINE}/{mine}")).status_code == 404
        assert (await call.anonymous.get(f"{MINE}/{mine}")).status_code == 401
        assert (await call.anonymous.get(MINE)).status_code == 401

    async def test_bad_input_and_no_stripe(self, call: Callers, stripe: StripeHouse) -> None:
        await stripe.subscribe(call.free)
        for odd in ("in_unknown", "sub_1", "in_%00", "in_" + "1" * 300):
            assert (await call.free.get(f"{MINE}/{odd}")).status_code in {404, 422}
        for params in ({"page_size": 0}, {"page_size": 101}, {"cursor": "x"}):
            answer = await call.free.get(MINE, params=params)
            assert answer.status_code == 422
        await stripe.control("faults", status=500, times=9)
        down = await call.free.get(MINE)
        assert (down.status_code, down.json()["code"]) == (503, "payments_unavailable")
        assert "programmed" not in down.text.lower()
