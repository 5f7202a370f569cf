from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.clients.printer import Printer
from services.vehicles.clients.recalls import RecallFeeds
from services.vehicles.domain.cars.dues import FallsDue
from services.vehicles.domain.cars.forecast import Rate
from services.vehicles.domain.cars.odometer import Reading
from services.vehicles.settings import Settings
from services.vehicles.storage.authorship import Authorship
from services.vehicles.storage.belongings import BELONGINGS
from services.vehicles.storage.care.books import CareBookRepository
from services.vehicles.storage.care.diagnostics import CaseRepository, ReplyRepository
from services.vehicles.storage.care.drafts import DraftRepository, KnownDocumentRepository
from services.vehicles.storage.care.maintenance import RecordRepository
from services.vehicles.storage.care.notices import (
    NoticeRepository,
    ReadingRequestRepository,
    ReminderPreferenceRepository,
)
from services.vehicles.storage.care.obligations import ObligationRepository
from services.vehicles.storage.care.plans import PlanEntryRepository, PlanRepository
from services.vehicles.storage.care.recalls import RecallCampaignRepository, RecallMatchRepository
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
from services.vehicles.storage.cars.standing import StandingRepository
from services.vehicles.storage.cars.trash import TrashRepository
from services.vehicles.storage.cars.vehicles import VehicleRepository
from services.vehicles.storage.client_ids import ClientIdRepository
from services.vehicles.storage.dashboard import DashboardRepository
from services.vehicles.storage.garages.availability import (
    OpeningExceptionRepository,
    OpeningSpanRepository,
)
from services.vehicles.storage.garages.bookings import BookingRepository
from services.vehicles.storage.garages.claims import ClaimRepository, GarageAuditRepository
from services.vehicles.storage.garages.garages import GarageRepository
from services.vehicles.storage.garages.nearby import NearbyRepository
from services.vehicles.storage.garages.reviews import ReportRepository, ReviewRepository
from services.vehicles.storage.garages.services import GarageServiceRepository
from services.vehicles.storage.garages.staff import GarageStaffRepository
from services.vehicles.storage.garages.visits import VisitRepository
from services.vehicles.storage.moving.books import BookRepository
from services.vehicles.storage.moving.exports import ExportRepository, ReceiptRepository
from services.vehicles.storage.moving.guests import GuestLinkRepository
from services.vehicles.storage.moving.import_profiles import ProfileRepository
from services.vehicles.storage.moving.import_rows import RowRepository
from services.vehicles.storage.moving.imports import (
    ImportRepository,
    PartRepository,
    SourceRepository,
)
from services.vehicles.storage.moving.passports import PassportLinkRepository
from services.vehicles.storage.moving.sheets import SheetRepository
from services.vehicles.storage.moving.there import ThereRepository
from services.vehicles.storage.retention import RETENTION
from services.vehicles.storage.running.bills import BillRepository
from services.vehicles.storage.running.budgets import BudgetRepository
from services.vehicles.storage.running.exchange_rates import ExchangeRateRepository
from services.vehicles.storage.running.expenses import ExpenseRepository
from services.vehicles.storage.running.fills import FillRepository
from services.vehicles.storage.running.tariffs import TariffRepository
from services.vehicles.storage.running.trips import TripRepository
from services.vehicles.storage.running.tyre_sets import TyreSetRepository
from services.vehicles.storage.running.value_points import ValuePointRepository
from services.vehicles.storage.search import SearchRepository
from services.vehicles.storage.spent import SPENT
from services.vehicles.storage.sync import ChangeRepository
from services.vehicles.storage.timeline import TimelineRepository
from shared.clock import Clock
from shared.db.repositories import repository
from shared.db.unit_of_work import UnitOfWork
from shared.money import Money

Follower = Callable[["Work", Vehicle, Sequence[Reading], Rate], Awaitable[None]]
"""What a wing works out anew when a car or its ledger has changed. The car's own wing does not know its followers.

It is handed the last reading of each day of the last quarter and of each week of three years, in metres travelled, oldest first.
"""

DuesOf = Callable[["Work", Vehicle], Awaitable[Sequence[FallsDue]]]
"""What of a wing's falls due for a car, and when: told of a rehearsed change, before and after."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which a car changes hands."""

    receiver: UUID
    include_costs: bool
    include_documents: bool


Heir = Callable[["Work", Vehicle, Terms], Awaitable[None]]
"""What a wing does with its own when a car goes to another owner; the rows that are left follow by themselves."""


@dataclass(frozen=True, slots=True)
class WorkDone:
    """What a garage says it has done to a car, for which somebody booked."""

    booking_id: UUID
    case_id: UUID | None
    garage_id: UUID
    garage: str
    done_on: date
    services: tuple[str, ...]
    """Ids of the reference list, of those that are in it."""
    title: str | None
    description: str | None
    price: Money
    mileage: int | None
    """In the car's own unit."""
    invoice_number: str | None


