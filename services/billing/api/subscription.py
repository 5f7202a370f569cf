from typing import Annotated, Self
from uuid import UUID

from fastapi import Response
from pydantic import Field

from services.billing.api.dependencies import InWork
from services.billing.domain.plans import Change, Interval
from services.billing.errors import (
    AtProvider,
    NoSubscription,
    PaymentDue,
    PaymentRefused,
    PaymentsUnavailable,
    PlanInactive,
    PlanNotSold,
    SubscriptionEnded,
)
from services.billing.storage.models import Subscription, SubscriptionEntry
from services.billing.usecases.entitlements import entitlement_of
from services.billing.usecases.subscription import (
    Changed,
    cancel_subscription,
    change_plan,
    preview_change,
    reactivate_subscription,
)
from shared.contracts.features import Feature, Limit, Plan
from shared.errors import NotFound
from shared.http.access import session_only
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.money import Money, MoneyOut

router = Router(prefix="/api/subscriptions", tags=["billing"])


class SubscriptionOut(AnswerModel):
    """`cancel_at` is set when the subscription will end; `scheduled_plan` when another plan follows."""

    id: UUID
    plan: Plan
    status: str
    interval: Interval
    price: MoneyOut
    current_period_start: Moment
    current_period_end: Moment
    cancel_at: Moment | None
    ended_at: Moment | None
    trial_end: Moment | None
    grace_until: Moment | None
    payment_due_url: str | None
    scheduled_plan: Plan | None
    scheduled_interval: Interval | None
    created_at: Moment

    @classmethod
    def of(cls, row: Subscription) -> Self:
        return cls(
            id=row.id,
            plan=Plan(row.plan),
            status=row.status,
            interval=Interval(row.interval),
            price=Money(row.amount_minor, row.currency),
            current_period_start=row.period_start,
            current_period_end=row.period_end,
            cancel_at=row.ends_at,
            ended_at=row.ended_at,
            trial_end=row.trial_end,
            grace_until=row.grace_until,
            payment_due_url=row.open_invoice_url,
            scheduled_plan=Plan(row.scheduled_plan) if row.scheduled_plan else None,
            scheduled_interval=Interval(row.scheduled_interval) if row.scheduled_interval else None,
            created_at=row.created_at,
        )


class ActiveOut(AnswerModel):
    """What the caller may use now, and the subscription behind it; a limit of null is unlimited."""

    plan: Plan
    status: str
    features: list[Feature]
    limits: dict[Limit, int | None]
    subscription: SubscriptionOut | None


class EntryOut(AnswerModel):
    id: UUID
    at: Moment
    cause: str
    old_status: str | None
    status: str
    old_plan: str | None
    plan: str
    ends_at: Moment | None


class PlanChange(RequestModel):
    """Without an interval, the present one stays."""

    plan: Annotated[Plan, Field(strict=False, examples=["PREMIUM"])]
    interval: Annotated[Interval | None, Field(strict=False)] = None


class PreviewLine(AnswerModel):
    description: str
    amount: MoneyOut


class PreviewOut(AnswerModel):
    """`happens`: now, period_end or none. Credit lines are negative."""

    happens: Change
    effective_at: Moment
    amount_due: MoneyOut | None
    lines: list[PreviewLine]


class ChangedOut(AnswerModel):
    """`action_url`: the bank wants a confirmation there first; the plan is unchanged until it is given."""

    happens: Change
    action_url: str | None
    subscription: SubscriptionOut


REFUSALS = problems(
    NotFound, NoSubscription, SubscriptionEnded, PaymentDue, PaymentsUnavailable
) | problems(PlanNotSold, PlanInactive, PaymentRefused, AtProvider)


Subscriptions = Annotated[
    ListQuery,
    listed_by(
        {"created_at": Subscription.created_at, "status": Subscription.status},
        default="-created_at",
    ),
]
Entries = Annotated[ListQuery, listed_by({"at": SubscriptionEntry.at}, default="-at")]


@router.get("")
async def list_subscriptions(
    work: InWork, caller: CurrentCaller, listing: Subscriptions
) -> Page[SubscriptionOut]:
    return await listing.page(
        work.session,
        work.subscriptions.seen_by(caller.access),
        into=SubscriptionOut.of,
    )


