from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from services.auth.storage.models import Code, ResetToken
from services.auth.storage.used_once import UsedOnceRepository
from shared.access import Access


class CodeRepository(UsedOnceRepository[Code]):
    model = Code

    async def live(self, account_id: UUID, purpose: str, now: datetime) -> Sequence[Code]:
        """Newest first."""
        return (
            await self.session.scalars(
                self.seen_by(Access(account_id))
                .where(
                    Code.purpose == purpose,
                    Code.used_at.is_(None),
                    Code.expires_at > now,
                )
                .order_by(Code.created_at.desc(), Code.id.desc())
            )
        ).all()

    async def count_try_at(self, codes: Sequence[UUID]) -> None:
        await self.session.execute(
            update(Code).where(Code.id.in_(codes)).values(tries=Code.tries + 1)
        )

    async def of_registrations(
        self, registrations: Sequence[UUID], now: datetime
    ) -> Sequence[Code]:
        """The living ones, newest first."""
        found = (
            select(Code)
            .where(
                Code.registration_id.in_(registrations),
                Code.used_at.is_(None),
                Code.expires_at > now,
            )
            .order_by(Code.created_at.desc(), Code.id.desc())
        )
        return (await self.session.scalars(found)).all()

    async def void_of(self, registrations: Sequence[UUID], now: datetime) -> None:
        await self.session.execute(
            update(Code)
            .where(Code.registration_id.in_(registrations), Code.used_at.is_(None))
            .values(used_at=now)
        )

    async def count_try(self, account_id: UUID, purpose: str) -> None:
        """One more try on each unused code: a guess is a guess at all of them."""
        await self.session.execute(
            update(Code)
            .where(
                self.is_changed(Access(account_id)),
                Code.purpose == purpose,
                Code.used_at.is_(None),
            )
            .values(tries=Code.tries + 1)
        )

    async def void(self, account_id: UUID, purpose: str, now: datetime) -> None:
        await self.session.execute(
            update(Code)
            .where(
                self.is_changed(Access(account_id)),
                Code.purpose == purpose,
                Code.used_at.is_(None),
            )
            .values(used_at=now)
        )


class ResetTokenRepository(UsedOnceRepository[ResetToken]):
    model = ResetToken

    async def live(self, digest: bytes, now: datetime) -> ResetToken | None:
        return (
            await self.session.scalars(
                select(ResetToken).where(
                    ResetToken.digest == digest,
                    ResetToken.used_at.is_(None),
                    ResetToken.expires_at > now,
                )
            )
        ).one_or_none()

    async def void(self, account_id: UUID, now: datetime) -> None:
        await self.session.execute(
            update(ResetToken)
            .where(self.is_changed(Access(account_id)), ResetToken.used_at.is_(None))
            .values(used_at=now)
        )