Drafter = Callable[["Work", Vehicle, WorkDone], Awaitable[UUID]]
"""What a wing proposes to a car's people of work that a garage has done; the id of the proposal."""


@dataclass(frozen=True, slots=True)
class Wings:
    """What a wing does when something happens in another, named in `main.py`: the wings do not know each other."""

    followers: Sequence[Follower] = ()
    heirs: Sequence[Heir] = ()
    dues: Sequence[DuesOf] = ()
    drafters: Sequence[Drafter] = ()


NOBODY = Wings()


@dataclass(frozen=True, slots=True)
class Clients:
    feeds: RecallFeeds
    printer: Printer


class Work(UnitOfWork):
    belongings = BELONGINGS
    retention = RETENTION

    vehicles = repository(VehicleRepository)
    standings = repository(StandingRepository)
    memberships = repository(MembershipRepository)
    authorship = repository(Authorship)
    invitations = repository(InvitationRepository)
    handovers = repository(HandoverRepository)
    past_vehicles = repository(PastVehicleRepository)
    car_rows = repository(CarRows)
    trash = repository(TrashRepository)
    phases = repository(PhaseRepository)
    groups = repository(GroupRepository)
    owners = repository(OwnerZoneRepository)
    owner_plans = repository(OwnerPlanRepository)
    readings = repository(ReadingRepository)
    fills = repository(FillRepository)
    tariffs = repository(TariffRepository)
    segments = repository(SegmentRepository)
    records = repository(RecordRepository)
    plans = repository(PlanRepository)
    plan_entries = repository(PlanEntryRepository)
    care_books = repository(CareBookRepository)
    drafts = repository(DraftRepository)
    documents = repository(KnownDocumentRepository)
    cases = repository(CaseRepository)
    replies = repository(ReplyRepository)
    reminders = repository(ReminderRepository)
    obligations = repository(ObligationRepository)
    campaigns = repository(RecallCampaignRepository)
    recalls = repository(RecallMatchRepository)
    occurrences = repository(OccurrenceRepository)
    notices = repository(NoticeRepository)
    reminder_preferences = repository(ReminderPreferenceRepository)
    reading_requests = repository(ReadingRequestRepository)
    calendar_tokens = repository(CalendarTokenRepository)
    timeline = repository(TimelineRepository)
    changes = repository(ChangeRepository)
    dashboard = repository(DashboardRepository)
    search = repository(SearchRepository)
    expenses = repository(ExpenseRepository)
    trips = repository(TripRepository)
    tyre_sets = repository(TyreSetRepository)
    value_points = repository(ValuePointRepository)
    budgets = repository(BudgetRepository)
    exchange_rates = repository(ExchangeRateRepository)
    client_ids = repository(ClientIdRepository)
    brands = repository(BrandRepository)
    models = repository(CarModelRepository)
    imports = repository(ImportRepository)
    import_parts = repository(PartRepository)
    import_rows = repository(RowRepository)
    import_sources = repository(SourceRepository)
    import_profiles = repository(ProfileRepository)
    there = repository(ThereRepository)
    garages = repository(GarageRepository)
    nearby = repository(NearbyRepository)
    garage_claims = repository(ClaimRepository)
    garage_audit = repository(GarageAuditRepository)
    visits = repository(VisitRepository)
    reviews = repository(ReviewRepository)
    review_reports = repository(ReportRepository)
    garage_services = repository(GarageServiceRepository)
    garage_staff = repository(GarageStaffRepository)
    opening_spans = repository(OpeningSpanRepository)
    opening_exceptions = repository(OpeningExceptionRepository)
    bookings = repository(BookingRepository)
    sheets = repository(SheetRepository)
    books = repository(BookRepository)
    car_exports = repository(ExportRepository)
    receipts = repository(ReceiptRepository)
    guest_links = repository(GuestLinkRepository)
    passport_links = repository(PassportLinkRepository)
    bills = repository(lambda session: BillRepository(session, SPENT))

    def __init__(
        self,
        session: AsyncSession,
        *,
        clock: Clock,
        settings: Settings,
        wings: Wings = NOBODY,
        clients: Clients | None = None,
    ) -> None:
        super().__init__(session, clock=clock)
        self.settings = settings
        self.followers = wings.followers
        self.heirs = wings.heirs
        self.dues = wings.dues
        self.drafters = wings.drafters
        self._clients = clients
        self.judged: dict[UUID, tuple[OdometerReading, str | None]] = {}
        """Readings whose status this transaction has changed, and which it was before; `recompute` tells of them."""
        self.told: dict[UUID, tuple[OdometerReading, str | None]] = {}

    @property
    def clients(self) -> Clients:
        if self._clients is None:
            raise RuntimeError("main hands them to whoever goes outside")
        return self._clients

    async def attempt(self, do: Callable[[], Awaitable[bool]]) -> bool:
        """What a failed part judged is not told by the next."""
        is_well = await super().attempt(do)
        self.judged.clear()
        self.told.clear()
        return is_well
