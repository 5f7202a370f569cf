from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import structlog

from services.billing.domain.provider_events import HANDLED, About, about, essence, is_snapshot
from services.billing.domain.signature import matching_secret
from services.billing.errors import SignatureRefused, WebhooksClosed
from services.billing.storage.models import StripeEvent, Subscription
from services.billing.storage.stripe_events import DONE, FAILED, IGNORED, PARKED, WAITING
from services.billing.usecases.checkout import close_session
from services.billing.usecases.customers import close_customer
from services.billing.usecases.messages import APPLY_EVENT, EventMessage
from services.billing.usecases.sync import Cause, sync_subscription
from services.billing.usecases.work import Work
from shared.contracts.base import MoneyAmount
from shared.contracts.billing import PaymentFailed
from shared.errors import NotFound

log = structlog.get_logger()

FAILED_TO_PAY, ACTION_REQUIRED = "invoice.payment_failed", "invoice.payment_action_required"
SAME_MOMENT = timedelta(hours=1)
"""How far apart two events of one attempt may be made: an attempt is over within seconds."""


async def receive_event(work: Work, *, body: bytes, signature: str) -> str:
    """Stores an authentic event and the job that will apply it, in one transaction; says what became of it."""
    secrets = work.settings.webhook_secrets
    if not secrets:
        raise WebhooksClosed
    matched = matching_secret(
        body, signature, secrets, now=work.now, tolerance=work.settings.tolerance
    )
    if matched is None:
        log.warning("webhook.signature_refused")
        work.measures.webhooks.labels("unknown", "refused", "none").inc()
        raise SignatureRefused
    event = _snapshot_event(body)
    result = await store_event(work, event=event, source="webhook")
    kind = event["type"] if event["type"] in HANDLED else "other"
    work.measures.webhooks.labels(kind, result, str(matched)).inc()
    work.measures.lag.observe(max(0.0, work.now.timestamp() - event["created"]))
    log.info(
        "webhook.received", event_ref=event["id"], type=event["type"], result=result, secret=matched
    )
    return result


def _snapshot_event(body: bytes) -> dict[str, Any]:
    """Thin (v2) notifications and nonsense are refused, although Stripe signed them."""
    try:
        event = orjson.loads(body)
    except ValueError as error:
        log.warning("webhook.not_an_event")
        raise SignatureRefused from error
    if not is_snapshot(event):
        log.warning("webhook.not_an_event")
        raise SignatureRefused
    found: dict[str, Any] = event
    return found


async def store_event(work: Work, *, event: Mapping[str, Any], source: str) -> str:
    """`new`, `ignored` or `duplicate`."""
    is_ours = event["type"] in HANDLED
    added = await work.stripe_events.add_once(
        {
            "id": event["id"],
            "type": event["type"],
            "api_version": event.get("api_version"),
            "created_at": datetime.fromtimestamp(event["created"], UTC),
            "received_at": work.now,
            "state": WAITING if is_ours else IGNORED,
            "source": source,
            "body": essence(event) if is_ours else {},
        }
    )
    if not added:
        return "duplicate"
    if not is_ours:
        return "ignored"
    work.enqueue(APPLY_EVENT, EventMessage(event_id=event["id"]), key=event["id"])
    return "new"


async def apply_event(work: Work, *, event_id: str) -> None:
    """Acts on one stored event; a second run finds it done and does nothing.

    Whom it is about is held first, and the provider asked before anything is locked or changed. About somebody erased it says nothing.
    """
    event = await work.stripe_events.by_id(event_id)
    if event is None or event.state in {DONE, IGNORED}:
        return
    subject = about(event.type, event.body["data"]["object"])
    whose = await work.customers.whose(subject.customer_id, subject.subscription_id)
    is_living = whose is None or (not whose.is_pseudonym and await work.hold(whose.user_id))
    state = IGNORED
    if is_living:
        state = await _apply(work, event, subject, whose.user_id if whose else None)
    event = await work.stripe_events.by_id(event_id, lock=True)
    if event is None or event.state in {DONE, IGNORED}:
        return
    event.attempts += 1
    event.finished_at = work.now
    event.error = None
    event.state = state
    if not is_living:
        event.body = {}


async def _apply(work: Work, event: StripeEvent, subject: About, user_id: UUID | None) -> str:
    """Asks the provider first, in the person's turn. `event` is as it was read before."""
    if event.type == "customer.deleted" and subject.customer_id is not None:
        await close_customer(work, provider_id=subject.customer_id, cause=_cause(event))
        return DONE
    row = None
    if subject.subscription_id is not None and user_id is not None:
        row = await sync_subscription(
            work, user_id=user_id, provider_id=subject.subscription_id, cause=_cause(event)
        )
    if subject.session_id is not None:
        await close_session(work, provider_id=subject.session_id, status=subject.session_status)
    if subject.subscription_id is None:
        return DONE
    if user_id is None:
        log.warning("webhook.parked", event_ref=event.id, type=event.type)
        return PARKED
    if row is None:
        return IGNORED
    if event.type in {FAILED_TO_PAY, ACTION_REQUIRED}:
        await _tell_failure(work, row, event)
    return DONE


def _cause(event: StripeEvent) -> Cause:
    return Cause(event.type, event.id)


async def _tell_failure(work: Work, row: Subscription, event: StripeEvent) -> None:
    """Once per attempt at an invoice, however many events speak of it and in whatever order, and not when it was paid in the meantime."""
    invoice = event.body["data"]["object"]
    told = f"{invoice['id']}:{invoice['attempt_count']}"
    if row.failure_told == told or (row.open_invoice_url is None and row.status == "active"):
        return
    row.failure_told = told
    # The provider sends both events at one moment and promises no order: what the bank wants is said by whichever asks for it.
    must_confirm = await work.stripe_events.is_told_of(
        ACTION_REQUIRED,
        invoice_id=invoice["id"],
        attempt=invoice["attempt_count"],
        since=event.created_at - SAME_MOMENT,
    )
    work.emit(
        PaymentFailed(
            user_id=row.user_id,
            invoice_ref=invoice["number"] or invoice["id"],
            amount=MoneyAmount(
                amount_minor=invoice["amount_remaining"], currency=invoice["currency"].upper()
            ),
            hosted_invoice_url=invoice["hosted_invoice_url"],
            grace_until=row.grace_until,
            action_required=must_confirm,
        )
    )


async def give_up_event(work: Work, *, event_id: str, error: str) -> None:
    """The worker's last attempt failed: an administrator sees the class of the error and may replay."""
    event = await work.stripe_events.by_id(event_id, lock=True)
    if event is not None and event.state == WAITING:
        event.state, event.error, event.finished_at = FAILED, error, work.now


async def replay_event(work: Work, *, event_id: str) -> StripeEvent:
    event = await work.stripe_events.by_id(event_id, lock=True)
    if event is None:
        raise NotFound
    if event.state != IGNORED:
        event.state, event.error, event.finished_at = WAITING, None, None
        work.enqueue(APPLY_EVENT, EventMessage(event_id=event_id), key=event_id)
    return event
