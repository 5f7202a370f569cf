from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.clients.mailer import Mailer
from services.notifications.clients.renderer import Renderer
from services.notifications.settings import Settings
from services.notifications.storage.belongings import BELONGINGS
from services.notifications.storage.contacts import ContactRepository
from services.notifications.storage.deliveries import DeliveryRepository
from services.notifications.storage.inbox import InboxRepository
from services.notifications.storage.preferences import PreferencesRepository
from services.notifications.storage.retention import RETENTION
from shared.clock import Clock
from shared.db.unit_of_work import UnitOfWork


class Work(UnitOfWork):
    belongings = BELONGINGS
    retention = RETENTION

    def __init__(
        self,
        session: AsyncSession,
        *,
        clock: Clock,
        settings: Settings,
        mailer: Mailer,
        renderer: Renderer,
    ) -> None:
        super().__init__(session, clock=clock)
        self.settings = settings
        self.mailer = mailer
        self.renderer = renderer
        self.contacts = ContactRepository(session)
        self.inbox = InboxRepository(session)
        self.deliveries = DeliveryRepository(session)
        self.preferences = PreferencesRepository(session)
