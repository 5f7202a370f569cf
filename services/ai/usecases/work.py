"""What ai's use cases may touch. Answers that wait for a model take a Desk instead of a Work: it opens short works of its own,
so that no transaction is ever open while a model thinks.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.ai.clients.llm import Llm
from services.ai.settings import Settings
from services.ai.storage.belongings import BELONGINGS
from services.ai.storage.cars import CarRepository
from services.ai.storage.conversations import ConversationRepository, MessageRepository
from services.ai.storage.retention import RETENTION
from services.ai.storage.usage import UsageRepository
from shared.clock import Clock
from shared.db.unit_of_work import UnitOfWork


class Work(UnitOfWork):
    belongings = BELONGINGS
    retention = RETENTION

    def __init__(self, session: AsyncSession, *, clock: Clock, settings: Settings) -> None:
        super().__init__(session, clock=clock)
        self.settings = settings
        self.cars = CarRepository(session)
        self.conversations = ConversationRepository(session)
        self.messages = MessageRepository(session)
        self.usage = UsageRepository(session)


@dataclass(frozen=True, slots=True)
class Desk:
    open_work: Callable[[], AbstractAsyncContextManager[Work]]
    llm: Llm
