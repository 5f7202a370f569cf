from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, text, true

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

    async def works_at(self, access: Access, garage_id: UUID) -> bool:
        """Whether they are its owner or of its staff."""
        theirs = select(Garage.id).where(Garage.id == garage_id, self.is_changed(access))
        return await self.session.scalar(theirs) is not None

    def of(self, access: Access) -> Select[Garage]:
        """Those they work at, the closed ones too."""
        return select(Garage).where(self.is_changed(access))

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
