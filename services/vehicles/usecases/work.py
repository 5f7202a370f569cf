from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.settings import Settings
from services.vehicles.storage.belongings import BELONGINGS
from services.vehicles.storage.catalogue import BrandRepository, CarModelRepository
from services.vehicles.storage.drafts import DraftRepository, KnownDocumentRepository
from services.vehicles.storage.history import HistoryRepository
from services.vehicles.storage.maintenance import RecordRepository
from services.vehicles.storage.odometer import ReadingRepository
from services.vehicles.storage.plans import PlanRepository
from services.vehicles.storage.reminders import (
    CalendarTokenRepository,
    OccurrenceRepository,
    ReminderRepository,
)
from services.vehicles.storage.vehicles import VehicleRepository
from shared.clock import Clock
from shared.db.unit_of_work import UnitOfWork


class Work(UnitOfWork):
    belongings = BELONGINGS

    def __init__(self, session: AsyncSession, *, clock: Clock, settings: Settings) -> None:
        super().__init__(session, clock=clock)
        self.settings = settings
        self.vehicles = VehicleRepository(session)
        self.readings = ReadingRepository(session)
        self.records = RecordRepository(session)
        self.plans = PlanRepository(session)
        self.drafts = DraftRepository(session)
        self.documents = KnownDocumentRepository(session)
        self.reminders = ReminderRepository(session)
        self.occurrences = OccurrenceRepository(session)
        self.calendar_tokens = CalendarTokenRepository(session)
        self.history = HistoryRepository(session)
        self.brands = BrandRepository(session)
        self.models = CarModelRepository(session)
