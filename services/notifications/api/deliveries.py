from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from services.notifications.api.dependencies import InWork
from services.notifications.domain.kinds import Channel, Kind
from services.notifications.domain.message import hide_address
from services.notifications.storage.models import Delivery, State
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment
from shared.http.pagination import ListQuery, Page, listed_by
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


Deliveries = Annotated[
    ListQuery, listed_by({"created_at": Delivery.created_at}, default="-created_at")
]


@router.get("")
async def list_deliveries(
    work: InWork,
    caller: CurrentCaller,
    listing: Deliveries,
    *,
    channel: Annotated[Channel | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
    kind: Annotated[Kind | None, Query(alias="type")] = None,
) -> Page[DeliveryOut]:
    mine = work.deliveries.chosen(caller.access, channel=channel, state=state, kind=kind)
    return await listing.page(work.session, mine, into=DeliveryOut.of)
