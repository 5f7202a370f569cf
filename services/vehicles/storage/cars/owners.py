from collections.abc import Sequence
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

    async def all_zones(self) -> Sequence[str]:
        """Every zone somebody lives in, and the default."""
        found = await self.session.scalars(select(OwnerZone.timezone).distinct())
        return sorted({DEFAULT_ZONE, *found})
