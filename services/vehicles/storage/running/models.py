from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.storage.base import Authored, Base, GuestMade, Metres, Synced, money_of
from shared.db.base import Identified, Timestamped, Versioned
from shared.money import Money


class EnergyTariff(Base, Identified, Timestamped, Versioned):
    """What a person pays for electricity at a place, by the hour, from which day on."""

    __tablename__ = "energy_tariff"

    owner_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    timezone: Mapped[str]
    currency: Mapped[str]
    table: Mapped[list[dict[str, Any]]]
    """As `domain/running/tariffs.py` writes its rows."""


class Fill(Base, Identified, Timestamped, Versioned, Authored, GuestMade, Synced):
    """Something that went into a car: fuel, electricity or AdBlue."""

    __tablename__ = "fill"
    __table_args__ = (
        Index("ix_fill_history", "vehicle_id", "day"),
        Index("ix_fill_vehicle_id_changed_in", "vehicle_id", "changed_in"),
        Index("ix_fill_trashed_at", "trashed_at", postgresql_where=text("trashed_at IS NOT NULL")),
        Index("ix_fill_tariff_id", "tariff_id", postgresql_where=text("tariff_id IS NOT NULL")),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    day: Mapped[date]
    at: Mapped[time | None]
    """By the clock of the place."""
    energy: Mapped[str]
    unit: Mapped[str]
    """In which quantity and price were told."""
    quantity: Mapped[int] = mapped_column(BigInteger)
    """Whole millilitres, grams or watt-hours."""
    measured_at: Mapped[str | None]
    """Of a charge: at the wall or at the battery."""
    battery: Mapped[int | None] = mapped_column(BigInteger)
    """Of a charge measured at the wall: what reached the battery."""
    unit_price_micro: Mapped[int | None] = mapped_column(BigInteger)
    """Millionths of the currency for one of the unit."""
    total_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]
    derived: Mapped[str | None]
    """Which of quantity, unit price and total follows from the others, or from the tariff."""
    is_full: Mapped[bool]
    level_after: Mapped[int | None]
    """In thousandths."""
    missed_before: Mapped[bool] = mapped_column(default=False)
    odometer_metres: Mapped[int | None] = mapped_column(Metres)
    odometer_derived: Mapped[bool] = mapped_column(default=False)
    """From the trip: the fill before, and how far it was since."""
    trip_metres: Mapped[int | None] = mapped_column(Metres)
    by_trip_metres: Mapped[int | None] = mapped_column(Metres)
    """Where the trip says it stood; worked out with each change of what was filled before."""
    engine_minutes: Mapped[int | None] = mapped_column(BigInteger)
    own_metres: Mapped[int | None] = mapped_column(Metres)
    other_metres: Mapped[int | None] = mapped_column(Metres)
    reading_id: Mapped[UUID | None]
    station: Mapped[str | None]
    note: Mapped[str | None]
    document_ids: Mapped[list[str]] = mapped_column(default=list)
    tariff_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("energy_tariff.id", ondelete="SET NULL")
    )
    charged_from: Mapped[datetime | None]
    charged_to: Mapped[datetime | None]
    solar: Mapped[int | None] = mapped_column(BigInteger)
    """Watt-hours from the own roof."""
    trashed_at: Mapped[datetime | None]

    @property
    def total(self) -> Money | None:
        return money_of(self.total_minor, self.currency)
