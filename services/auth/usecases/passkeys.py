from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import IntegrityError

from services.auth.domain.devices import Asker
from services.auth.domain.passkeys import (
    MOST_PASSKEYS,
    PasskeyInvalid,
    Purpose,
    creation_options,
    request_options,
    verify_new,
)
from services.auth.errors import AccountLocked, LastWayIn, PasskeyRefused, TooManyPasskeys
from services.auth.storage.models import Account, Passkey
from services.auth.usecases.account import account_of
from services.auth.usecases.announcements import notify, record
from services.auth.usecases.ceremonies import (
    as_known,
    close_ceremony,
    open_ceremony,
    owner_of_passkey,
)
from services.auth.usecases.reauthentication import require_recent
from services.auth.usecases.revocations import end_sessions
from services.auth.usecases.sessions import SignedIn, open_session
from services.auth.usecases.ways_in import is_last_way_in, settle_factors
from services.auth.usecases.work import Work
from shared.contracts.auth import NoticeKind
from shared.errors import AppError, NotFound

log = structlog.get_logger()


async def begin_passkey(
    work: Work, *, account_id: UUID, session_id: UUID | None, password: str | None, asker: Asker
) -> dict[str, Any] | AppError:
    """What the browser needs to make one. Raises TooManyPasskeys."""
    refusal = await require_recent(
        work,
        account_id=account_id,
        session_id=session_id,
        password=password,
        asker=asker,
        refused_as="passkey_change_refused",
    )
    if refusal is not None:
        return refusal
    account = await account_of(work, account_id, lock=True)
    present = await work.passkeys.all_of(account_id)
    if len(present) >= MOST_PASSKEYS:
        raise TooManyPasskeys
    return creation_options(
        work.settings.relying_party,
        challenge=open_ceremony(work, Purpose.REGISTER, account_id=account_id),
        account_id=account_id,
        email=account.email,
        name=f"{account.first_name} {account.last_name}".strip(),
        present=[as_known(one) for one in present],
    )


async def add_passkey(
    work: Work,
    *,
    account_id: UUID,
    session_id: UUID | None,
    name: str,
    credential: Mapping[str, Any],
    asker: Asker,
) -> Passkey | PasskeyRefused:
    """A refusal is returned, not raised: the challenge is used up all the same. Raises TooManyPasskeys."""
    account = await account_of(work, account_id, lock=True)
    try:
        challenge = await close_ceremony(work, credential, Purpose.REGISTER, account_id=account_id)
        made = verify_new(credential, challenge=challenge, party=work.settings.relying_party)
    except PasskeyInvalid as invalid:
        log.info("passkey.refused", reason=str(invalid))
        return PasskeyRefused()
    if await work.passkeys.is_known(made.credential_id):
        return PasskeyRefused()
    if await work.passkeys.count_of_owner(account_id) >= MOST_PASSKEYS:
        raise TooManyPasskeys
    passkey = work.passkeys.add(
        Passkey(
            account_id=account_id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=name,
            transports=list(made.transports),
            synced=made.synced,
            created_at=work.now,
        )
    )
    try:
        await work.flush()
    except IntegrityError as error:  # the same credential registered twice at one moment
        raise PasskeyRefused from error
    await _tell(work, account, session_id=session_id, asker=asker, added=True, name=name)
    return passkey


async def rename_passkey(work: Work, *, account_id: UUID, passkey_id: UUID, name: str) -> Passkey:
    passkey = await work.passkeys.owned(account_id, passkey_id, lock=True)
    if passkey is None:
        raise NotFound
    passkey.name = name
    return passkey


async def remove_passkey(
    work: Work,
    *,
    account_id: UUID,
    session_id: UUID | None,
    passkey_id: UUID,
    password: str | None,
    asker: Asker,
) -> AppError | None:
    """Raises NotFound and LastWayIn."""
    refusal = await require_recent(
        work,
        account_id=account_id,
        session_id=session_id,
        password=password,
        asker=asker,
        refused_as="passkey_change_refused",
    )
    if refusal is not None:
        return refusal
    account = await account_of(work, account_id, lock=True)
    passkey = await work.passkeys.owned(account_id, passkey_id, lock=True)
    if passkey is None:
        raise NotFound
    if await is_last_way_in(work, account):
        raise LastWayIn
    await work.passkeys.remove(passkey)
    await work.flush()
    await settle_factors(work, account)
    await _tell(work, account, session_id=session_id, asker=asker, added=False, name=passkey.name)
    return None


async def begin_sign_in(work: Work) -> dict[str, Any]:
    """For whoever comes: the device knows which passkeys it holds for us."""
    return request_options(
        work.settings.relying_party,
        challenge=open_ceremony(work, Purpose.SIGN_IN, account_id=None),
    )


async def sign_in_with_passkey(
    work: Work, *, credential: Mapping[str, Any], asker: Asker
) -> SignedIn | AppError:
    """A passkey is something one has and, verified by the device, something one is or knows: nothing else is asked.

    A refusal is returned, not raised: the challenge is used up, and what was noted is kept.
    """
    account = await owner_of_passkey(work, credential, Purpose.SIGN_IN, asker=asker, of=None)
    if account is None:
        return PasskeyRefused()
    if account.locked_at is not None:
        return AccountLocked()
    return await open_session(work, account, asker=asker)


async def _tell(
    work: Work, account: Account, *, session_id: UUID | None, asker: Asker, added: bool, name: str
) -> None:
    kind = NoticeKind.PASSKEY_ADDED if added else NoticeKind.PASSKEY_REMOVED
    await end_sessions(work, account.id, because=kind.value, but=session_id)
    record(work, account.id, kind.value, asker=asker, passkey=name)
    notify(work, account, kind, passkey=name, device=asker.device, ip=asker.ip)
