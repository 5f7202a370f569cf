from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from services.auth.domain.devices import Asker
from services.auth.domain.impersonation import ADMIN, may_be_acted_for
from services.auth.domain.tokens import ACCESS_TYPE, Bearer, access_claims
from services.auth.errors.accounts import NotToBeImpersonated
from services.auth.storage.models import Account, Session
from services.auth.usecases.announcements import notify, record
from services.auth.usecases.keys import signing_key
from services.auth.usecases.revocations import end_these
from services.auth.usecases.work import Work
from shared.contracts.auth import NoticeKind
from shared.errors import Forbidden, NotFound
from shared.ids import new_id
from shared.security.tokens import sign

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Impersonation:
    access: str
    session: Session
    account: Account


async def impersonate(
    work: Work, *, user_id: UUID, actor_id: UUID, reason: str, lasting: timedelta, asker: Asker
) -> Impersonation:
    """One token, good for the whole time and not to be renewed. Raises NotFound, NotToBeImpersonated, Forbidden."""
    held = {one: await work.accounts.of(one, lock=True) for one in sorted({user_id, actor_id})}
    account, actor = held[user_id], held[actor_id]
    if actor is None or actor.locked_at is not None or ADMIN not in actor.roles:
        raise Forbidden  # the token may be older than the loss of the role
    if account is None:
        raise NotFound
    if not may_be_acted_for(roles=account.roles, is_locked=account.locked_at is not None):
        raise NotToBeImpersonated
    session = Session(
        id=new_id(),
        account_id=account.id,
        device=asker.device,
        ip=asker.ip,
        network=asker.network,
        created_at=work.now,
        last_seen_at=work.now,
        authenticated_at=work.now,
        expires_at=work.now + lasting,
        actor_id=actor.id,
        acted_because=reason,
    )
    work.sessions.add(session)
    _record(work, session, "impersonation_started", asker=asker, reason=reason)
    minutes = str(int(lasting / timedelta(minutes=1)))
    notify(work, account, NoticeKind.IMPERSONATED, reason=reason, minutes=minutes)
    log.info("impersonation.started", account_id=str(account.id), actor_id=str(actor.id))
    return Impersonation(await _access(work, session, account, lasting), session, account)


async def stop_impersonating(work: Work, *, user_id: UUID, actor_id: UUID, asker: Asker) -> None:
    """Raises NotFound when this administrator does not act for this person now."""
    acted = await work.sessions.live_acted_by(actor_id, work.now)
    ended = [session for session in acted if session.account_id == user_id]
    if not ended:
        raise NotFound
    end_these(work, ended, because="ended_by_actor")
    for session in ended:
        _record(work, session, "impersonation_ended", asker=asker)


def note_end(work: Work, session: Session, *, asker: Asker) -> None:
    """Its end, by whoever ended it, in the logs of both."""
    _record(work, session, "impersonation_ended", asker=asker)


def _record(work: Work, session: Session, kind: str, *, asker: Asker, **facts: str) -> None:
    """In the person's log and in the administrator's."""
    if session.actor_id is None:
        return
    told = facts | {"session_id": str(session.id), "user_id": str(session.account_id)}
    for owner in (session.account_id, session.actor_id):
        record(work, owner, kind, asker=asker, actor_id=session.actor_id, **told)


async def _access(work: Work, session: Session, account: Account, lasting: timedelta) -> str:
    bearer = Bearer(
        account.id,
        session.id,
        tuple(account.roles),
        account.language,
        account.timezone,
        session.actor_id,
    )
    claims = access_claims(bearer, token_id=new_id(), now=work.now, lasting=lasting)
    return sign(claims, await signing_key(work), typ=ACCESS_TYPE)
