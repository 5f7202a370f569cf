"""Payments, by Stripe. One call waits ten seconds at most, retries included, and repeating it changes nothing."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import stripe

from services.billing.clients import stripe_shapes as shapes
from services.billing.clients.measures import Measures
from services.billing.clients.payments import (
    Checkout,
    Invoice,
    Order,
    Person,
    Preview,
    PriceChange,
)
from services.billing.clients.stripe_errors import is_passing, refusal_for
from services.billing.domain.subscription import SubscriptionFacts
from services.billing.errors import GoneAtProvider, PaymentsUnavailable
from services.billing.settings import Settings
from shared.contracts.base import Language
from shared.db.outside import outside
from shared.observe.looks import SharedLook

T = TypeVar("T")
API_VERSION = "2026-10-28.endive"
PAUSES = (0.2, 0.6)
WHOLE_PAGE = 100
WITH_INVOICE = ["latest_invoice"]
EXPANDED_IN_LISTS = ["data.latest_invoice"]


class StripePayments:
    def __init__(self, settings: Settings, measures: Measures) -> None:
        self._measures = measures
        self._wait = settings.stripe_timeout_seconds
        base = settings.stripe_api_base
        self._http = stripe.AIOHTTPClient(timeout=self._wait)
        self._client = stripe.StripeClient(
            settings.stripe_api_key.get_secret_value() or "sk_not_configured",
            stripe_version=API_VERSION,
            base_addresses={"api": base} if base else {},
            http_client=self._http,
            max_network_retries=0,
        )
        self._prices: dict[str, str] = {}
        self._pulse = SharedLook(self._read_once)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Held while the service runs; closes the connections."""
        yield
        await self._http.close_async()  # type: ignore[no-untyped-call]  # the library says nothing about it

    async def _ask(self, call: Callable[[], Awaitable[T]]) -> T:
        """Measured, and every failure leaves as a refusal of ours."""
        started, outcome = time.perf_counter(), "error"
        try:
            found = await self._try(call)
            outcome = "ok"
        except stripe.StripeError as error:
            outcome = type(error).__name__
            raise refusal_for(error) from error
        except TimeoutError as error:
            outcome = "timeout"
            raise PaymentsUnavailable from error
        finally:
            waited = time.perf_counter() - started
            self._measures.stripe_seconds.labels(outcome).observe(waited)
        return found

    async def _try(self, call: Callable[[], Awaitable[T]]) -> T:
        """Our own retry, within one deadline."""
        async with asyncio.timeout(self._wait):
            for pause in PAUSES:
                try:
                    return await call()
                except stripe.StripeError as error:
                    if not is_passing(error):
                        raise
                await asyncio.sleep(pause)
            return await call()

    @outside
    async def ping(self) -> None:
        """One cheap read a minute, however many ask."""
        await self._pulse()

    async def _read_once(self) -> None:
        await self._ask(lambda: self._client.v1.prices.list_async({"limit": 1}))

    # customers

    @outside
    async def create_customer(self, person: Person, *, key: str) -> str:
        fields = {**_person(person), "metadata": {"user_id": str(person.user_id)}}
        made = await self._ask(
            lambda: self._client.v1.customers.create_async(fields, {"idempotency_key": key})  # type: ignore[arg-type]  # a plain dict of the TypedDict's keys
        )
        return made.id

    @outside
    async def update_customer(self, customer_id: str, person: Person) -> None:
        await self._ask(
            lambda: self._client.v1.customers.update_async(customer_id, _person(person))  # type: ignore[arg-type]  # as above
        )

    @outside
    async def delete_customer(self, customer_id: str) -> None:
        with contextlib.suppress(GoneAtProvider):
            await self._ask(lambda: self._client.v1.customers.delete_async(customer_id))

    # checkout and portal

    @outside
    async def start_checkout(self, order: Order) -> Checkout:
        price = await self._price(order.lookup_key)
        owner = {"user_id": str(order.user_id)}
        fields: dict[str, Any] = {
            "mode": "subscription",
            "customer": order.customer_id,
            "client_reference_id": str(order.user_id),
            "line_items": [{"price": price, "quantity": 1}],
            "success_url": order.success_url,
            "cancel_url": order.cancel_url,
            "locale": order.language.value,
            "allow_promotion_codes": True,
            "automatic_tax": {"enabled": order.automatic_tax},
            "customer_update": {"address": "auto", "name": "auto"},
            "metadata": owner,
            "subscription_data": {"metadata": owner},
        }
        made = await self._ask(
            lambda: self._client.v1.checkout.sessions.create_async(
                fields,  # type: ignore[arg-type]  # a plain dict of the TypedDict's keys
                {"idempotency_key": order.key},
            )
        )
        return shapes.checkout(shapes.body_of(made))

    @outside
    async def checkout(self, session_id: str) -> Checkout:
        found = await self._ask(
            lambda: self._client.v1.checkout.sessions.retrieve_async(session_id)
        )
        return shapes.checkout(shapes.body_of(found))

    @outside
    async def expire_checkout(self, session_id: str) -> None:
        await self._ask(lambda: self._client.v1.checkout.sessions.expire_async(session_id))

    @outside
    async def open_portal(self, customer_id: str, *, return_url: str, language: Language) -> str:
        opened = await self._ask(
            lambda: self._client.v1.billing_portal.sessions.create_async(
                {"customer": customer_id, "return_url": return_url, "locale": language.value}
            )
        )
        return opened.url

    # subscriptions

    @outside
    async def subscription(self, subscription_id: str) -> SubscriptionFacts:
        found = await self._ask(
            lambda: self._client.v1.subscriptions.retrieve_async(
                subscription_id, {"expand": WITH_INVOICE}
            )
        )
        return _facts(found)

    @outside
    async def subscriptions_of(self, customer_id: str) -> list[SubscriptionFacts]:
        found = await self._ask(
            lambda: self._client.v1.subscriptions.list_async(
                {
                    "customer": customer_id,
                    "status": "all",
                    "limit": WHOLE_PAGE,
                    "expand": EXPANDED_IN_LISTS,
                }
            )
        )
        return [_facts(each) for each in found.data]

    @outside
    async def all_subscriptions(self) -> AsyncIterator[SubscriptionFacts]:
        after: dict[str, str] = {}
        while True:
            fields: dict[str, Any] = {
                "status": "all",
                "limit": WHOLE_PAGE,
                "expand": EXPANDED_IN_LISTS,
                **after,
            }
            found = await self._ask(lambda: self._client.v1.subscriptions.list_async(fields))  # type: ignore[arg-type]  # noqa: B023 - asked before the next round
            for each in found.data:
                yield _facts(each)
            if not found.has_more:
                return
            after = {"starting_after": found.data[-1].id}

    @outside
    async def preview(self, change: PriceChange, *, at_once: bool) -> Preview:
        price = await self._price(change.lookup_key)
        fields: dict[str, Any] = {
            "subscription": change.subscription_id,
            "subscription_details": {
                "items": [{"id": change.item_id, "price": price}],
                "proration_behavior": "always_invoice" if at_once else "none",
            },
        }
        found = await self._ask(lambda: self._client.v1.invoices.create_preview_async(fields))  # type: ignore[arg-type]  # a plain dict of the TypedDict's keys
        return shapes.preview(shapes.body_of(found))

    @outside
    async def change_price(self, change: PriceChange) -> SubscriptionFacts:
        price = await self._price(change.lookup_key)
        fields: dict[str, Any] = {
            "items": [{"id": change.item_id, "price": price}],
            "proration_behavior": "always_invoice",
            "payment_behavior": "pending_if_incomplete",
            "expand": WITH_INVOICE,
        }
        return await self._update(change.subscription_id, fields, key=change.key)

    @outside
    async def schedule_price(
        self, change: PriceChange, *, period_start: datetime, period_end: datetime
    ) -> str:
        """The running period stays as it is; the new price begins with the next one."""
        price = await self._price(change.lookup_key)
        schedule = await self._ask(
            lambda: self._client.v1.subscription_schedules.create_async(
                {"from_subscription": change.subscription_id}, {"idempotency_key": change.key}
            )
        )
        running = schedule.to_dict()["phases"][0]["items"][0]["price"]
        fields: dict[str, Any] = {
            "end_behavior": "release",
            "proration_behavior": "none",
            "phases": [
                {
                    "items": [{"price": running, "quantity": 1}],
                    "start_date": int(period_start.timestamp()),
                    "end_date": int(period_end.timestamp()),
                },
                {"items": [{"price": price, "quantity": 1}], "proration_behavior": "none"},
            ],
        }
        await self._ask(
            lambda: self._client.v1.subscription_schedules.update_async(
                schedule.id,
                fields,  # type: ignore[arg-type]  # a plain dict of the TypedDict's keys
                {"idempotency_key": f"{change.key}-phases"},
            )
        )
        return schedule.id

    @outside
    async def release_schedule(self, schedule_id: str) -> None:
        await self._ask(lambda: self._client.v1.subscription_schedules.release_async(schedule_id))

    @outside
    async def cancel_at_period_end(self, subscription_id: str, *, key: str) -> SubscriptionFacts:
        fields = {"cancel_at_period_end": True, "expand": WITH_INVOICE}
        return await self._update(subscription_id, fields, key=key)

    @outside
    async def keep(self, facts: SubscriptionFacts, *, key: str) -> SubscriptionFacts:
        """Takes a scheduled end back, whether the flag or the portal's date set it; Stripe wants one of them per call."""
        fields: dict[str, Any] = {"cancel_at_period_end": False, "expand": WITH_INVOICE}
        if not facts.cancel_at_period_end:
            fields = {"cancel_at": "", "expand": WITH_INVOICE}
        return await self._update(facts.id, fields, key=key)

    async def _update(
        self, subscription_id: str, fields: dict[str, Any], *, key: str
    ) -> SubscriptionFacts:
        changed = await self._ask(
            lambda: self._client.v1.subscriptions.update_async(
                subscription_id,
                fields,  # type: ignore[arg-type]  # a plain dict of the TypedDict's keys
                {"idempotency_key": key},
            )
        )
        return _facts(changed)

    @outside
    async def cancel_now(self, subscription_id: str) -> SubscriptionFacts:
        gone = await self._ask(
            lambda: self._client.v1.subscriptions.cancel_async(
                subscription_id, {"expand": WITH_INVOICE}
            )
        )
        return _facts(gone)

    # invoices and events

    @outside
    async def refund_invoice(self, invoice_id: str, *, key: str) -> None:
        """Pays back what was paid for one invoice; nothing when nothing was."""
        payments = await self._ask(
            lambda: self._client.v1.invoice_payments.list_async({"invoice": invoice_id})
        )
        for payment in payments.data:
            intent = shapes.id_of(payment.to_dict()["payment"]["payment_intent"])
            if intent is not None:
                await self._ask(lambda: self._refund(intent, key))  # noqa: B023 - awaited in this round

    async def _refund(self, intent: str, key: str) -> stripe.Refund:
        return await self._client.v1.refunds.create_async(
            {"payment_intent": intent, "reason": "duplicate"}, {"idempotency_key": key}
        )

    @outside
    async def void_invoice(self, invoice_id: str) -> None:
        await self._ask(lambda: self._client.v1.invoices.void_invoice_async(invoice_id))

    @outside
    async def invoice(self, invoice_id: str) -> Invoice:
        found = await self._ask(lambda: self._client.v1.invoices.retrieve_async(invoice_id))
        return await self._with_lines(shapes.body_of(found))

    @outside
    async def invoices(
        self, customer_id: str, *, limit: int, after: str | None
    ) -> tuple[list[Invoice], bool]:
        fields: dict[str, Any] = {"customer": customer_id, "limit": limit}
        if after is not None:
            fields["starting_after"] = after
        found = await self._ask(lambda: self._client.v1.invoices.list_async(fields))  # type: ignore[arg-type]  # a plain dict of the TypedDict's keys
        bodies = [shapes.body_of(each) for each in found.data]
        return [await self._with_lines(body) for body in bodies], found.has_more

    async def _with_lines(self, body: shapes.Body) -> Invoice:
        """An invoice carries its first ten lines; the rest is asked for."""
        lines = list(body["lines"]["data"])
        if body["lines"]["has_more"]:
            found = await self._ask(
                lambda: self._client.v1.invoices.line_items.list_async(
                    body["id"], {"limit": WHOLE_PAGE}
                )
            )
            lines = [shapes.body_of(line) for line in found.data]
        return shapes.invoice(body, lines)

    @outside
    async def events_since(self, moment: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """Oldest last, as Stripe lists them."""
        after: dict[str, str] = {}
        since = {"gte": int(moment.timestamp())}
        while True:
            fields: dict[str, Any] = {"created": since, "limit": WHOLE_PAGE, **after}
            found = await self._ask(lambda: self._client.v1.events.list_async(fields))  # type: ignore[arg-type]  # noqa: B023 - asked before the next round
            for each in found.data:
                yield each.to_dict(for_json=True)
            if not found.has_more:
                return
            after = {"starting_after": found.data[-1].id}

    async def _price(self, lookup_key: str) -> str:
        """The id behind a lookup key; a price's key moves rarely, so it is remembered."""
        if lookup_key not in self._prices:
            found = await self._ask(
                lambda: self._client.v1.prices.list_async(
                    {"lookup_keys": [lookup_key], "active": True}
                )
            )
            if not found.data:
                raise GoneAtProvider
            self._prices[lookup_key] = found.data[0].id
        return self._prices[lookup_key]


def _person(person: Person) -> dict[str, Any]:
    fields: dict[str, Any] = {"preferred_locales": [person.language.value]}
    if person.email:
        fields["email"] = person.email
    if person.name:
        fields["name"] = person.name
    return fields


def _facts(found: stripe.Subscription) -> SubscriptionFacts:
    return shapes.subscription_facts(shapes.body_of(found))
