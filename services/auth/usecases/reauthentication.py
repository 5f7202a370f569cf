"""Proving again who is there: by the password or a second factor, for five minutes of what is delicate."""

from uuid import UUID

from services.auth.domain.devices import Asker
from services.auth.domain.factors import Given
from services.auth.domain.recency import Presence, is_recent
from services.auth.errors import FactorWrong, PasswordWrong, ReauthenticationRequired
from services.auth.storage.models import Session
from services.auth.usecases.announcements import record
from services.auth.usecases.challenges import is_second_factor, spend_tries
from services.auth.usecases.proof import proves_again
from services.auth.usecases.work import Work
from shared.errors import Unauthorized

Refused = PasswordWrong | FactorWrong


async def reauthenticate(
    work: Work,
    *,
    account_id: UUID,
    session_id: UUID | None,
    password: str | None,
    given: Given | None,
    asker: Asker,
) -> Session | Refused:
    """A refusal is returned, not raised: its trace in the audit log is to be kept. Raises TooManyTries."""
    refusal = await _refusal(
        work, account_id=account_id, password=password, given=given, asker=asker
    )
    if refusal is not None:
        record(work, account_id, "reauthentication_refused", asker=asker)
        return refusal
    session = await _session(work, account_id, session_id)
    session.authenticated_at = work.now
    record(work, account_id, "reauthenticated", asker=asker, session_id=str(session.id))
    return session


async def require_recent(
    work: Work, presence: Presence, *, refused_as: str
) -> PasswordWrong | None:
    """A password given with the request is proof in itself, and renews the session's. Raises ReauthenticationRequired."""
    account_id, session_id = presence.account_id, presence.session_id
    if presence.password is None:
        session = await _session(work, account_id, session_id)
        if not is_recent(session.authenticated_at, work.now):
            raise ReauthenticationRequired
        return None
    refusal = await _refusal(
        work,
        account_id=account_id,
        password=presence.password,
        given=None,
        asker=presence.asker,
    )
    if refusal is not None:
        record(work, account_id, refused_as, asker=presence.asker)
        return PasswordWrong(pointer="/password")
    if session_id is not None and (held := await work.sessions.owned(account_id, session_id)):
        held.authenticated_at = work.now
    return None


async def _refusal(
    work: Work, *, account_id: UUID, password: str | None, given: Given | None, asker: Asker
) -> Refused | None:
    async with work.apart() as reading:
        known = await reading.accounts.of(account_id)
    if known is None:
        raise Unauthorized
    if password is not None:
        proven = await proves_again(work, known, password=password, asker=asker)
        return None if proven else PasswordWrong(pointer="/password")
    await spend_tries(work, account_id)
    proven = given is not None and await is_second_factor(work, known, given, asker=asker)
    return None if proven else FactorWrong()


async def _session(work: Work, account_id: UUID, session_id: UUID | None) -> Session:
    """Raises ReauthenticationRequired for a caller without a living session of their own: an API key, say."""
    session = await work.sessions.owned(account_id, session_id) if session_id else None
    if session is None or session.ended_at is not None:
        raise ReauthenticationRequired
    return session
