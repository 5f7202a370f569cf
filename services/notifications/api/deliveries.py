from typing import Annotated, Self
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel

from services.notifications.api.dependencies import InWork
from services.notifications.domain.kinds import Channel, Kind
from services.notifications.domain.message import hide_address
from services.notifications.storage.models import Delivery, State
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment
from shared.http.pagination import Listing, Page
from shared.http.router import Router

router = Router(prefix="/api/deliveries", tags=["notifications"])


class DeliveryOut(AnswerModel):
    """What was sent, when, by which channel, with what result."""

    id: UUID
    type: Kind
    channel: Channel
    state: State
    address: str | None
    """Enough of it to recognise one's own."""
    attempts: int
    created_at: Moment
    finished_at: Moment | None

    @classmethod
    def of(cls, row: Delivery) -> Self:
        return cls(
            id=row.id,
            type=Kind(row.kind),
            channel=Channel(row.channel),
            state=State(row.state),
            address=hide_address(row.address) if row.address else None,
            attempts=row.attempts,
            created_at=row.created_at,
            finished_at=row.finished_at,
        )


class Wanted(BaseModel):
    """Which deliveries; all of what is not said."""

    channel: Channel | None = None
    state: State | None = None
    type: Kind | None = None


@router.get("")
async def list_deliveries(
    work: InWork, caller: CurrentCaller, listing: Listing, wanted: Annotated[Wanted, Depends()]
) -> Page[DeliveryOut]:
    return await listing.page(
        work.session,
        work.deliveries.chosen(
            caller.user, channel=wanted.channel, state=wanted.state, kind=wanted.type
        ),
        into=DeliveryOut.of,
        order_by={"created_at": Delivery.created_at},
        default="-created_at",
    )
