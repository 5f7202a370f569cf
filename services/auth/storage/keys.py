from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.auth.domain.keys import KeyState
from services.auth.storage.models import SigningKey

_ROTATION_LOCK = 7_205_101


class KeyRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def published(self) -> Sequence[SigningKey]:
        return (await self.session.scalars(select(SigningKey).order_by(SigningKey.since))).all()

    async def active(self) -> SigningKey | None:
        return (
            await self.session.scalars(
                select(SigningKey).where(SigningKey.state == KeyState.ACTIVE)
            )
        ).one_or_none()

    async def add_once(self, key: SigningKey) -> None:
        """The database admits one active and one next key: the first of several replicas wins."""
        await self.session.execute(
            insert(SigningKey)
            .values(
                kid=key.kid,
                state=key.state,
                since=key.since,
                jwk=key.jwk,
                sealed_private=key.sealed_private,
            )
            .on_conflict_do_nothing()
        )

    async def hold_rotation(self) -> None:
        """One rotation at a time over all replicas, until the transaction ends."""
        await self.session.execute(select(func.pg_advisory_xact_lock(text(str(_ROTATION_LOCK)))))

    async def forget_retired(self, since_before: datetime) -> None:
        await self.session.execute(
            delete(SigningKey).where(
                SigningKey.state == KeyState.RETIRED, SigningKey.since <= since_before
            )
        )
