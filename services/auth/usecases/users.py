from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from services.auth.domain.devices import Asker
from services.auth.errors.accounts import OneselfProtected
from services.auth.storage.models import Account
from services.auth.usecases.announcements import announce, notify, record
from services.auth.usecases.revocations import end_sessions
from services.auth.usecases.work import Work
from shared.contracts.auth import NoticeKind
from shared.errors import NotFound


class Grantable(StrEnum):
    USER = "user"
    GARAGE_OWNER = "garage_owner"
    ADMIN = "admin"


async def user_of(work: Work, *, user_id: UUID, lock: bool = False) -> Account:
    account = await work.accounts.of(user_id, lock=lock)
    if account is None:
        raise NotFound
    return account


async def administer_user(
    work: Work,
    *,
    user_id: UUID,
    actor_id: UUID,
    roles: Sequence[Grantable] | None,
    locked: bool | None,
    asker: Asker,
) -> Account:
    """Lock, unlock or grant. Whoever loses something loses the sessions that still carry it."""
    if user_id == actor_id:
        raise OneselfProtected
    account = await user_of(work, user_id=user_id, lock=True)
    done: dict[str, dict[str, str]] = {}
    if locked is not None and locked != (account.locked_at is not None):
        account.locked_at = work.now if locked else None
        done["locked" if locked else "unlocked"] = {}
    if roles is not None and set(roles) != set(account.roles):
        account.roles = sorted({*map(str, roles), Grantable.USER.value})
        done["roles_changed"] = {"roles": " ".join(account.roles)}
    if not done:
        return account
    for kind, facts in done.items():
        record(work, user_id, kind, asker=asker, actor_id=actor_id, **facts)
    if await end_sessions(work, user_id, because="administered"):
        reason = "locked" if "locked" in done else "administered"
        notify(work, account, NoticeKind.SESSIONS_ENDED, reason=reason)
    work.accounts.touch(account, work.now)
    announce(work, account)
    return account
