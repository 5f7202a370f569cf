from collections.abc import Iterable
from uuid import UUID

from services.auth.domain.tokens import ACCESS_LIFETIME, SKEW
from services.auth.storage.models import Session
from services.auth.usecases.work import Work
from shared.contracts.auth import SessionsRevoked


async def end_sessions(
    work: Work,
    account_id: UUID,
    *,
    because: str,
    only: UUID | None = None,
    but: UUID | None = None,
) -> list[UUID]:
    """End this account's sessions (or `only` one, or all `but` one), access tokens included; which ones it ended."""
    ended = [
        session
        for session in await work.sessions.live_ones(account_id, work.now)
        if only in (None, session.id) and session.id != but
    ]
    _end(work, account_id, ended, because)
    return [session.id for session in ended]


def _end(work: Work, account_id: UUID, sessions: Iterable[Session], because: str) -> None:
    ids = []
    for session in sessions:
        session.ended_at, session.ended_because = work.now, because
        ids.append(session.id)
    if ids:
        until = work.now + ACCESS_LIFETIME + SKEW
        work.revocations.add(ids, until=until)
        work.emit(SessionsRevoked(account_id=account_id, session_ids=tuple(ids), until=until))
