from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import JSONB, array, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.care.recalls import (
    Campaign,
    FeedSource,
    Subject,
    VinRange,
    makes_of,
)
from services.vehicles.domain.cars.lifecycle import GONE
from services.vehicles.storage.base import Base
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.of_vehicle import OfVehicleRepository
from shared.access import Access
from shared.db.base import Identified, Timestamped
from shared.ids import new_id

ROWS_AT_ONCE = 500


class RecallCampaign(Base, Identified):
    """As an authority publishes it, in our form."""

    __tablename__ = "recall_campaign"
    __table_args__ = (
        UniqueConstraint("source", "number"),
        Index("ix_recall_campaign_make_keys", "make_keys", postgresql_using="gin"),
    )

    source: Mapped[str]
    number: Mapped[str]
    makes: Mapped[list[str]]
    make_keys: Mapped[list[str]] = mapped_column(JSONB)
    """As makes are compared."""
    models: Mapped[list[str]]
    title: Mapped[str]
    risk: Mapped[str | None]
    remedy: Mapped[str | None]
    url: Mapped[str | None]
    published_on: Mapped[date | None]
    built_from: Mapped[date | None]
    built_to: Mapped[date | None]
    vins: Mapped[list[list[str]]] = mapped_column(JSONB)
    seen_at: Mapped[datetime]

    @property
    def value(self) -> Campaign:
        return Campaign(
            source=FeedSource(self.source),
            number=self.number,
            makes=tuple(self.makes),
            models=tuple(self.models),
            title=self.title,
            built_from=self.built_from,
            built_to=self.built_to,
            vins=tuple(VinRange(*each) for each in self.vins),
        )


class RecallFeed(Base):
    """When a feed was read last, and whether it answers."""

    __tablename__ = "recall_feed"

    source: Mapped[str] = mapped_column(primary_key=True)
    read_at: Mapped[datetime | None]
    tried_at: Mapped[datetime]
    failure: Mapped[str | None]
    campaigns: Mapped[int]


class RecallMatch(Base, Identified, Timestamped):
    """A campaign that may be about a car: found once, and told once."""

    __tablename__ = "recall_match"
    __table_args__ = (
        UniqueConstraint("vehicle_id", "campaign_id"),
        Index("ix_recall_match_vehicle_id_created_at", "vehicle_id", "created_at", "id"),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    campaign_id: Mapped[UUID] = mapped_column(
        ForeignKey("recall_campaign.id", ondelete="CASCADE"), index=True
    )
    certainty: Mapped[str]
    status: Mapped[str]


class RecallCampaignRepository:
    """Facts that are nobody's."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def keep(self, campaigns: Sequence[Campaign], *, seen_at: datetime) -> None:
        """One that is published again replaces itself."""
        for start in range(0, len(campaigns), ROWS_AT_ONCE):
            rows = [_row(each, seen_at) for each in campaigns[start : start + ROWS_AT_ONCE]]
            statement = insert(RecallCampaign).values(rows)
            said = {name: statement.excluded[name] for name in rows[0] if name != "id"}
            await self.session.execute(
                statement.on_conflict_do_update(
                    index_elements=[RecallCampaign.source, RecallCampaign.number], set_=said
                )
            )

    async def of_makes(self, makes: Iterable[str]) -> Sequence[RecallCampaign]:
        keys = sorted(makes)
        if not keys:
            return []
        statement = select(RecallCampaign).where(RecallCampaign.make_keys.has_any(array(keys)))
        return (await self.session.scalars(statement.order_by(RecallCampaign.id))).all()

    async def these(self, ids: Collection[UUID]) -> Mapping[UUID, RecallCampaign]:
        statement = select(RecallCampaign).where(RecallCampaign.id.in_(ids))
        return {row.id: row for row in await self.session.scalars(statement)} if ids else {}

    async def feeds(self) -> Mapping[str, RecallFeed]:
        found = await self.session.scalars(select(RecallFeed).order_by(RecallFeed.source))
        return {row.source: row for row in found}

    async def note_feed(self, feed: RecallFeed) -> None:
        await self.session.merge(feed)

    async def cars(self, *, since: datetime | None = None) -> Sequence[Any]:
        """Of everybody: rows of (id, owner_id, make, model, year, vin) of cars in use; `since`: of those that changed."""
        statement = select(
            Vehicle.id, Vehicle.owner_id, Vehicle.make, Vehicle.model, Vehicle.year, Vehicle.vin
        ).where(Vehicle.trashed_at.is_(None), Vehicle.lifecycle.not_in(GONE))
        if since is not None:
            statement = statement.where(Vehicle.updated_at >= since)
        return (await self.session.execute(statement.order_by(Vehicle.id))).all()

    async def known(
        self, cars: Sequence[Any] | None = None
    ) -> dict[tuple[UUID, UUID], tuple[str, str]]:
        """Of everybody, or of these cars: which campaign has been found for which, how certain, and what became of it."""
        statement = select(
            RecallMatch.vehicle_id,
            RecallMatch.campaign_id,
            RecallMatch.certainty,
            RecallMatch.status,
        )
        if cars is not None:
            statement = statement.where(RecallMatch.vehicle_id.in_([car.id for car in cars]))
        found = await self.session.execute(statement)
        return {(row.vehicle_id, row.campaign_id): (row.certainty, row.status) for row in found}


def _row(campaign: Campaign, seen_at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "source": campaign.source,
        "number": campaign.number,
        "makes": list(campaign.makes),
        "make_keys": sorted(makes_of(campaign.makes)),
        "models": list(campaign.models),
        "title": campaign.title,
        "risk": campaign.risk,
        "remedy": campaign.remedy,
        "url": campaign.url,
        "published_on": campaign.published_on,
        "built_from": campaign.built_from,
        "built_to": campaign.built_to,
        "vins": [[each.first, each.last] for each in campaign.vins],
        "seen_at": seen_at,
    }


def subject_of(car: Any) -> Subject:
    return Subject(car.make, car.model, car.year, car.vin)


class RecallMatchRepository(OfVehicleRepository[RecallMatch]):
    model = RecallMatch

    def listed(self, access: Access, vehicle_id: UUID) -> Select[RecallMatch]:
        return self.seen_by(access).where(RecallMatch.vehicle_id == vehicle_id)

    async def of_vehicle(self, vehicle_id: UUID) -> Sequence[RecallMatch]:
        """The caller holds the car."""
        statement = select(RecallMatch).where(RecallMatch.vehicle_id == vehicle_id)
        return (await self.session.scalars(statement)).all()
