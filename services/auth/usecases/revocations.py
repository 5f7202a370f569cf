from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.auth.domain.tokens import ACCESS_LIFETIME, SKEW
from services.auth.storage.models import Account, Session
from services.auth.usecases.work import Work
from shared.contracts.auth import SessionsRevoked


async def end_sessions(
    work: Work,
    account_id: UUID,
    *,
    because: str,
    only: UUID | None = None,
    but: UUID | None = None,
) -> list[Session]:
    """End this account's sessions (or `only` one, or all `but` one), access tokens included; which ones it ended.

    Whoever loses all their sessions loses those in which they act in somebody's name, too.
    """
    ended = [
        session
        for session in await work.sessions.live_ones(account_id, work.now)
        if only in (None, session.id) and session.id != but
    ]
    end_these(work, ended, because=because)
    if only is None:
        acted = await work.sessions.live_acted_by(account_id, work.now)
        end_these(work, acted, because="actor_lost_their_sessions")
    return ended


def end_these(work: Work, sessions: Iterable[Session], *, because: str) -> None:
    """Whoever calls holds their rows."""
    until = work.now + ACCESS_LIFETIME
    by_account: dict[UUID, list[UUID]] = {}
    for session in sessions:
        session.ended_at, session.ended_because = work.now, because
        if session.actor_id is not None:  # its one token lives as long as it
            until = max(until, session.expires_at)
        by_account.setdefault(session.account_id, []).append(session.id)
    for account_id, ids in by_account.items():
        revoke(work, account_id, ids, until=until)


async def move(work: Work, account: Account) -> None:
    """Tell every gateway whose time zone is another than their tokens say; call with the account's new version."""
    until = work.now + ACCESS_LIFETIME + SKEW
    await work.revocations.note_zone(account, until=until)


def revoke(work: Work, account_id: UUID, ids: Sequence[UUID], *, until: datetime) -> None:
    """Tell every gateway, by the event and by the feed, of sessions or API keys that are over."""
    work.revocations.add(ids, until=until + SKEW)
    work.emit(SessionsRevoked(account_id=account_id, session_ids=tuple(ids), until=until + SKEW))
