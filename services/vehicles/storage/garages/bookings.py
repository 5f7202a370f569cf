from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Select,
    SmallInteger,
    and_,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.garages.bookings import HOLDING, OPEN, UNANSWERED, BookingState
from services.vehicles.domain.garages.openings import Stretch
from services.vehicles.domain.garages.slots import LONGEST
from services.vehicles.storage.base import Authored, Base, money_of
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.garages.garages import GarageRepository
from services.vehicles.storage.garages.models import Garage, GarageStaff
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.db.base import Identified, Timestamped, Versioned
from shared.money import Money


class Booking(Base, Identified, Timestamped, Versioned, Authored):
    """A car's time at a garage. `made_by` asked for it; what was agreed is kept as it was, whatever the garage changes later."""

    __tablename__ = "booking"
    __table_args__ = (
        Index("ix_booking_vehicle_id_starts_at", "vehicle_id", "starts_at", "id"),
        Index("ix_booking_garage_id_starts_at", "garage_id", "starts_at", "id"),
        Index(
            "ix_booking_held",
            "garage_id",
            "starts_at",
            postgresql_where=text("state IN ('pending', 'confirmed', 'in_progress')"),
        ),
        Index("ix_booking_waiting", "starts_at", postgresql_where=text("state = 'pending'")),
        Index("ix_booking_remind_at", "remind_at", postgresql_where=text("remind_at IS NOT NULL")),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    garage_id: Mapped[UUID] = mapped_column(ForeignKey("garage.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    timezone: Mapped[str]
    """The garage's when it was booked: its time is told in it."""
    state: Mapped[str]
    services: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """As they were offered: `{"id", "name", "service_type", "minutes", "price_minor", "currency"}`."""
    case_id: Mapped[UUID | None]
    """What is to be mended: the garage reads of it, and what comes of the booking names it."""
    note: Mapped[str | None]
    """The customer's own words, for the garage."""
    phone: Mapped[str | None]
    cancel_hours: Mapped[int] = mapped_column(SmallInteger)
    """The garage's rule when it was booked."""
    moved_by_garage: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Its present time is the garage's choice."""
    asked_at: Mapped[datetime]
    """Since when it waits for an answer, or did last."""
    confirmed_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Completed, cancelled, expired or not come."""
    ended_by: Mapped[str | None]
    """Which side did it: customer, garage, clock."""
    reason: Mapped[str | None]
    """Why the garage moved or cancelled it, or its customer."""
    price_minor: Mapped[int | None] = mapped_column(BigInteger)
    """The final one."""
    currency: Mapped[str | None]
    work_done: Mapped[str | None]
    mileage: Mapped[int | None] = mapped_column(BigInteger)
    """As the garage read it, in the car's own unit."""
    invoice_number: Mapped[str | None]
    draft_id: Mapped[UUID | None]
    """The record that was drafted of it."""
    remind_at: Mapped[datetime | None]
    """When its customer is to be reminded; None: not, or not any more."""
    in_calendar: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Its customer was sent an entry for their calendar."""
    sequence: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Of that entry."""

    @property
    def price(self) -> Money | None:
        return money_of(self.price_minor, self.currency)

    @property
    def stretch(self) -> Stretch:
        return Stretch(self.starts_at, self.ends_at)

    @property
    def notice(self) -> timedelta:
        return timedelta(hours=self.cancel_hours)


Around = tuple[Garage, Vehicle]
"""Where a booking is, and of which car."""


class BookingRepository(OfVehicleRepository[Booking]):
    """Seen from the car's side by whoever may book with it, and from the garage's by who works there (`of_garages`)."""

    model = Booking
    sees = May.BOOK
    changes = May.BOOK

    def of_garages(self, access: Access) -> Select[Booking]:
        """Those of the garages they work at."""
        works = GarageRepository(self.session).is_changed(access)
        theirs = select(Garage.id).where(works)
        return select(Booking).where(Booking.garage_id.in_(theirs))

    async def find_at_garage(self, access: Access, booking_id: UUID) -> Booking | None:
        statement = self.of_garages(access).where(Booking.id == booking_id)
        return (await self.session.scalars(statement)).one_or_none()

    async def held(self, booking_id: UUID) -> Booking | None:
        """Until the transaction ends, as it is now; the caller has seen it, and holds its car."""
        statement = select(Booking).where(Booking.id == booking_id).with_for_update()
        again = statement.execution_options(populate_existing=True)
        return (await self.session.scalars(again)).one_or_none()

    async def car_held(self, vehicle_id: UUID) -> Vehicle | None:
        """The car, for the garage that has a booking of it, wherever it is; beside others that leave it as it is."""
        statement = select(Vehicle).where(Vehicle.id == vehicle_id)
        return (await self.session.scalars(statement.with_for_update(read=True))).one_or_none()

    async def hold_days(self, garage_id: UUID, days: Iterable[date]) -> None:
        """One at a time gives away a bay of these days: in the order of the days, so that nobody waits for each other."""
        for day in sorted(set(days)):
            key = func.hashtextextended(f"booking:{garage_id}:{day}", 0)
            await self.session.execute(select(func.pg_advisory_xact_lock(key)))

    async def taken(
        self,
        garage_id: UUID,
        since: datetime,
        until: datetime,
        *,
        other_than: UUID | None = None,
    ) -> list[Stretch]:
        """What holds a bay between these moments."""
        statement = select(Booking.starts_at, Booking.ends_at).where(
            Booking.garage_id == garage_id,
            Booking.state.in_(HOLDING),
            Booking.starts_at.between(since - LONGEST, until),
            Booking.ends_at > since,
        )
        if other_than is not None:
            statement = statement.where(Booking.id != other_than)
        return [Stretch(*row) for row in await self.session.execute(statement)]

    async def ahead(self, garage_id: UUID, now: datetime) -> Sequence[Booking]:
        """Open ones that have not begun, in their order."""
        statement = select(Booking).where(
            Booking.garage_id == garage_id, Booking.state.in_(OPEN), Booking.starts_at > now
        )
        return (await self.session.scalars(statement.order_by(Booking.starts_at, Booking.id))).all()

    async def count_open(self, vehicle_id: UUID) -> int:
        """Of a car that its caller holds."""
        counted = select(func.count()).where(
            Booking.vehicle_id == vehicle_id, Booking.state.in_(OPEN)
        )
        return await self.session.scalar(counted) or 0

    async def open_of_vehicle(self, vehicle_id: UUID) -> Sequence[Booking]:
        """Held; the caller holds the car."""
        statement = select(Booking).where(Booking.vehicle_id == vehicle_id, Booking.state.in_(OPEN))
        held = statement.order_by(Booking.id).with_for_update()
        return (await self.session.scalars(held)).all()

    async def all_of_vehicle(self, vehicle_id: UUID) -> Sequence[Booking]:
        """Held; the caller holds the car."""
        statement = select(Booking).where(Booking.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement.order_by(Booking.id).with_for_update())).all()

    async def due(self, now: datetime, *, limit: int) -> Sequence[Any]:
        """Rows of (id, car's owner): requests that expire by now, and appointments to remind of."""
        waits = and_(
            Booking.state == BookingState.PENDING,
            or_(Booking.starts_at <= now, Booking.asked_at <= now - UNANSWERED),
        )
        statement = select(Booking.id, Booking.owner_id).where(or_(waits, Booking.remind_at <= now))
        return (await self.session.execute(statement.order_by(Booking.id).limit(limit))).all()

    async def people_at(self, garage_id: UUID) -> set[UUID]:
        """Its owner and who works there."""
        owner = select(Garage.owner_id).where(Garage.id == garage_id)
        staff = select(GarageStaff.account_id).where(
            GarageStaff.garage_id == garage_id, GarageStaff.joined_at.is_not(None)
        )
        found = await self.session.scalars(owner.union(staff))
        return {person for person in found if person is not None}

    async def garages(self, ids: Collection[UUID]) -> dict[UUID, Garage]:
        found = await self.session.scalars(select(Garage).where(Garage.id.in_(ids)))
        return {each.id: each for each in found}

    async def around(self, ids: Collection[UUID]) -> dict[UUID, Around]:
        """Of bookings that the caller sees, from either side."""
        statement = (
            select(Booking.id, Garage, Vehicle)
            .join(Garage, Garage.id == Booking.garage_id)
            .join(Vehicle, Vehicle.id == Booking.vehicle_id)
            .where(Booking.id.in_(ids))
        )
        rows = await self.session.execute(statement)
        return {id_: (garage, car) for id_, garage, car in rows}
