from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.auth.storage.models import Challenge, RecoveryCode, Totp
from services.auth.storage.passkeys import PasskeyRepository
from services.auth.storage.providers import IdentityRepository
from services.auth.storage.used_once import UsedOnceRepository
from shared.access import Access
from shared.db.repository import Repository


class RecoveryCodeRepository(Repository[RecoveryCode]):
    model = RecoveryCode
    owner = "account_id"


class FactorRepository(Repository[Totp]):
    model = Totp
    owner = "account_id"

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session)
        self._recovery_codes = RecoveryCodeRepository(session)

    async def totp_of(self, account_id: UUID) -> Totp | None:
        return await self.session.get(Totp, account_id)

    async def has_active(self, account_id: UUID) -> bool:
        active = self.seen_by(Access(account_id)).where(Totp.confirmed_at.is_not(None))
        return await self.session.scalar(active) is not None

    async def use_step(self, account_id: UUID, step: int) -> bool:
        """True for exactly one of any number of simultaneous uses of a code."""
        used = (
            update(Totp)
            .where(
                self.is_changed(Access(account_id)),
                (Totp.last_step.is_(None)) | (Totp.last_step < step),
            )
            .values(last_step=step)
            .returning(Totp.account_id)
        )
        return await self.session.scalar(used) is not None

    async def replace_recovery_codes(self, account_id: UUID, digests: Iterable[bytes]) -> None:
        await self.forget_recovery_codes(account_id)
        self.session.add_all(RecoveryCode(account_id=account_id, digest=one) for one in digests)

    async def use_recovery_code(self, account_id: UUID, digest: bytes, now: datetime) -> bool:
        used = (
            update(RecoveryCode)
            .where(
                self._recovery_codes.is_changed(Access(account_id)),
                RecoveryCode.digest == digest,
                RecoveryCode.used_at.is_(None),
            )
            .values(used_at=now)
            .returning(RecoveryCode.id)
        )
        return await self.session.scalar(used) is not None

    async def recovery_codes_left(self, account_id: UUID) -> int:
        left = select(func.count(RecoveryCode.id)).where(
            self._recovery_codes.is_seen(Access(account_id)), RecoveryCode.used_at.is_(None)
        )
        return await self.session.scalar(left) or 0

    async def remove_totp(self, account_id: UUID) -> None:
        await self.erase_owner(account_id)

    async def forget_recovery_codes(self, account_id: UUID) -> None:
        await self._recovery_codes.erase_owner(account_id)

    async def forget_since(self, account_id: UUID, moment: datetime) -> None:
        """A factor that came after this moment, and what came with it."""
        totp = await self.totp_of(account_id)
        if totp is not None and totp.created_at >= moment:
            await self.session.delete(totp)
            await self.replace_recovery_codes(account_id, ())
        await PasskeyRepository(self.session).forget_since(account_id, moment)
        await IdentityRepository(self.session).forget_since(account_id, moment)


class ChallengeRepository(UsedOnceRepository[Challenge]):
    model = Challenge

    async def count_try(self, digest: bytes, now: datetime) -> Challenge | None:
        """The living challenge with this try counted."""
        return await self._count(Challenge.digest == digest, now)

    async def count_try_at(
        self, account_id: UUID, *, network: str, now: datetime
    ) -> Challenge | None:
        """The same for the newest challenge this account was given in that network."""
        newest = (
            select(Challenge.id)
            .where(self.is_seen(Access(account_id)), Challenge.network == network)
            .order_by(Challenge.created_at.desc(), Challenge.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        return await self._count(Challenge.id == newest, now)

    async def _count(self, which: ColumnElement[bool], now: datetime) -> Challenge | None:
        counted = (
            update(Challenge)
            .where(which, Challenge.used_at.is_(None), Challenge.expires_at > now)
            .values(tries=Challenge.tries + 1)
            .returning(Challenge)
        )
        return (await self.session.scalars(counted)).one_or_none()

    async def live(self, digest: bytes, *, tries: int, now: datetime) -> Challenge | None:
        """One that may still be answered."""
        found = select(Challenge).where(
            Challenge.digest == digest,
            Challenge.used_at.is_(None),
            Challenge.expires_at > now,
            Challenge.tries < tries,
        )
        return (await self.session.scalars(found)).one_or_none()

    async def void(self, account_id: UUID) -> None:
        await self.erase_owner(account_id)
