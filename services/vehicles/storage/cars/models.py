from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.cars.segments import Segment
from services.vehicles.domain.cars.units import MINUTES_AN_HOUR
from services.vehicles.storage.base import Authored, Base, GuestMade, Metres, Synced, money_of
from shared.db.base import Identified, Timestamped, Versioned
from shared.db.owner_plans import OwnerPlanColumns
from shared.money import Money


class Vehicle(Base, Identified, Timestamped, Versioned, Synced):
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
    energies: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    """Empty as long as nobody has said more than the fuel type: `domain/cars/energies.py`."""
    tanks: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default=text("'[]'"))
    transmission: Mapped[str | None]
    distance_unit: Mapped[str] = mapped_column(default="km")
    purchased_on: Mapped[date | None]
    purchase_minor: Mapped[int | None] = mapped_column(BigInteger)
    purchase_currency: Mapped[str | None]
    first_registered_on: Mapped[date | None]
    country: Mapped[str | None]
    category: Mapped[str | None]
    """What the law takes it for (`domain/cars/categories.py`); None as long as nobody said: a car."""
    euro_norm: Mapped[str | None]
    """As its paper writes it."""
    electric_range_metres: Mapped[int | None] = mapped_column(Metres)
    historic: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Registered as a collector's vehicle."""
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
    timezone: Mapped[str | None]
    """Where it is kept, if that is not where its owner lives: its days begin there."""
    shown_in: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """The transaction since which its owner sees it: who asks what changed before is told all of it anew."""
    odometer_offset: Mapped[int] = mapped_column(Metres, default=0, server_default=text("0"))
    """What the clusters before the present one add to what it shows."""
    odometer_since: Mapped[int] = mapped_column(Metres, default=0, server_default=text("0"))
    """How far the car had travelled when the present cluster began."""
    odometer_is_lower_bound: Mapped[bool] = mapped_column(
        default=False, server_default=text("false")
    )
    """Somebody did not know where an old cluster ended: the car has travelled at least so far."""
    meter: Mapped[str] = mapped_column(default="distance", server_default=text("'distance'"))
    """`distance`, `hours` or `both`."""
    hours_minutes: Mapped[int | None] = mapped_column(BigInteger)
    hours_on: Mapped[date | None]
    minutes_a_year: Mapped[int | None] = mapped_column(BigInteger)
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

    @property
    def hours_a_year(self) -> int | None:
        return None if self.minutes_a_year is None else round(self.minutes_a_year / MINUTES_AN_HOUR)

    @property
    def travelled_metres(self) -> int | None:
        """Over all its clusters: what plans and forecasts count in."""
        if self.odometer_metres is None:
            return None
        return self.odometer_metres + self.odometer_offset

    def shown(self, travelled: int | None) -> int | None:
        """What the cluster shows at that distance: the present one, or for what was driven before, the old one."""
        if travelled is None or travelled < self.odometer_since:
            return travelled
        return travelled - self.odometer_offset


class VehicleGroup(Base, Identified, Timestamped):
    """How an owner sorts many cars: a branch, a team."""

    __tablename__ = "vehicle_group"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    owner_id: Mapped[UUID]
    name: Mapped[str]


class VehiclePhase(Base, Identified, Authored, Synced):
    """Each change of a car's lifecycle, with the day it counts from."""

    __tablename__ = "vehicle_phase"
    __table_args__ = (
        Index("ix_vehicle_phase_vehicle_id_since", "vehicle_id", "since"),
        Index("ix_vehicle_phase_vehicle_id_changed_in", "vehicle_id", "changed_in"),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    lifecycle: Mapped[str]
    since: Mapped[date]
    note: Mapped[str | None]
    created_at: Mapped[datetime]


class Membership(Base, Synced):
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


class OwnerPlan(OwnerPlanColumns, Base):
    """For what others do to a car of theirs."""

    __tablename__ = "owner_plan"


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


class OdometerSegment(Base, Identified, Timestamped, Authored, Synced):
    """A new instrument cluster, or an old one whose counter was set anew."""

    __tablename__ = "odometer_segment"
    __table_args__ = (
        UniqueConstraint("vehicle_id", "meter", "starts_on"),
        Index("ix_odometer_segment_vehicle_id_changed_in", "vehicle_id", "changed_in"),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    meter: Mapped[str]
    starts_on: Mapped[date]
    old_end: Mapped[int | None] = mapped_column(Metres)
    """Where the counter before it ended, if anybody knows."""
    new_start: Mapped[int] = mapped_column(Metres)
    unit: Mapped[str | None]
    offset_metres: Mapped[int] = mapped_column(Metres)
    """Worked out: what all counters before it add to what this one shows."""
    is_lower_bound: Mapped[bool]

    @property
    def value(self) -> Segment:
        return Segment(
            id=self.id,
            starts_on=self.starts_on,
            new_start=self.new_start,
            old_end=self.old_end,
            offset=self.offset_metres,
            is_lower_bound=self.is_lower_bound,
        )


def _readings_that(name: str, condition: str, *columns: str) -> Index:
    return Index(f"ix_odometer_reading_{name}", *columns, postgresql_where=text(condition))


class OdometerReading(Base, Identified, Timestamped, Authored, GuestMade, Synced):
    __tablename__ = "odometer_reading"
    __table_args__ = (
        Index("ix_odometer_reading_vehicle_id_changed_in", "vehicle_id", "changed_in"),
        Index("ix_odometer_reading_ledger", "vehicle_id", "read_on", "metres"),
        _readings_that(
            "accepted", "status = 'ACCEPTED'", "vehicle_id", "meter", "read_on", "metres"
        ),
        _readings_that("doubted", "status = 'QUARANTINED'", "vehicle_id", "meter", "read_on"),
        _readings_that("told", "record_id IS NOT NULL", "vehicle_id"),
        _readings_that("record_id", "record_id IS NOT NULL", "record_id"),
        _readings_that("origin_id", "origin_id IS NOT NULL", "origin_id"),
        _readings_that("segment_id", "segment_id IS NOT NULL", "segment_id"),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    meter: Mapped[str] = mapped_column(default="distance", server_default=text("'distance'"))
    read_on: Mapped[date]
    read_time: Mapped[time | None]
    metres: Mapped[int] = mapped_column(Metres)
    """What was shown; of a meter of hours, minutes."""
    unit: Mapped[str | None]
    """In which it was told."""
    status: Mapped[str]
    source: Mapped[str]
    doubts: Mapped[list[str]] = mapped_column(default=list)
    vouched: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The owner has accepted it whatever contradicts it."""
    struck_out: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """By hand: it stays so as long as what told it says the same."""
    derived: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Worked out from a trip since the reading before."""
    segment_id: Mapped[UUID | None] = mapped_column(ForeignKey("odometer_segment.id"))
    """The cluster that showed it; None is the one the car came with."""
    record_id: Mapped[UUID | None]
    """The maintenance record that told it."""
    origin_id: Mapped[UUID | None]
    """What else told it: a fill, a charge, a row of an import. `source` says of what kind."""
    note: Mapped[str | None]


class Brand(Base, Identified, Timestamped):
    __tablename__ = "brand"

    name: Mapped[str] = mapped_column(unique=True)


class CarModel(Base, Identified, Timestamped):
    __tablename__ = "car_model"
    __table_args__ = (UniqueConstraint("brand_id", "name"),)

    brand_id: Mapped[UUID] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"))
    name: Mapped[str]
