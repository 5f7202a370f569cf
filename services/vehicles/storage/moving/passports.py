"""Links by which anybody may read a car's passport until a day."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.base import Authored, Base
from services.vehicles.storage.moving.exports import CarExport
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.db.base import Identified


class PassportLink(Base, Identified, Authored):
    __tablename__ = "passport_link"
    __table_args__ = (Index("ix_passport_link_vehicle_id_created_at", "vehicle_id", "created_at"),)

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    export_id: Mapped[UUID] = mapped_column(
        ForeignKey("car_export.id", ondelete="CASCADE"), index=True
    )
    """The passport it shows."""
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    seen: Mapped[int]
    seen_at: Mapped[datetime | None]


class PassportLinkRepository(OfVehicleRepository[PassportLink]):
    model = PassportLink
    sees = May.EXPORT
    changes = May.EXPORT

    async def of_vehicle(self, vehicle_id: UUID, now: datetime) -> Sequence[PassportLink]:
        """Those that still open, the latest first; the caller may export the car."""
        statement = select(PassportLink).where(
            PassportLink.vehicle_id == vehicle_id, PassportLink.expires_at > now
        )
        ordered = statement.order_by(PassportLink.created_at.desc(), PassportLink.id)
        return (await self.session.scalars(ordered)).all()

    async def count_open(self, vehicle_id: UUID, now: datetime) -> int:
        statement = select(func.count()).where(
            PassportLink.vehicle_id == vehicle_id, PassportLink.expires_at > now
        )
        return (await self.session.scalar(statement)) or 0

    async def opened(self, digest: bytes, now: datetime) -> tuple[PassportLink, CarExport] | None:
        """Whosever it is: the token is the key."""
        statement = (
            select(PassportLink, CarExport)
            .join(CarExport, CarExport.id == PassportLink.export_id)
            .where(PassportLink.token_digest == digest, PassportLink.expires_at > now)
        )
        found = (await self.session.execute(statement)).one_or_none()
        return None if found is None else (found[0], found[1])

    async def forget(self, vehicle_id: UUID) -> None:
        """Whoever made them; the caller holds the car."""
        await self.session.execute(
            delete(PassportLink).where(PassportLink.vehicle_id == vehicle_id)
        )
