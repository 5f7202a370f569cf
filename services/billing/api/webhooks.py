from typing import Annotated, Self

from fastapi import Header, Path, Request

from services.billing.api.dependencies import InWork
from services.billing.errors import SignatureRefused, WebhooksClosed
from services.billing.storage.models import StripeEvent
from services.billing.storage.stripe_events import FAILED, PARKED, WAITING
from services.billing.usecases.webhooks import receive_event, replay_event
from shared.errors import NotFound, PayloadTooLarge
from shared.http.access import admin_only, public
from shared.http.errors import problems
from shared.http.models import AnswerModel, Moment
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(tags=["billing"])
admin_router = Router(prefix="/api/webhooks/events", tags=["billing"])

LARGEST_BODY = 1_000_000
EventRef = Annotated[str, Path(max_length=200, pattern=r"^evt_[A-Za-z0-9_]+$")]


class ReceiptOut(AnswerModel):
    """new, duplicate or ignored."""

    received: str


class StoredEventOut(AnswerModel):
    """What came in, without its payload; `error` is the class of the failure."""

    id: str
    type: str
    state: str
    source: str
    api_version: str | None
    created_at: Moment
    received_at: Moment
    finished_at: Moment | None
    attempts: int
    error: str | None

    @classmethod
    def of(cls, row: StripeEvent) -> Self:
        return cls(
            id=row.id,
            type=row.type,
            state=row.state,
            source=row.source,
            api_version=row.api_version,
            created_at=row.created_at,
            received_at=row.received_at,
            finished_at=row.finished_at,
            attempts=row.attempts,
            error=row.error,
        )


@router.post(
    "/api/webhooks/stripe",
    openapi_extra=public(),
    responses=problems(SignatureRefused, PayloadTooLarge, WebhooksClosed),
)
@router.post("/webhooks/stripe", openapi_extra=public(), name="receive_stripe_event_short")
async def receive_stripe_event(
    request: Request,
    work: InWork,
    stripe_signature: Annotated[str, Header(max_length=2000)] = "",
) -> ReceiptOut:
    """Stripe's door. The signature over the raw bytes is the proof, not the content type."""
    body = await _raw_body(request)
    return ReceiptOut(received=await receive_event(work, body=body, signature=stripe_signature))


async def _raw_body(request: Request) -> bytes:
    """As it came, and no more of it than we accept."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise PayloadTooLarge
        parts.append(part)
    return b"".join(parts)


StoredEvents = Annotated[
    ListQuery,
    listed_by(
        {"created_at": StripeEvent.created_at, "received_at": StripeEvent.received_at},
        default="-created_at",
        search=(StripeEvent.type,),
    ),
]


@admin_router.get("", openapi_extra=admin_only())
async def list_stored_events(work: InWork, listing: StoredEvents) -> Page[StoredEventOut]:
    return await listing.page(
        work.session,
        work.stripe_events.list(),
        into=StoredEventOut.of,
    )


@admin_router.get("/unprocessed", openapi_extra=admin_only())
async def list_unprocessed_events(work: InWork, listing: StoredEvents) -> Page[StoredEventOut]:
    return await listing.page(
        work.session,
        work.stripe_events.list(WAITING, PARKED),
        into=StoredEventOut.of,
    )


@admin_router.get("/errors", openapi_extra=admin_only())
async def list_failed_events(work: InWork, listing: StoredEvents) -> Page[StoredEventOut]:
    return await listing.page(
        work.session,
        work.stripe_events.list(FAILED),
        into=StoredEventOut.of,
    )


@admin_router.get("/{event_id}", openapi_extra=admin_only(), responses=problems(NotFound))
async def read_stored_event(event_id: EventRef, work: InWork) -> StoredEventOut:
    row = await work.stripe_events.by_id(event_id)
    if row is None:
        raise NotFound
    return StoredEventOut.of(row)


@admin_router.post(
    "/{event_id}/replay", status_code=202, openapi_extra=admin_only(), responses=problems(NotFound)
)
async def replay_stored_event(event_id: EventRef, work: InWork) -> StoredEventOut:
    """Applies it again; safe, because the provider is asked for the truth."""
    return StoredEventOut.of(await replay_event(work, event_id=event_id))
