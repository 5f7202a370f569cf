from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Double, Select, cast, func, or_, select, text, true

from services.vehicles.domain.garages.ratings import LEAST_RANKED, weighted
from services.vehicles.storage.garages.models import Garage, GarageStaff
from shared.access import Access
from shared.db.repository import Repository


class GarageRepository(Repository[Garage]):
    """The directory is everybody's to read. Changed by whose a garage is and who works there."""

    model = Garage

    def is_seen(self, access: Access) -> ColumnElement[bool]:  # noqa: ARG002 - whoever asks
        return true()

    def is_changed(self, access: Access) -> ColumnElement[bool]:
        """Owner and staff: who works there."""
        works = select(GarageStaff.garage_id).where(GarageStaff.account_id == access.person)
        return or_(self.is_owned(access.person), Garage.id.in_(works))

    async def one(self, garage_id: UUID) -> Garage | None:
        return await self.session.get(Garage, garage_id)

    async def held(self, garage_id: UUID) -> Garage | None:
        """Until the transaction ends, against whoever else would change it; what only refers to it (a booking) does not wait."""
        statement = select(Garage).where(Garage.id == garage_id)
        held = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
        return (await self.session.scalars(held)).one_or_none()

    async def shared(self, garage_id: UUID) -> Garage | None:
        """Until the transaction ends, beside others that leave it as it is: who books there."""
        statement = select(Garage).where(Garage.id == garage_id)
        held = statement.with_for_update(read=True).execution_options(populate_existing=True)
        return (await self.session.scalars(held)).one_or_none()

    async def works_at(self, access: Access, garage_id: UUID) -> bool:
        """Whether they are its owner or of its staff."""
        theirs = select(Garage.id).where(Garage.id == garage_id, self.is_changed(access))
        return await self.session.scalar(theirs) is not None

    async def count_made(self, access: Access, *, since: datetime) -> int:
        """Entries somebody made lately."""
        made = Garage.made_by == access.person
        counted = select(func.count()).where(made, Garage.created_at >= since)
        return await self.session.scalar(counted) or 0

    def listed(
        self,
        *,
        city: str | None = None,
        postal_code: str | None = None,
        country: str | None = None,
        specialty: str | None = None,
    ) -> Select[Garage]:
        """The directory, without what has closed; `city` as names are compared."""
        statement = select(Garage).where(Garage.closed_at.is_(None))
        if city is not None:
            statement = statement.where(Garage.city_key == city)
        if postal_code is not None:
            statement = statement.where(Garage.postal_code == postal_code)
        if country is not None:
            statement = statement.where(Garage.country == country)
        if specialty is not None:
            statement = statement.where(Garage.specialties.contains([specialty]))
        return statement

    async def top_rated(
        self, *, limit: int, country: str | None, city: str | None
    ) -> Sequence[Garage]:
        """By the weighted mean of `domain/garages/ratings.py`, the best first; of equals, the one with more reviews."""
        rated = Garage.rating_count > 0
        total = func.sum(Garage.rating_sum) / cast(func.sum(Garage.rating_count), Double)
        mean = select(total).where(rated, Garage.closed_at.is_(None)).scalar_subquery()
        score: Any = weighted(total=Garage.rating_sum, count=Garage.rating_count, mean_of_all=mean)
        statement = self.listed(city=city, country=country).where(
            rated, Garage.rating_count >= LEAST_RANKED
        )
        best = statement.order_by(score.desc(), Garage.rating_count.desc(), Garage.id)
        return (await self.session.scalars(best.limit(limit))).all()

    def of(self, access: Access) -> Select[Garage]:
        """Those they work at, the closed ones too."""
        return select(Garage).where(self.is_changed(access))

    async def naming(self, person: UUID) -> Sequence[Garage]:
        """Those that say of themselves that this person owns them, made them or wrote their contact."""
        named = (self.is_owned(person), Garage.made_by == person, Garage.contact_by == person)
        return (await self.session.scalars(select(Garage).where(or_(*named)))).all()

    async def knows_zone(self, zone: str) -> bool:
        """Whether the database knows the clocks of this place too: it is asked who is open now."""
        known = text("SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = :zone)")
        return bool(await self.session.scalar(known, {"zone": zone}))

    async def namesakes(self, country: str, name_key: str) -> Sequence[Garage]:
        statement = select(Garage).where(Garage.country == country, Garage.name_key == name_key)
        return (await self.session.scalars(statement.order_by(Garage.created_at).limit(200))).all()

    async def hold_name(self, country: str, name_key: str) -> None:
        """One at a time enters garages of this name, so that of two at once the second sees the first."""
        key = func.hashtextextended(f"garage:{country}:{name_key}", 0)
        await self.session.execute(select(func.pg_advisory_xact_lock(key)))
