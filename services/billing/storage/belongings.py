"""What this service keeps about people; read by the export, deleted by the erasure."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from services.billing.storage.models import (
    CheckoutSession,
    Customer,
    Entitlement,
    Erased,
    Plan,
    PlanFeature,
    PlanLimit,
    PlanPrice,
    StripeEvent,
    Subscription,
    SubscriptionEntry,
)
from shared.db.belongings import Belonging, Belongings, End, owned, part_of

PSEUDONYM = "accounting papers must be kept: erasure hands them to a name nobody can trace"

_EVENTS: Any = StripeEvent.__table__
_SUBSCRIPTIONS = owned(Subscription, "user_id", end=End.KEPT, because=PSEUDONYM)


def events_of(person: UUID) -> ColumnElement[bool]:
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
            End.KEPT,
            because="only its essence is stored: references and amounts",
        ),
        part_of(SubscriptionEntry, _SUBSCRIPTIONS, "subscription_id", end=End.KEPT),
        _SUBSCRIPTIONS,
        owned(CheckoutSession, "user_id"),
        owned(Entitlement, "user_id"),
        owned(Customer, "user_id", end=End.KEPT, because=PSEUDONYM),
        owned(Erased, "user_id", end=End.KEPT, because="a late message must not bring things back"),
    ),
    nobodys={
        Plan: "what is sold",
        PlanPrice: "what is sold",
        PlanFeature: "what is sold",
        PlanLimit: "what is sold",
    },
)
