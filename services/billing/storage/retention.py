"""How long this service keeps what it keeps."""

from datetime import timedelta

from services.billing.storage.models import (
    CheckoutSession,
    Customer,
    Entitlement,
    Plan,
    PlanFeature,
    PlanLimit,
    PlanPrice,
    StripeEvent,
    Subscription,
    SubscriptionEntry,
)
from shared.db.retention import Retention, old

WEBHOOKS = timedelta(days=90)
"""Stripe repeats an event for three days and lists it for thirty; what it said is in the tables by then."""
ACCOUNTS = "for ever: accounting papers, under a pseudonym after an erasure"
SOLD = "for ever: what was sold"

RETENTION = Retention(
    goes=(
        old(
            StripeEvent,
            "finished_at",
            WEBHOOKS,
            only=StripeEvent.__table__.c.state.in_(("done", "ignored")),
        ),
    ),
    stays={
        Customer: ACCOUNTS,
        Subscription: ACCOUNTS,
        SubscriptionEntry: ACCOUNTS,
        CheckoutSession: "with the account",
        Entitlement: "with the account",
        Plan: SOLD,
        PlanPrice: SOLD,
        PlanFeature: SOLD,
        PlanLimit: SOLD,
    },
)