@router.get("/active", openapi_extra=session_only())
@router.get("/current", name="read_current_subscription", openapi_extra=session_only())
async def read_active_subscription(work: InWork, caller: CurrentCaller) -> ActiveOut:
    """Also for an administrator acting in the person's name, who sees no link to a payment; the rest of billing is the person's own."""
    held = await entitlement_of(work, user_id=caller.user)
    row = await work.subscriptions.current(caller.user)
    shown = SubscriptionOut.of(row) if row else None
    if shown is not None and caller.actor is not None:
        shown.payment_due_url = None
    return ActiveOut(
        plan=held.plan,
        status=held.status,
        features=list(held.features),
        limits=held.limits,
        subscription=shown,
    )


@router.post("/preview-change", responses=REFUSALS)
async def preview_plan_change(body: PlanChange, work: InWork, caller: CurrentCaller) -> PreviewOut:
    """What a change of plan would cost and when it would happen; changes nothing."""
    seen = await preview_change(work, user_id=caller.user, plan=body.plan, interval=body.interval)
    return PreviewOut(
        happens=seen.change,
        effective_at=seen.effective_at,
        amount_due=seen.preview.due if seen.preview else None,
        lines=[
            PreviewLine(description=text, amount=amount)
            for text, amount in (seen.preview.lines if seen.preview else ())
        ],
    )


def _changed(changed: Changed, response: Response) -> ChangedOut:
    response.status_code = 202 if changed.action_url else 200
    return ChangedOut(
        happens=changed.change,
        action_url=changed.action_url,
        subscription=SubscriptionOut.of(changed.subscription),
    )


@router.post("/change_plan", responses=REFUSALS)
async def change_current_plan(
    body: PlanChange, work: InWork, caller: CurrentCaller, response: Response
) -> ChangedOut:
    """More happens and is paid at once; less waits for the end of the paid period."""
    changed = await change_plan(work, user_id=caller.user, plan=body.plan, interval=body.interval)
    return _changed(changed, response)


@router.post("/{subscription_id}/change_plan", responses=REFUSALS)
async def change_subscription_plan(
    subscription_id: UUID,
    body: PlanChange,
    work: InWork,
    caller: CurrentCaller,
    response: Response,
) -> ChangedOut:
    changed = await change_plan(
        work,
        user_id=caller.user,
        plan=body.plan,
        interval=body.interval,
        subscription_id=subscription_id,
    )
    return _changed(changed, response)


@router.post("/cancel", responses=REFUSALS)
async def cancel_current(work: InWork, caller: CurrentCaller) -> SubscriptionOut:
    """Ends with the paid period; at once when a payment is outstanding."""
    return SubscriptionOut.of(await cancel_subscription(work, user_id=caller.user))


@router.post("/{subscription_id}/cancel", responses=REFUSALS)
async def cancel_one(subscription_id: UUID, work: InWork, caller: CurrentCaller) -> SubscriptionOut:
    row = await cancel_subscription(work, user_id=caller.user, subscription_id=subscription_id)
    return SubscriptionOut.of(row)


@router.post("/reactivate", responses=REFUSALS)
@router.post("/resume", responses=REFUSALS, name="resume_current")
async def reactivate_current(work: InWork, caller: CurrentCaller) -> SubscriptionOut:
    """Takes a scheduled end back."""
    return SubscriptionOut.of(await reactivate_subscription(work, user_id=caller.user))


@router.post("/{subscription_id}/reactivate", responses=REFUSALS)
@router.post("/{subscription_id}/resume", responses=REFUSALS, name="resume_one")
async def reactivate_one(
    subscription_id: UUID, work: InWork, caller: CurrentCaller
) -> SubscriptionOut:
    row = await reactivate_subscription(work, user_id=caller.user, subscription_id=subscription_id)
    return SubscriptionOut.of(row)


@router.get("/{subscription_id}", responses=problems(NotFound))
async def read_subscription(
    subscription_id: UUID, work: InWork, caller: CurrentCaller
) -> SubscriptionOut:
    row = await work.subscriptions.one_seen(caller.access, subscription_id)
    return SubscriptionOut.of(row)


@router.get("/{subscription_id}/history", responses=problems(NotFound))
async def read_subscription_history(
    subscription_id: UUID, work: InWork, caller: CurrentCaller, listing: Entries
) -> Page[EntryOut]:
    """Every change of state or plan, and what caused it; newest first."""
    row = await work.subscriptions.one_seen(caller.access, subscription_id)
    return await listing.page(
        work.session,
        work.subscriptions.history(row.id),
        into=_entry,
    )


def _entry(row: SubscriptionEntry) -> EntryOut:
    return EntryOut(
        id=row.id,
        at=row.at,
        cause=row.cause,
        old_status=row.old_status,
        status=row.status,
        old_plan=row.old_plan,
        plan=row.plan,
        ends_at=row.ends_at,
    )
