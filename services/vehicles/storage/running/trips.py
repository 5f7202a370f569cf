from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Select, delete, text
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.running.periods import Period
from services.vehicles.storage.base import Authored, Base, Metres, Synced
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.db.base import Identified, Timestamped, Versioned


class Trip(Base, Identified, Timestamped, Versioned, Authored, Synced):
    """A way driven on a day, by the odometer at its ends or by its length."""

    __tablename__ = "trip"
    __table_args__ = (
        Index("ix_trip_vehicle_id_changed_in", "vehicle_id", "changed_in"),
        Index("ix_trip_vehicle_id_day", "vehicle_id", "day", "id"),
        Index("ix_trip_trashed", "trashed_at", postgresql_where=text("trashed_at IS NOT NULL")),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    day: Mapped[date]
    start_metres: Mapped[int | None] = mapped_column(Metres)
    """As its cluster showed it then."""
    end_metres: Mapped[int | None] = mapped_column(Metres)
    distance_metres: Mapped[int] = mapped_column(Metres)
    business: Mapped[bool]
    purpose: Mapped[str]
    from_place: Mapped[str | None]
    to_place: Mapped[str | None]
    note: Mapped[str | None]
    trashed_at: Mapped[datetime | None]


class TripRepository(OfVehicleRepository[Trip]):
    model = Trip
    sees = May.READ_FILLS
    changes = May.CHANGE_FILL

    def listed(
        self,
        access: Access,
        *,
        vehicle_id: UUID | None = None,
        business: bool | None = None,
        period: Period | None = None,
        is_trashed: bool = False,
    ) -> Select[Trip]:
        trashed = Trip.trashed_at
        statement = self.seen_by(access).where(
            trashed.is_not(None) if is_trashed else trashed.is_(None)
        )
        if vehicle_id is not None:
            statement = statement.where(Trip.vehicle_id == vehicle_id)
        if business is not None:
            statement = statement.where(Trip.business.is_(business))
        if period is not None:
            statement = statement.where(Trip.day.between(period.first, period.last))
        return statement

    async def of_year(self, access: Access, vehicle_id: UUID, year: int) -> Sequence[Trip]:
        """Those they may see: a driver their own."""
        period = Period(date(year, 1, 1), date(year, 12, 31))
        found = self.listed(access, vehicle_id=vehicle_id, period=period)
        return (await self.session.scalars(found.order_by(Trip.day, Trip.id))).all()

    async def remove_all(self, vehicle_id: UUID) -> None:
        """The caller holds the car."""
        await self.session.execute(delete(Trip).where(Trip.vehicle_id == vehicle_id))
