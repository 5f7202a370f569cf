"""Conversations and their messages; every read says for whom."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from services.ai.storage.models import Conversation, Message
from shared.access import Access
from shared.db.repository import Repository


class ConversationRepository(Repository[Conversation]):
    model = Conversation


class MessageRepository(Repository[Message]):
    model = Message

    def of_conversation(self, access: Access, conversation_id: UUID) -> Select[Any]:
        return self.seen_by(access).where(Message.conversation_id == conversation_id)

    async def last(self, access: Access, conversation_id: UUID, many: int) -> Sequence[Message]:
        """The newest `many`, oldest first."""
        found = await self.session.scalars(
            self.of_conversation(access, conversation_id).order_by(Message.id.desc()).limit(many)
        )
        return list(reversed(found.all()))

    async def count(self, access: Access, conversation_id: UUID) -> int:
        counted = select(func.count()).select_from(
            self.of_conversation(access, conversation_id).subquery()
        )
        return (await self.session.scalar(counted)) or 0
