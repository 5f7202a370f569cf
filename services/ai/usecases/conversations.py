"""Conversations as things: open an empty one, rename, delete, count."""

from dataclasses import dataclass
from uuid import UUID

from services.ai.storage.models import Conversation, Message
from services.ai.usecases.work import Work
from shared.access import Access
from shared.contracts.base import Language
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Totals:
    conversations: int
    messages: int


async def open_conversation(
    work: Work, *, access: Access, title: str, vehicle_id: UUID | None, language: Language
) -> Conversation:
    """NotFound for a car that is not the caller's."""
    if vehicle_id is not None:
        await work.cars.one_seen(access, vehicle_id, pointer="/vehicle_id")
    opened = Conversation(
        id=new_id(),
        owner_id=access.person,
        vehicle_id=vehicle_id,
        title=title,
        language=language.value,
        created_at=work.now,
        updated_at=work.now,
    )
    work.conversations.add(opened)
    await work.flush()
    return opened


async def read_conversation(work: Work, *, access: Access, conversation_id: UUID) -> Conversation:
    return await work.conversations.one_seen(access, conversation_id)


async def rename_conversation(
    work: Work, *, access: Access, conversation_id: UUID, title: str
) -> Conversation:
    found = await work.conversations.one_changed(access, conversation_id)
    found.title = title
    found.updated_at = work.now
    return found


async def remove_conversation(work: Work, *, access: Access, conversation_id: UUID) -> None:
    """Its messages go with it."""
    await work.conversations.remove(await work.conversations.one_changed(access, conversation_id))


async def read_message(work: Work, *, access: Access, message_id: UUID) -> Message:
    return await work.messages.one_seen(access, message_id)


async def count_all(work: Work, *, access: Access) -> Totals:
    return Totals(
        await work.conversations.count_owned(access.person),
        await work.messages.count_owned(access.person),
    )
