from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.storage.base import Authored, Base, Metres, money_of
from shared.db.base import Identified, Timestamped, Versioned
from shared.money import Money


class Vehicle(Base, Identified, Timestamped, Versioned):
    __tablename__ = "vehicle"
    __table_args__ = (
        Index(
            "uq_vehicle_owner_id_vin",
            "owner_id",
            "vin",
            unique=True,
            postgresql_where=text("trashed_at IS NULL"),
        ),
        Index("ix_vehicle_trashed", "owner_id", postgresql_where=text("trashed_at IS NOT NULL")),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    make: Mapped[str]
    model: Mapped[str]
    year: Mapped[int | None]
    plate: Mapped[str | None]
    """As its owner writes it."""
    plate_key: Mapped[str | None]
    """As plates are compared."""
    vin: Mapped[str | None]
    color: Mapped[str | None]
    fuel_type: Mapped[str | None]
    transmission: Mapped[str | None]
    distance_unit: Mapped[str] = mapped_column(default="km")
    purchased_on: Mapped[date | None]
    purchase_minor: Mapped[int | None] = mapped_column(BigInteger)
    purchase_currency: Mapped[str | None]
    first_registered_on: Mapped[date | None]
    country: Mapped[str | None]
    custom_fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    odometer_metres: Mapped[int | None] = mapped_column(Metres)
    odometer_on: Mapped[date | None]
    metres_a_year: Mapped[int | None] = mapped_column(BigInteger)
    lifecycle: Mapped[str] = mapped_column(default="active", server_default="active")
    lifecycle_since: Mapped[date | None]
    """None: since it was entered here."""
    tags: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    group_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("vehicle_group.id", ondelete="SET NULL"), index=True
    )
    photo_id: Mapped[UUID | None] = mapped_column(index=True)
    """A document of its owner."""
    trashed_at: Mapped[datetime | None]
    """Since when it is in the trash: nobody sees it or what belongs to it, until it is taken out or purged."""

    @property
    def purchase_price(self) -> Money | None:
        return money_of(self.purchase_minor, self.purchase_currency)

    @property
    def name(self) -> str:
        return f"{self.make} {self.model}"


class VehicleGroup(Base, Identified, Timestamped):
    """How an owner sorts many cars: a branch, a team."""

    __tablename__ = "vehicle_group"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    owner_id: Mapped[UUID]
    name: Mapped[str]


class VehiclePhase(Base, Identified, Authored):
    """Each change of a car's lifecycle, with the day it counts from."""

    __tablename__ = "vehicle_phase"
    __table_args__ = (Index("ix_vehicle_phase_vehicle_id_since", "vehicle_id", "since"),)

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    lifecycle: Mapped[str]
    since: Mapped[date]
    note: Mapped[str | None]
    created_at: Mapped[datetime]


class Membership(Base):
    """Somebody else than its owner with whom a car is shared, and as what."""

    __tablename__ = "membership"

    vehicle_id: Mapped[UUID] = mapped_column(
        ForeignKey("vehicle.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    role: Mapped[str]
    documents_visible: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    costs_visible: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime]


class OwnerZone(Base):
    """Where an owner's day is: a copy of what auth says of them, for what is done when they are not asking."""

    __tablename__ = "owner_zone"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    """The account's."""
    timezone: Mapped[str] = mapped_column(index=True)


class OdometerReading(Base, Identified, Timestamped, Authored):
    __tablename__ = "odometer_reading"
    __table_args__ = (Index("ix_odometer_reading_ledger", "vehicle_id", "read_on", "metres"),)

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    read_on: Mapped[date]
    metres: Mapped[int] = mapped_column(Metres)
    status: Mapped[str]
    source: Mapped[str]
    doubts: Mapped[list[str]] = mapped_column(default=list)
    record_id: Mapped[UUID | None]
    note: Mapped[str | None]


class Brand(Base, Identified, Timestamped):
    __tablename__ = "brand"

    name: Mapped[str] = mapped_column(unique=True)


class CarModel(Base, Identified, Timestamped):
    __tablename__ = "car_model"
    __table_args__ = (UniqueConstraint("brand_id", "name"),)

    brand_id: Mapped[UUID] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"))
    name: Mapped[str]
