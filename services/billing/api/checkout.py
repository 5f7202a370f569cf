from typing import Annotated

from fastapi import Path
from pydantic import Field

from services.billing.api.dependencies import InTransaction, InWork
from services.billing.api.subscription import SubscriptionOut
from services.billing.domain.plans import Interval
from services.billing.errors import (
    AlreadySubscribed,
    AtProvider,
    CheckoutRefused,
    NoCustomer,
    PaymentsUnavailable,
    PlanInactive,
    PlanNotSold,
    ReturnAddressRefused,
)
from services.billing.usecases.checkout import open_portal, settle_checkout, start_checkout
from shared.contracts.features import Plan
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Line, Moment, RequestModel
from shared.http.router import Router

router = Router(prefix="/api/subscriptions", tags=["billing"])

SessionRef = Annotated[str, Path(max_length=200, pattern=r"^cs_[A-Za-z0-9_]+$")]
Address = Annotated[Line, Field(examples=["http://127.0.0.1:8080/thanks"])]


class CheckoutOrder(RequestModel):
    plan: Annotated[Plan, Field(strict=False, examples=["STANDARD"])]
    interval: Annotated[Interval, Field(strict=False)] = Interval.MONTH
    success_url: Address | None = None
    cancel_url: Address | None = None


class CheckoutOut(AnswerModel):
    url: str
    session_id: str
    expires_at: Moment


class SettledOut(AnswerModel):
    """`status` open, complete or expired; the subscription as soon as there is one."""

    session_id: str
    status: str
    subscription: SubscriptionOut | None


class PortalOrder(RequestModel):
    return_url: Address | None = None


class PortalOut(AnswerModel):
    url: str


@router.post(
    "/checkout",
    status_code=201,
    responses=problems(
        AlreadySubscribed,
        AtProvider,
        PlanInactive,
        PlanNotSold,
        ReturnAddressRefused,
        CheckoutRefused,
        PaymentsUnavailable,
    ),
)
async def start_plan_checkout(
    body: CheckoutOrder, work: InWork, caller: CurrentCaller
) -> CheckoutOut:
    """A payment page of Stripe for a plan; the same one again while it is open."""
    row = await start_checkout(
        work,
        user_id=caller.user,
        plan=body.plan,
        interval=body.interval,
        success_url=body.success_url,
        cancel_url=body.cancel_url,
        language=caller.language,
    )
    return CheckoutOut(
        url=row.url or "", session_id=row.provider_id or "", expires_at=row.expires_at
    )


@router.get("/checkout/{session_id}", responses=problems(NotFound, AtProvider, PaymentsUnavailable))
async def settle_plan_checkout(
    session_id: SessionRef, work: InTransaction, caller: CurrentCaller
) -> SettledOut:
    """For the page people land on after paying: opens the plan at once, without waiting for the webhook."""
    row, subscription = await settle_checkout(work, user_id=caller.user, provider_id=session_id)
    return SettledOut(
        session_id=session_id,
        status=row.status,
        subscription=SubscriptionOut.of(subscription) if subscription else None,
    )


@router.post(
    "/portal",
    status_code=201,
    responses=problems(NoCustomer, ReturnAddressRefused, PaymentsUnavailable),
)
async def open_billing_portal(body: PortalOrder, work: InWork, caller: CurrentCaller) -> PortalOut:
    """Stripe's page to change card, plan or address and to see invoices."""
    url = await open_portal(
        work, user_id=caller.user, return_url=body.return_url, language=caller.language
    )
    return PortalOut(url=url)
