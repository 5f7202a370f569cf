"""Links by which somebody without an account writes something down for one car."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.cars.roles import May
from services.vehicles.storage.base import Authored, Base
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.db.base import Identified


class GuestLink(Base, Identified, Authored):
    __tablename__ = "guest_link"
    __table_args__ = (Index("ix_guest_link_vehicle_id_created_at", "vehicle_id", "created_at"),)

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    label: Mapped[str]
    """What the history calls whoever uses it."""
    allows: Mapped[list[str]]
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    until: Mapped[date]
    """The last of the car's days on which it works."""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used: Mapped[int]
    used_at: Mapped[datetime | None]
    hour_since: Mapped[datetime | None]
    """When the hour began in which `hour_used` entries were made."""
    hour_used: Mapped[int]


class GuestLinkRepository(OfVehicleRepository[GuestLink]):
    """Made and ended by whoever decides who else has to do with the car."""

    model = GuestLink
    sees = May.MANAGE_MEMBERS
    changes = May.MANAGE_MEMBERS

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[GuestLink]:
        """The latest first; the caller may manage the car's members."""
        statement = select(GuestLink).where(GuestLink.vehicle_id == vehicle_id)
        ordered = statement.order_by(GuestLink.created_at.desc(), GuestLink.id)
        return (await self.session.scalars(ordered)).all()

    async def count_open(self, vehicle_id: UUID, today: date) -> int:
        statement = select(func.count()).where(
            GuestLink.vehicle_id == vehicle_id,
            GuestLink.revoked_at.is_(None),
            GuestLink.until >= today,
        )
        return (await self.session.scalar(statement)) or 0

    async def by_digest(self, digest: bytes) -> GuestLink | None:
        """Whosever it is: the token is the key."""
        statement = select(GuestLink).where(GuestLink.token_digest == digest)
        return (await self.session.scalars(statement)).one_or_none()

    async def again(self, link: GuestLink) -> GuestLink:
        """The same, locked, as it stands now that its car is held."""
        await self.session.refresh(link, with_for_update=True)
        return link

    async def forget(self, vehicle_id: UUID) -> None:
        """Whoever made them; the caller holds the car."""
        await self.session.execute(delete(GuestLink).where(GuestLink.vehicle_id == vehicle_id))
