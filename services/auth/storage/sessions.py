from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.auth.storage.models import Account, RefreshToken, Revocation, Session, ZoneChange
from shared.access import Access
from shared.db.repository import Repository

REREAD = timedelta(seconds=60)
"""A transaction that commits late may record an earlier time than one already read; so the last minute is read again."""


class SessionRepository(Repository[Session]):
    model = Session
    owner = "account_id"

    def live(self, account_id: UUID, now: datetime) -> Select[Session]:
        return self.seen_by(Access(account_id)).where(
            Session.ended_at.is_(None), Session.expires_at > now
        )

    async def live_acted_by(self, actor_id: UUID, now: datetime) -> Sequence[Session]:
        """Everybody's sessions in which this administrator acts in their name."""
        acted = select(Session).where(
            Session.actor_id == actor_id, Session.ended_at.is_(None), Session.expires_at > now
        )
        return (await self.session.scalars(acted.with_for_update())).all()

    async def living(self, session_id: UUID, now: datetime) -> Session | None:
        """Its owner's own, not one in which somebody acts in their name."""
        found = select(Session).where(
            Session.id == session_id,
            Session.ended_at.is_(None),
            Session.expires_at > now,
            Session.actor_id.is_(None),
        )
        return (await self.session.scalars(found)).one_or_none()

    async def live_ones(self, account_id: UUID, now: datetime) -> Sequence[Session]:
        return (await self.session.scalars(self.live(account_id, now).with_for_update())).all()

    async def has_seen(self, account_id: UUID, *, device: str, network: str) -> bool:
        known = self._own(account_id).where(Session.device == device, Session.network == network)
        return await self.session.scalar(known.limit(1)) is not None

    async def has_any(self, account_id: UUID) -> bool:
        return await self.session.scalar(self._own(account_id).limit(1)) is not None

    def _own(self, account_id: UUID) -> Select[Session]:
        """Signed in by the person: where an administrator acts for them is no place of theirs."""
        return self.seen_by(Access(account_id)).where(Session.actor_id.is_(None))

    async def holder_of(self, digest: bytes) -> Session | None:
        """The session a refresh token belongs to, held until the end of the transaction: one rotation at a time."""
        return (
            await self.session.scalars(
                select(Session)
                .join(RefreshToken, RefreshToken.session_id == Session.id)
                .where(RefreshToken.digest == digest)
                .with_for_update(of=Session)
            )
        ).one_or_none()

    async def forget_over(self, before: datetime) -> None:
        await self.session.execute(
            delete(Session).where((Session.expires_at < before) | (Session.ended_at < before))
        )


class RefreshTokenRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def add(self, token: RefreshToken) -> RefreshToken:
        self.session.add(token)
        return token

    async def presented(self, digest: bytes) -> RefreshToken:
        """Call after `holder_of` found and locked the session."""
        found = select(RefreshToken).where(RefreshToken.digest == digest)
        return (await self.session.scalars(found)).one()

    async def parent_of(self, token: RefreshToken) -> RefreshToken | None:
        if token.parent_id is None:
            return None
        return await self.session.get(RefreshToken, token.parent_id)

    async def current_child(self, token: RefreshToken) -> RefreshToken | None:
        """The one that has taken this token's place; at most one is not replaced."""
        children = select(RefreshToken).where(
            RefreshToken.parent_id == token.id, RefreshToken.replaced_at.is_(None)
        )
        return (await self.session.scalars(children)).one_or_none()


class RevocationRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def add(self, session_ids: Sequence[UUID], *, until: datetime) -> None:
        self.session.add_all(Revocation(session_id=one, until=until) for one in session_ids)

    async def recent(self, since: datetime | None, now: datetime) -> Sequence[Revocation]:
        """All whose tokens may be alive at `now`; with `since`, those recorded after it and a minute before it."""
        wanted = select(Revocation).where(Revocation.until > now).order_by(Revocation.id)
        if since is not None:
            wanted = wanted.where(Revocation.recorded_at > since - REREAD)
        return (await self.session.scalars(wanted)).all()

    async def note_zone(self, account: Account, *, until: datetime) -> None:
        values = {
            "version": account.version,
            "timezone": account.timezone,
            "until": until,
            "recorded_at": func.clock_timestamp(),
        }
        await self.session.execute(
            insert(ZoneChange)
            .values(account_id=account.id, **values)
            .on_conflict_do_update(index_elements=[ZoneChange.account_id], set_=values)
        )

    async def recent_zones(self, since: datetime | None, now: datetime) -> Sequence[ZoneChange]:
        """Of all with whose tokens another zone may be alive at `now`; with `since`, as above."""
        wanted = select(ZoneChange).where(ZoneChange.until > now).order_by(ZoneChange.account_id)
        if since is not None:
            wanted = wanted.where(ZoneChange.recorded_at > since - REREAD)
        return (await self.session.scalars(wanted)).all()

    async def clock(self) -> datetime:
        """The database's own time, by which revocations are recorded."""
        now: datetime = (await self.session.execute(select(func.clock_timestamp()))).scalar_one()
        return now

    async def forget_over(self, before: datetime) -> None:
        await self.session.execute(delete(Revocation).where(Revocation.until < before))
        await self.session.execute(delete(ZoneChange).where(ZoneChange.until < before))
