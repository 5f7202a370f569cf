"""Spoken by billing."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Event, MoneyAmount, StateEvent
from shared.contracts.features import Feature, Limit, Plan


class EntitlementsChanged(StateEvent):
    """What this person may use now: the whole snapshot. An absent limit is unlimited."""

    topic: ClassVar[str] = "billing.entitlements_changed.v1"
    subject_field: ClassVar[str] = "user_id"
    user_id: UUID
    plan: Plan
    status: str
    features: tuple[Feature, ...]
    limits: dict[Limit, int | None]
    effective_at: AwareDatetime


class SubscriptionChanged(StateEvent):
    """A subscription's state after a change; `previous_plan` and `previous_status` say what the owner may want to hear."""

    topic: ClassVar[str] = "billing.subscription_changed.v1"
    subject_field: ClassVar[str] = "user_id"
    user_id: UUID
    plan: Plan
    previous_plan: Plan
    status: str
    previous_status: str | None
    amount: MoneyAmount | None
    interval: str | None
    current_period_end: AwareDatetime | None
    cancel_at: AwareDatetime | None


class PaymentFailed(Event):
    """A payment did not go through; access stays until `grace_until`."""

    topic: ClassVar[str] = "billing.payment_failed.v1"
    subject_field: ClassVar[str] = "user_id"
    user_id: UUID
    invoice_ref: str
    amount: MoneyAmount
    hosted_invoice_url: str | None
    grace_until: AwareDatetime | None
    action_required: bool = False
