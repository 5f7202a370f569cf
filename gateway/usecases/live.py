"""Live events: what happened to a person's things, shown to the pages they have open."""

from uuid import UUID

from gateway.storage.streams import LiveEvent
from gateway.usecases.work import Work
from shared.contracts.base import Event
from shared.ids import new_id


async def show(work: Work, *, user_id: UUID, event: Event) -> int:
    """Send the event to this person's open streams; answers how many there are."""
    kind = event.topic.partition(".")[2].rpartition(".v")[0]
    live = LiveEvent(event_id=str(new_id()), kind=kind, data=event.model_dump_json())
    return work.streams.send(user_id, live)
