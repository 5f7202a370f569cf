"""Everything that costs, of all wings: what is added here counts in costs, budgets and dashboards.

A new source is one function here, which names the columns of `BillSource` in their order, and its name in SPENT.
"""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.running.expenses import Category
from services.vehicles.domain.running.periods import Period
from services.vehicles.storage.care.maintenance import RecordRepository
from services.vehicles.storage.care.models import MaintenanceRecord
from services.vehicles.storage.running.bills import NO_CONTRACT, BillSource, of_expenses
from shared.access import Access
from shared.contracts.vehicles import RecordStatus

REPAIRS: Final = ("repair",)
TYRES: Final = ("tyres_wear", "tyre_rotation", "wheel_alignment_check")
"""Services of the reference list whose records are no plain maintenance."""


def of_records(
    session: AsyncSession, access: Access, vehicles: Collection[UUID], period: Period
) -> Select[Any]:
    """Completed work alone was paid; a refund is less than nothing."""
    category = case(
        (MaintenanceRecord.service_type.in_(REPAIRS), Category.REPAIR.value),
        (MaintenanceRecord.service_type.in_(TYRES), Category.TYRES.value),
        else_=Category.MAINTENANCE.value,
    )
    return select(
        MaintenanceRecord.vehicle_id,
        MaintenanceRecord.service_date,
        category,
        MaintenanceRecord.currency,
        MaintenanceRecord.cost_minor,
        *NO_CONTRACT,
    ).where(
        RecordRepository(session).is_allowed(access, May.SEE_COSTS),
        MaintenanceRecord.vehicle_id.in_(vehicles),
        MaintenanceRecord.status == RecordStatus.COMPLETED,
        MaintenanceRecord.cost_minor.is_not(None),
        MaintenanceRecord.service_date.between(period.first, period.last),
    )


SPENT: Final[tuple[BillSource, ...]] = (of_records, of_expenses)
