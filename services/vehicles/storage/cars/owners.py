from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.vehicles.storage.cars.models import OwnerZone
from shared.access import Access
from shared.db.repository import Repository
from shared.local_day import DEFAULT_ZONE


class OwnerZoneRepository(Repository[OwnerZone]):
    model = OwnerZone
    owner = "account_id"

    async def keep(self, *, account_id: UUID, version: int, timezone: str) -> None:
        """The highest version, in whatever order they arrive."""
        said = {"version": version, "timezone": timezone}
        await self.session.execute(
            insert(OwnerZone)
            .values(account_id=account_id, **said)
            .on_conflict_do_update(
                index_elements=[OwnerZone.account_id], set_=said, where=OwnerZone.version < version
            )
        )

    async def zone_of(self, access: Access) -> str:
        """The house's default for somebody we have not heard of yet."""
        zone = select(OwnerZone.timezone).where(self.is_seen(access))
        return await self.session.scalar(zone) or DEFAULT_ZONE

    async def zones_of(self, people: Collection[UUID]) -> dict[UUID, str]:
        """Of those we have heard of."""
        statement = select(OwnerZone.account_id, OwnerZone.timezone).where(
            self._column(self.owner).in_(people)
        )
        return {row.account_id: row.timezone for row in await self.session.execute(statement)}
