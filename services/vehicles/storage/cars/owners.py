from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.storage.cars.models import OwnerPlan, OwnerZone
from shared.access import Access
from shared.contracts.auth import AccountChanged
from shared.db.newest import newest_wins
from shared.db.owner_plans import PlansOfOwners
from shared.db.repository import Repository
from shared.local_day import DEFAULT_ZONE
from shared.mailboxes import canonical


class OwnerZoneRepository(Repository[OwnerZone]):
    model = OwnerZone
    owner = "account_id"

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session)
        self._zones: dict[UUID, str | None] = {}
        """Asked once in a unit of work, however many of its parts want to know whose day it is."""

    async def keep(self, account: AccountChanged) -> None:
        """The highest version, in whatever order they arrive."""
        said = {
            "version": account.version,
            "timezone": account.timezone,
            "email_key": canonical(account.email),
            "verified": account.verified,
            "first_name": account.first_name,
            "last_name": account.last_name,
            "language": account.language.value,
        }
        self._zones.pop(account.account_id, None)
        await self.session.execute(
            insert(OwnerZone)
            .values(account_id=account.account_id, **said)
            .on_conflict_do_update(
                index_elements=[OwnerZone.account_id],
                set_=said,
                where=OwnerZone.version < account.version,
            )
        )

    async def of(self, access: Access) -> OwnerZone | None:
        """What auth says of them, if we have heard of them."""
        return (await self.session.scalars(self.seen_by(access))).one_or_none()

    async def names(self, people: Collection[UUID]) -> dict[UUID, str | None]:
        """What those who share a car with these people may call them; who left is not among them."""
        if not people:
            return {}
        found = await self.session.scalars(
            select(OwnerZone).where(self._column("account_id").in_(list(people)))
        )
        return {person.account_id: person.name for person in found}

    async def first_names(self, people: Collection[UUID]) -> dict[UUID, str]:
        """Of who has proven their address: what a garage may call its customers."""
        statement = select(OwnerZone).where(
            self._column("account_id").in_(list(people)),
            OwnerZone.verified,
            OwnerZone.first_name != "",
        )
        return {each.account_id: each.first_name for each in await self.session.scalars(statement)}

    async def language_at(self, email_key: str) -> str | None:
        """In which whoever has proven this address is written to."""
        statement = select(OwnerZone.language).where(
            OwnerZone.email_key == email_key, OwnerZone.verified
        )
        found: str | None = await self.session.scalar(statement.limit(1))
        return found

    async def zone_of(self, access: Access) -> str:
        """The house's default for somebody we have not heard of yet."""
        return (await self.zones_of([access.person])).get(access.person) or DEFAULT_ZONE

    async def zones_of(self, people: Collection[UUID]) -> dict[UUID, str]:
        """Of those we have heard of."""
        unasked = set(people) - self._zones.keys()
        if unasked:
            statement = select(OwnerZone.account_id, OwnerZone.timezone).where(
                self._column(self.owner).in_(unasked)
            )
            rows = (await self.session.execute(statement)).all()
            self._zones |= dict.fromkeys(unasked) | {row.account_id: row.timezone for row in rows}
        return {person: zone for person in people if (zone := self._zones[person]) is not None}


class OwnerPlanRepository(PlansOfOwners[OwnerPlan]):
    model = OwnerPlan
    newest = newest_wins(OwnerPlan)
