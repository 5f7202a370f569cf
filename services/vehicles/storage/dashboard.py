"""What waits for somebody, counted for any number of cars in one statement."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import String, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.cars.odometer import ReadingStatus
from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.care.drafts import DraftRepository
from services.vehicles.storage.care.models import MaintenanceDraft, Reminder
from services.vehicles.storage.care.reminders import ReminderRepository
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.storage.cars.odometer import ReadingRepository
from services.vehicles.storage.cars.vehicles import VehicleRepository
from shared.access import Access


class Waiting(StrEnum):
    READINGS = "quarantined_readings"
    DRAFTS = "pending_drafts"
    COSTS = "sees_costs"
    """1 where they may see what the car costs."""


class DashboardRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def waiting(
        self, access: Access, vehicles: Collection[UUID]
    ) -> dict[UUID, dict[Waiting, int]]:
        """For each car where there is anything. A kind that joins is one more part of the union."""
        readings = ReadingRepository(self.session)
        drafts = DraftRepository(self.session)
        doubted = OdometerReading.status == ReadingStatus.QUARANTINED
        pending = MaintenanceDraft.status == "PENDING"
        costs = VehicleRepository(self.session).is_allowed(access, May.SEE_COSTS)
        parts = [
            (Waiting.READINGS, OdometerReading.vehicle_id, (readings.is_seen(access), doubted)),
            (Waiting.DRAFTS, MaintenanceDraft.vehicle_id, (drafts.is_seen(access), pending)),
            (Waiting.COSTS, Vehicle.id, (costs,)),
        ]
        counted: list[Any] = [
            select(literal(what.value, String), vehicle, func.count())
            .where(vehicle.in_(vehicles), *conditions)
            .group_by(vehicle)
            for what, vehicle, conditions in parts
        ]
        found: dict[UUID, dict[Waiting, int]] = {}
        for what, vehicle_id, count in await self.session.execute(union_all(*counted)):
            found.setdefault(vehicle_id, {})[Waiting(what)] = int(count)
        return found

    async def reminders(self, access: Access, vehicles: Collection[UUID]) -> Sequence[Reminder]:
        """The active ones, the nearest first."""
        statement = (
            ReminderRepository(self.session)
            .seen_by(access)
            .where(Reminder.vehicle_id.in_(vehicles), Reminder.status == "ACTIVE")
            .order_by(Reminder.forecast_on.asc().nulls_last(), Reminder.id)
        )
        return (await self.session.scalars(statement)).all()
