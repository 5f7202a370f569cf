from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update

from services.auth.storage.models import Ceremony, Passkey
from shared.access import Access
from shared.db.repository import Repository


class PasskeyRepository(Repository[Passkey]):
    model = Passkey
    owner = "account_id"

    async def all_of(self, account_id: UUID) -> Sequence[Passkey]:
        return (
            await self.session.scalars(
                self.seen_by(Access(account_id)).order_by(Passkey.created_at)
            )
        ).all()

    async def forget_since(self, account_id: UUID, moment: datetime) -> None:
        await self.session.execute(
            delete(Passkey).where(self.is_changed(Access(account_id)), Passkey.created_at >= moment)
        )

    async def by_credential(self, credential_id: bytes) -> Passkey | None:
        """Whoever presents it proves with a signature whose it is."""
        found = select(Passkey).where(Passkey.credential_id == credential_id)
        return (await self.session.scalars(found)).one_or_none()

    async def is_known(self, credential_id: bytes) -> bool:
        found = select(func.count(Passkey.id)).where(Passkey.credential_id == credential_id)
        return bool(await self.session.scalar(found))

    async def use(self, passkey_id: UUID, *, sign_count: int, now: datetime) -> bool:
        """The counter rises or stays zero, also when two answers arrive at once."""
        rises = Passkey.sign_count < sign_count if sign_count else Passkey.sign_count == 0
        used = (
            update(Passkey)
            .where(Passkey.id == passkey_id, rises)
            .values(sign_count=sign_count, last_used_at=now)
            .returning(Passkey.id)
        )
        return await self.session.scalar(used) is not None


class CeremonyRepository(Repository[Ceremony]):
    model = Ceremony
    owner = "account_id"

    async def use(
        self, digest: bytes, *, purpose: str, account_id: UUID | None, now: datetime
    ) -> bool:
        """True for exactly one of any number of answers to a living challenge of this purpose and person."""
        is_theirs = (
            Ceremony.account_id.is_(None)
            if account_id is None
            else self.is_changed(Access(account_id))
        )
        used = (
            update(Ceremony)
            .where(
                Ceremony.digest == digest,
                Ceremony.purpose == purpose,
                is_theirs,
                Ceremony.used_at.is_(None),
                Ceremony.expires_at > now,
            )
            .values(used_at=now)
            .returning(Ceremony.id)
        )
        return await self.session.scalar(used) is not None

    async def forget_expired(self, before: datetime) -> None:
        await self.session.execute(delete(Ceremony).where(Ceremony.expires_at < before))
