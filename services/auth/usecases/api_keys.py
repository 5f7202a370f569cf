from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from uuid import UUID

from services.auth.domain.api_keys import MAKE_BUDGETS, MOST_KEYS, is_worth_noting
from services.auth.domain.devices import Asker
from services.auth.domain.recency import Presence
from services.auth.errors.accounts import TooManyTries
from services.auth.errors.passwords import PasswordWrong
from services.auth.errors.sessions import TooManyApiKeys
from services.auth.storage.models import Account, ApiKey
from services.auth.usecases.account import owner_present
from services.auth.usecases.announcements import notify, record
from services.auth.usecases.revocations import revoke
from services.auth.usecases.work import Work
from shared.access import Access
from shared.contracts.auth import NoticeKind
from shared.contracts.scopes import Scope
from shared.errors import NotFound
from shared.ids import new_id
from shared.security.api_keys import fingerprint, new_api_key

GATEWAYS_TRUST = timedelta(minutes=10)
"""Longer than any gateway trusts what it last heard of a key."""
ENDING = 4


@dataclass(frozen=True, slots=True)
class NewKey:
    """Shown this once."""

    secret: str
    row: ApiKey


async def add_api_key(
    work: Work, presence: Presence, *, name: str, scopes: Sequence[Scope], lifetime: timedelta
) -> NewKey | PasswordWrong:
    """Raises ReauthenticationRequired, TooManyApiKeys, TooManyTries. A refusal is returned: its trace in the audit log is to be kept."""
    account = await owner_present(work, presence, refused_as="api_key_refused")
    if isinstance(account, PasswordWrong):
        return account
    asker = presence.asker
    if await work.api_keys.live_count(account.id, work.now) >= MOST_KEYS:
        raise TooManyApiKeys(most=MOST_KEYS)
    again_at = await work.limits.spend(MAKE_BUDGETS, str(account.id), work.now)
    if again_at is not None:
        wait = ceil((again_at - work.now).total_seconds())
        raise TooManyTries(headers={"Retry-After": str(wait)})
    made = _make(work, account, name=name, scopes=scopes, lifetime=lifetime)
    _record(work, made.row, "api_key_created", asker=asker)
    notify(
        work, account, NoticeKind.API_KEY_CREATED, key_name=name, device=asker.device, ip=asker.ip
    )
    return made


def _make(
    work: Work, account: Account, *, name: str, scopes: Sequence[Scope], lifetime: timedelta
) -> NewKey:
    secret = new_api_key()
    row = ApiKey(
        id=new_id(),
        account_id=account.id,
        name=name,
        fingerprint=fingerprint(secret),
        ending=secret[-ENDING:],
        scopes=[scope.value for scope in Scope if scope in scopes],
        created_at=work.now,
        expires_at=work.now + lifetime,
        last_used_at=None,
    )
    return NewKey(secret, work.api_keys.add(row))


async def revoke_api_key(work: Work, *, access: Access, key_id: UUID, asker: Asker) -> None:
    key = await work.api_keys.one_changed(access, key_id)
    _record(work, key, "api_key_revoked", asker=asker)
    await work.api_keys.remove(key)
    revoke(work, access.person, [key_id], until=work.now + GATEWAYS_TRUST)


async def revoke_api_keys(work: Work, account_id: UUID) -> None:
    """All of them: whoever takes an account back cannot know which of its keys a thief has made."""
    ids = await work.api_keys.remove_of(account_id)
    if ids:
        revoke(work, account_id, ids, until=work.now + GATEWAYS_TRUST)


async def key_behind(work: Work, *, key_fingerprint: str) -> tuple[ApiKey, Account]:
    """For the gateway, which asks every few seconds while a key is in use. Raises NotFound."""
    found = await work.api_keys.good(key_fingerprint, work.now)
    if found is None:
        raise NotFound
    key, _ = found
    if is_worth_noting(key.last_used_at, work.now):
        await work.api_keys.note_use(key.id, work.now)
    return found


def _record(work: Work, key: ApiKey, kind: str, *, asker: Asker) -> None:
    scopes = " ".join(key.scopes)
    record(
        work, key.account_id, kind, asker=asker, key_id=str(key.id), name=key.name, scopes=scopes
    )
