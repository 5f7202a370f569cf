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
    shared_with: Mapped[list[dict[str, Any]]] = mapped_column(
        default=list, server_default=text("'[]'")
    )
    """Its memberships once more, as `domain/cars/standing.py` writes them: what is told and shown of a car costs no query for who
    may see it. Written with them, while the car is held (`usecases/cars/members.py`)."""

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
    member_id: Mapped[UUID] = mapped_column("account_id", primary_key=True, index=True)
    role: Mapped[str]
    documents_visible: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    costs_visible: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime]


class Offered:
    """What somebody with a token and a verified address may take, once, until `expires_at`."""

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(
        ForeignKey("vehicle.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str | None]
    email_key: Mapped[str | None] = mapped_column(index=True)
    """As addresses are compared. Both are wiped once it is settled."""
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    state: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


def _one_open(table: str, *columns: str) -> Index:
    name = f"uq_{table}_{'_'.join(columns)}"
    return Index(name, *columns, unique=True, postgresql_where=text("state = 'open'"))


class Invitation(Base, Identified, Offered, Authored):
    """To share a car."""

    __tablename__ = "invitation"
    __table_args__ = (_one_open("invitation", "vehicle_id", "email_key"),)

    role: Mapped[str]
    documents_visible: Mapped[bool]
    costs_visible: Mapped[bool]
    asked_at: Mapped[datetime]
    """When the last mail was sent for."""


class Handover(Base, Identified, Offered):
    """A car offered to its next owner."""

    __tablename__ = "handover"
    __table_args__ = (_one_open("handover", "vehicle_id"),)

    include_costs: Mapped[bool]
    include_documents: Mapped[bool]


class PastVehicle(Base, Identified):
    """What somebody keeps of a car they handed over: everything as it was at that moment, and nothing later."""

    __tablename__ = "past_vehicle"

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID]
    """As it was called; somebody else's now, so nothing in the database follows it."""
    name: Mapped[str]
    handed_over_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    """Rows by table: `storage/cars/handovers.py`."""


class OwnerZone(Base):
    """What auth says of a person, as far as this service needs it: where their day is when they are not asking, which address is proven
    theirs, and what others who share a car with them call them.
    """

    __tablename__ = "owner_zone"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    """The account's."""
    timezone: Mapped[str] = mapped_column(index=True)
    email_key: Mapped[str | None] = mapped_column(index=True)
    """As addresses are compared (`shared/mailboxes.py`)."""
    verified: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    first_name: Mapped[str] = mapped_column(default="", server_default="")
    last_name: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str] = mapped_column(default="fr", server_default="fr")

    @property
    def name(self) -> str | None:
        """Only once the address is proven: until then a stranger may have chosen it."""
        whole = " ".join(filter(None, (self.first_name, self.last_name)))
        return whole if self.verified and whole else None


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
