"""What billing asks of a payment provider. Every method raises only the refusals named in `stripe_errors.py`."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.billing.domain.subscription import SubscriptionFacts
from shared.contracts.base import Language
from shared.money import Money


@dataclass(frozen=True, slots=True)
class Person:
    user_id: UUID
    email: str | None
    name: str | None
    language: Language


@dataclass(frozen=True, slots=True)
class Order:
    """One checkout. `key` makes asking twice harmless."""

    customer_id: str
    user_id: UUID
    lookup_key: str
    language: Language
    success_url: str
    cancel_url: str
    automatic_tax: bool
    key: str


@dataclass(frozen=True, slots=True)
class Checkout:
    id: str
    url: str | None
    status: str
    customer_id: str | None
    subscription_id: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PriceChange:
    subscription_id: str
    item_id: str
    lookup_key: str
    key: str


@dataclass(frozen=True, slots=True)
class Preview:
    due: Money
    total: Money
    lines: tuple[tuple[str, Money], ...]


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    description: str | None
    amount: Money
    period_start: datetime
    period_end: datetime


@dataclass(frozen=True, slots=True)
class Invoice:
    id: str
    customer_id: str
    number: str | None
    status: str
    created_at: datetime
    total: Money
    due: Money
    paid: Money
    tax: Money
    net: Money
    credit: Money
    hosted_url: str | None
    pdf_url: str | None
    lines: tuple[InvoiceLine, ...]


class Payments(Protocol):
    async def ping(self) -> None: ...

    async def create_customer(self, person: Person, *, key: str) -> str: ...
    async def update_customer(self, customer_id: str, person: Person) -> None: ...
    async def delete_customer(self, customer_id: str) -> None: ...

    async def start_checkout(self, order: Order) -> Checkout: ...
    async def checkout(self, session_id: str) -> Checkout: ...
    async def expire_checkout(self, session_id: str) -> None: ...
    async def open_portal(
        self, customer_id: str, *, return_url: str, language: Language
    ) -> str: ...

    async def subscription(self, subscription_id: str) -> SubscriptionFacts: ...
    async def subscriptions_of(self, customer_id: str) -> list[SubscriptionFacts]: ...
    def all_subscriptions(self) -> AsyncIterator[SubscriptionFacts]: ...
    async def preview(self, change: PriceChange, *, at_once: bool) -> Preview: ...
    async def change_price(self, change: PriceChange) -> SubscriptionFacts: ...
    async def schedule_price(
        self, change: PriceChange, *, period_start: datetime, period_end: datetime
    ) -> str: ...
    async def release_schedule(self, schedule_id: str) -> None: ...
    async def cancel_at_period_end(
        self, subscription_id: str, *, key: str
    ) -> SubscriptionFacts: ...
    async def keep(self, facts: SubscriptionFacts, *, key: str) -> SubscriptionFacts: ...
    async def cancel_now(self, subscription_id: str) -> SubscriptionFacts: ...
    async def refund_invoice(self, invoice_id: str, *, key: str) -> None: ...
    async def void_invoice(self, invoice_id: str) -> None: ...

    async def invoice(self, invoice_id: str) -> Invoice: ...
    async def invoices(
        self, customer_id: str, *, limit: int, after: str | None
    ) -> tuple[list[Invoice], bool]: ...
    def events_since(self, moment: datetime) -> AsyncIterator[Mapping[str, Any]]: ...
