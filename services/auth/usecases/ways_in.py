"""How an account can be entered, and what must still hold when one of the ways goes."""

from typing import TypeVar
from uuid import UUID

from services.auth.domain.devices import Asker
from services.auth.domain.factors import FactorKind
from services.auth.domain.recency import Presence
from services.auth.errors.factors import LastWayIn
from services.auth.errors.passwords import PasswordWrong
from services.auth.storage.models import Account, Passkey, ProviderIdentity
from services.auth.usecases.account import owner_present
from services.auth.usecases.announcements import notify, record
from services.auth.usecases.revocations import end_sessions
from services.auth.usecases.work import Work
from shared.access import Access
from shared.contracts.auth import NoticeKind
from shared.db.repository import Repository
from shared.errors import AppError

WayIn = TypeVar("WayIn", Passkey, ProviderIdentity)


async def factors_of(work: Work, account: Account) -> tuple[FactorKind, ...]:
    """What may follow a right password; empty when nothing needs to."""
    found = []
    if await work.factors.has_active(account.id):
        found.append(FactorKind.TOTP)
    if account.passkey_required and await work.passkeys.count_owned(account.id):
        found.append(FactorKind.PASSKEY)
    if account.mail_codes:
        found.append(FactorKind.MAIL)
    if found and await work.factors.recovery_codes_left(account.id):
        found.append(FactorKind.RECOVERY_CODE)
    return tuple(found)


async def settle_factors(work: Work, account: Account) -> None:
    """After a factor went: a passkey cannot be asked for where none is left, and recovery codes recover something."""
    if account.passkey_required and not await work.passkeys.count_owned(account.id):
        account.passkey_required = False
    if not set(await factors_of(work, account)) - {FactorKind.RECOVERY_CODE}:
        await work.factors.forget_recovery_codes(account.id)
    await work.challenges.void(account.id)


async def is_last_way_in(work: Work, account: Account) -> bool:
    """Whether the account has but one passkey or provider, and no password."""
    if account.password_hash is not None:
        return False
    passkeys = await work.passkeys.count_owned(account.id)
    return passkeys + await work.identities.count_owned(account.id) <= 1


async def remove_way_in(
    work: Work, presence: Presence, *, kept_in: Repository[WayIn], way_id: UUID, refused_as: str
) -> tuple[Account, WayIn] | AppError:
    """Whose it was, their row held, and what is gone; telling is the caller's. Raises NotFound and LastWayIn."""
    account = await owner_present(work, presence, refused_as=refused_as)
    if isinstance(account, PasswordWrong):
        return account
    way = await kept_in.one_changed(Access(account.id), way_id)
    if await is_last_way_in(work, account):
        raise LastWayIn
    await kept_in.remove(way)
    await work.flush()
    return account, way


async def tell_of_change(
    work: Work,
    account: Account,
    kind: NoticeKind,
    *,
    session_id: UUID | None,
    asker: Asker,
    **facts: str,
) -> None:
    """The ways in are no longer the same: the other sessions end, the log keeps it, a mail tells."""
    await end_sessions(work, account.id, because=kind.value, but=session_id)
    record(work, account.id, kind.value, asker=asker, actor_id=None, **facts)
    notify(work, account, kind, **facts, device=asker.device, ip=asker.ip)
