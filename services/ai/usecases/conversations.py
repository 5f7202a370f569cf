"""Conversations as things: open an empty one, rename, delete, count."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from services.ai.storage.models import Conversation, Message
from services.ai.usecases.work import Work
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Totals:
    conversations: int
    messages: int


async def open_conversation(
    work: Work, *, owner_id: UUID, title: str, vehicle_id: UUID | None, language: Language
) -> Conversation:
    """NotFound for a car that is not the caller's."""
    if vehicle_id is not None and await work.cars.owned(owner_id, vehicle_id) is None:
        raise NotFound(pointer="/vehicle_id")
    opened = Conversation(
        id=new_id(),
        owner_id=owner_id,
        vehicle_id=vehicle_id,
        title=title,
        language=language.value,
        created_at=work.now,
        updated_at=work.now,
    )
    work.conversations.add(opened)
    await work.flush()
    return opened


async def read_conversation(
    work: Work, *, owner_id: UUID, conversation_id: UUID, lock: bool = False
) -> Conversation:
    found = await work.conversations.owned(owner_id, conversation_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def rename_conversation(
    work: Work, *, owner_id: UUID, conversation_id: UUID, title: str
) -> Conversation:
    found = await read_conversation(
        work, owner_id=owner_id, conversation_id=conversation_id, lock=True
    )
    found.title = title
    found.updated_at = work.now
    return found


async def delete_conversation(work: Work, *, owner_id: UUID, conversation_id: UUID) -> None:
    """Its messages go with it."""
    await work.conversations.remove(
        await read_conversation(work, owner_id=owner_id, conversation_id=conversation_id, lock=True)
    )


async def read_message(work: Work, *, owner_id: UUID, message_id: UUID) -> Message:
    found = await work.messages.owned(owner_id, message_id)
    if found is None:
        raise NotFound
    return found


async def count_all(work: Work, *, owner_id: UUID) -> Totals:
    conversations = await work.conversations.count_of_owner(owner_id)
    messages = await work.session.scalar(select(func.count()).where(Message.owner_id == owner_id))
    return Totals(conversations, messages or 0)
