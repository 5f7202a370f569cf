from typing import Annotated, Any
from uuid import UUID

from services.ai.api.dependencies import InWork
from services.ai.storage.models import Conversation, Message
from services.ai.usecases.conversations import (
    count_all,
    open_conversation,
    read_conversation,
    read_message,
    remove_conversation,
    rename_conversation,
)
from shared.contracts.features import Feature
from shared.errors import NotFound
from shared.http.access import needs
from shared.http.errors import Spoken, problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Identifier, Line, Moment, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/ai-assistant/conversations", tags=["conversations"])
messages = Router(prefix="/api/ai-assistant/messages", tags=["conversations"])
MOST_RECENT = 10


class ConversationOut(AnswerModel):
    id: UUID
    title: str
    vehicle_id: UUID | None
    language: str
    created_at: Moment
    updated_at: Moment


class MessageOut(AnswerModel):
    id: UUID
    conversation_id: UUID
    role: str
    content: str
    meta: dict[str, Any]
    created_at: Moment


class StatsOut(AnswerModel):
    conversations: int
    messages: int


class NewConversation(RequestModel):
    title: Line = "…"
    vehicle_id: Identifier | None = None


class Rename(RequestModel):
    title: Line


Conversations = Annotated[
    ListQuery,
    listed_by(
        {"created_at": Conversation.created_at, "updated_at": Conversation.updated_at},
        default="-updated_at",
        search=(Conversation.title,),
    ),
]
BY_TIME = {"created_at": Message.id}
"""Ids grow with time."""
Thread = Annotated[ListQuery, listed_by(BY_TIME, default="created_at")]
Messages = Annotated[
    ListQuery, listed_by(BY_TIME, default="-created_at", search=(Message.content,))
]


@router.get("")
async def list_conversations(
    work: InWork, caller: CurrentCaller, listing: Conversations
) -> Page[ConversationOut]:
    return await listing.page(
        work.session,
        work.conversations.seen_by(caller.access),
        into=ConversationOut.model_validate,
    )


@router.post(
    "", status_code=201, openapi_extra=needs(Feature.AI_CHAT), responses=problems(NotFound)
)
async def create_conversation(
    body: NewConversation, work: InWork, caller: CurrentCaller, language: Spoken
) -> ConversationOut:
    opened = await open_conversation(
        work, access=caller.access, title=body.title, vehicle_id=body.vehicle_id, language=language
    )
    return ConversationOut.model_validate(opened)


@router.get("/recent")
async def recent_conversations(work: InWork, caller: CurrentCaller) -> list[ConversationOut]:
    statement = work.conversations.seen_by(caller.access).order_by(
        Conversation.updated_at.desc(), Conversation.id.desc()
    )
    rows = await work.session.scalars(statement.limit(MOST_RECENT))
    return [ConversationOut.model_validate(row) for row in rows]


@router.get("/stats")
async def conversation_stats(work: InWork, caller: CurrentCaller) -> StatsOut:
    return StatsOut.model_validate(await count_all(work, access=caller.access))


@router.get("/{conversation_id}", responses=problems(NotFound))
async def get_conversation(
    conversation_id: UUID, work: InWork, caller: CurrentCaller
) -> ConversationOut:
    found = await read_conversation(work, access=caller.access, conversation_id=conversation_id)
    return ConversationOut.model_validate(found)


@router.patch("/{conversation_id}", responses=problems(NotFound))
async def update_conversation(
    conversation_id: UUID, body: Rename, work: InWork, caller: CurrentCaller
) -> ConversationOut:
    found = await rename_conversation(
        work, access=caller.access, conversation_id=conversation_id, title=body.title
    )
    return ConversationOut.model_validate(found)


@router.put("/{conversation_id}", responses=problems(NotFound))
async def replace_conversation(
    conversation_id: UUID, body: Rename, work: InWork, caller: CurrentCaller
) -> ConversationOut:
    found = await rename_conversation(
        work, access=caller.access, conversation_id=conversation_id, title=body.title
    )
    return ConversationOut.model_validate(found)


@router.delete(
    "/{conversation_id}", status_code=204, responses=problems(NotFound), name="remove_conversation"
)
async def remove_one(conversation_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await remove_conversation(work, access=caller.access, conversation_id=conversation_id)


@router.get("/{conversation_id}/messages", responses=problems(NotFound))
async def list_conversation_messages(
    conversation_id: UUID, work: InWork, caller: CurrentCaller, listing: Thread
) -> Page[MessageOut]:
    found = await read_conversation(work, access=caller.access, conversation_id=conversation_id)
    return await listing.page(
        work.session,
        work.messages.of_conversation(caller.access, found.id),
        into=MessageOut.model_validate,
    )


@messages.get("")
async def list_messages(work: InWork, caller: CurrentCaller, listing: Messages) -> Page[MessageOut]:
    mine = work.messages.seen_by(caller.access)
    return await listing.page(work.session, mine, into=MessageOut.model_validate)


@messages.get("/{message_id}", responses=problems(NotFound))
async def get_message(message_id: UUID, work: InWork, caller: CurrentCaller) -> MessageOut:
    return MessageOut.model_validate(
        await read_message(work, access=caller.access, message_id=message_id)
    )
