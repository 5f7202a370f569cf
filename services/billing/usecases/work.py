from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.clients.measures import Measures
from services.billing.clients.payments import Payments
from services.billing.settings import Settings
from services.billing.storage.belongings import BELONGINGS
from services.billing.storage.checkout_sessions import CheckoutSessionRepository
from services.billing.storage.customers import CustomerRepository
from services.billing.storage.entitlements import EntitlementRepository
from services.billing.storage.plans import PlanRepository
from services.billing.storage.retention import RETENTION
from services.billing.storage.stripe_events import StripeEventRepository
from services.billing.storage.subscriptions import SubscriptionRepository
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
        payments: Payments,
        measures: Measures,
    ) -> None:
        super().__init__(session, clock=clock)
        self.settings = settings
        self.payments = payments
        self.measures = measures
        self.plans = PlanRepository(session)
        self.customers = CustomerRepository(session)
        self.subscriptions = SubscriptionRepository(session)
        self.checkout_sessions = CheckoutSessionRepository(session)
        self.stripe_events = StripeEventRepository(session)
        self.entitlements = EntitlementRepository(session)
