"""Whether somebody has been at a garage: the one question of reviews to bookings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.garages.bookings import BookingState
from services.vehicles.storage.garages.bookings import Booking
from shared.access import Access


class VisitRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def last_completed(self, access: Access, garage_id: UUID) -> datetime | None:
        """When this person's last booking there was completed: of whoever booked, whosever the car is."""
        statement = select(func.max(Booking.ended_at)).where(
            Booking.garage_id == garage_id,
            Booking.made_by == access.person,
            Booking.state == BookingState.COMPLETED,
        )
        return await self.session.scalar(statement)
