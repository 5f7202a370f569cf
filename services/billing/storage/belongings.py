"""What this service keeps about people; read by the export, deleted by the erasure."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select

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
from shared.db.belongings import Belonging, Belongings, End, Person, owned, part_of

PSEUDONYM = "accounting papers must be kept: erasure hands them to a name nobody can trace"

_EVENTS: Any = StripeEvent.__table__
_SUBSCRIPTIONS = owned(Subscription, "user_id", end=End.HANDED_OVER, because=PSEUDONYM)


def events_of(person: Person) -> ColumnElement[bool]:
    """Webhooks about this person's customer, their own included."""
    customer = select(Customer.provider_id).where(Customer.user_id == person).scalar_subquery()
    body = _EVENTS.c.body
    about = body[("data", "object", "customer")].astext
    itself = body[("data", "object", "id")].astext
    return or_(about == customer, itself == customer)


BELONGINGS = Belongings(
    theirs=(
        Belonging(
            _EVENTS,
            events_of,
            End.HANDED_OVER,
            because="that they came is kept; what they say is wiped",
        ),
        part_of(SubscriptionEntry, _SUBSCRIPTIONS, "subscription_id", end=End.HANDED_OVER),
        _SUBSCRIPTIONS,
        owned(CheckoutSession, "user_id"),
        owned(Entitlement, "user_id"),
        owned(
            Customer,
            "user_id",
            secret=("busy_until", "busy_with"),
            end=End.HANDED_OVER,
            because=PSEUDONYM,
        ),
    ),
    nobodys={
        Plan: "what is sold",
        PlanPrice: "what is sold",
        PlanFeature: "what is sold",
        PlanLimit: "what is sold",
    },
)
