from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.cars.forecast import Rate
from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.settings import Settings
from services.vehicles.storage.authorship import Authorship
from services.vehicles.storage.belongings import BELONGINGS
from services.vehicles.storage.care.drafts import DraftRepository, KnownDocumentRepository
from services.vehicles.storage.care.history import HistoryRepository
from services.vehicles.storage.care.maintenance import RecordRepository
from services.vehicles.storage.care.plans import PlanEntryRepository, PlanRepository
from services.vehicles.storage.care.reminders import (
    CalendarTokenRepository,
    OccurrenceRepository,
    ReminderRepository,
)
from services.vehicles.storage.cars.catalogue import BrandRepository, CarModelRepository
from services.vehicles.storage.cars.groups import GroupRepository
from services.vehicles.storage.cars.handovers import CarRows, PastVehicleRepository
from services.vehicles.storage.cars.members import MembershipRepository
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.storage.cars.odometer import ReadingRepository
from services.vehicles.storage.cars.offers import HandoverRepository, InvitationRepository
from services.vehicles.storage.cars.owners import OwnerPlanRepository, OwnerZoneRepository
from services.vehicles.storage.cars.phases import PhaseRepository
from services.vehicles.storage.cars.segments import SegmentRepository
from services.vehicles.storage.cars.trash import TrashRepository
from services.vehicles.storage.cars.vehicles import VehicleRepository
from services.vehicles.storage.retention import RETENTION
from shared.clock import Clock
from shared.db.unit_of_work import UnitOfWork

Follower = Callable[["Work", Vehicle, Sequence[Reading], Rate], Awaitable[None]]
"""What a wing works out anew when a car or its ledger has changed. The car's own wing does not know its followers.

It is handed the last reading of each day of the last three years, in metres travelled, oldest first.
"""


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which a car changes hands."""

    receiver: UUID
    include_costs: bool
    include_documents: bool


Heir = Callable[["Work", Vehicle, Terms], Awaitable[None]]
"""What a wing does with its own when a car goes to another owner; the rows that are left follow by themselves."""


class Work(UnitOfWork):
    belongings = BELONGINGS
    retention = RETENTION

    def __init__(
        self,
        session: AsyncSession,
        *,
        clock: Clock,
        settings: Settings,
        followers: Sequence[Follower] = (),
        heirs: Sequence[Heir] = (),
    ) -> None:
        super().__init__(session, clock=clock)
        self.settings = settings
        self.followers = followers
        self.heirs = heirs
        self.vehicles = VehicleRepository(session)
        self.memberships = MembershipRepository(session)
        self.authorship = Authorship(session)
        self.invitations = InvitationRepository(session)
        self.handovers = HandoverRepository(session)
        self.past_vehicles = PastVehicleRepository(session)
        self.car_rows = CarRows(session)
        self.trash = TrashRepository(session)
        self.phases = PhaseRepository(session)
        self.groups = GroupRepository(session)
        self.owners = OwnerZoneRepository(session)
        self.owner_plans = OwnerPlanRepository(session)
        self.readings = ReadingRepository(session)
        self.segments = SegmentRepository(session)
        self.judged: dict[UUID, tuple[OdometerReading, str | None]] = {}
        """Readings whose status this transaction has changed, and which it was before; told by `recompute`."""
        self.records = RecordRepository(session)
        self.plans = PlanRepository(session)
        self.plan_entries = PlanEntryRepository(session)
        self.drafts = DraftRepository(session)
        self.documents = KnownDocumentRepository(session)
        self.reminders = ReminderRepository(session)
        self.occurrences = OccurrenceRepository(session)
        self.calendar_tokens = CalendarTokenRepository(session)
        self.history = HistoryRepository(session)
        self.brands = BrandRepository(session)
        self.models = CarModelRepository(session)
