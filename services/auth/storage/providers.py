from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.auth.storage.models import ProviderIdentity, ProviderVisit
from shared.access import Access
from shared.db.repository import Repository
from shared.ids import new_id


class IdentityRepository(Repository[ProviderIdentity]):
    model = ProviderIdentity
    owner = "account_id"

    async def all_of(self, account_id: UUID) -> Sequence[ProviderIdentity]:
        return (
            await self.session.scalars(
                self.seen_by(Access(account_id)).order_by(ProviderIdentity.created_at)
            )
        ).all()

    async def forget_since(self, account_id: UUID, moment: datetime) -> None:
        await self.session.execute(
            delete(ProviderIdentity).where(
                self.is_changed(Access(account_id)), ProviderIdentity.created_at >= moment
            )
        )

    async def known_as(self, *, issuer: str, subject: str) -> ProviderIdentity | None:
        """The provider has just said who it is."""
        found = select(ProviderIdentity).where(
            ProviderIdentity.issuer == issuer, ProviderIdentity.subject == subject
        )
        return (await self.session.scalars(found)).one_or_none()

    async def add_once(self, identity: ProviderIdentity) -> bool:
        """False when it belongs to an account already, this one or another."""
        added = (
            insert(ProviderIdentity)
            .values(
                id=new_id(),
                account_id=identity.account_id,
                provider=identity.provider,
                issuer=identity.issuer,
                subject=identity.subject,
                email=identity.email,
                created_at=identity.created_at,
                last_used_at=identity.last_used_at,
            )
            .on_conflict_do_nothing()
            .returning(ProviderIdentity.id)
        )
        return await self.session.scalar(added) is not None


class VisitRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def add(self, visit: ProviderVisit) -> None:
        self.session.add(visit)

    async def come_back(
        self, state: bytes, *, provider: str, now: datetime
    ) -> ProviderVisit | None:
        """The visit of this state, marked so that nobody comes back from it again."""
        returned = (
            update(ProviderVisit)
            .where(
                ProviderVisit.state_digest == state,
                ProviderVisit.provider == provider,
                ProviderVisit.returned_at.is_(None),
                ProviderVisit.expires_at > now,
            )
            .values(returned_at=now)
            .returning(ProviderVisit)
        )
        return (await self.session.scalars(returned)).one_or_none()

    async def keep_person(
        self, visit_id: UUID, *, code: bytes, sealed_person: bytes, expires_at: datetime
    ) -> None:
        await self.session.execute(
            update(ProviderVisit)
            .where(ProviderVisit.id == visit_id)
            .values(code_digest=code, sealed_person=sealed_person, expires_at=expires_at)
        )

    async def take(self, code: bytes, *, now: datetime) -> ProviderVisit | None:
        """The visit of this code, which is gone with it: a second call finds nothing."""
        taken = (
            delete(ProviderVisit)
            .where(ProviderVisit.code_digest == code, ProviderVisit.expires_at > now)
            .returning(ProviderVisit)
        )
        return (await self.session.scalars(taken)).one_or_none()

    async def forget_expired(self, before: datetime) -> None:
        await self.session.execute(delete(ProviderVisit).where(ProviderVisit.expires_at < before))
