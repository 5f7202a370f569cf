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
from services.auth.domain.recency import Presence
from services.auth.errors.accounts import AccountLocked
from services.auth.errors.factors import PasskeyRefused, TooManyPasskeys
from services.auth.errors.passwords import PasswordWrong
from services.auth.storage.models import Passkey
from services.auth.usecases.account import account_of, owner_present
from services.auth.usecases.ceremonies import (
    as_known,
    close_ceremony,
    open_ceremony,
    owner_of_passkey,
)
from services.auth.usecases.sessions import SignedIn, open_session
from services.auth.usecases.ways_in import remove_way_in, settle_factors, tell_of_change
from services.auth.usecases.work import Work
from shared.access import Access
from shared.contracts.auth import NoticeKind
from shared.errors import AppError

log = structlog.get_logger()
REFUSED = "passkey_change_refused"


async def begin_passkey(work: Work, presence: Presence) -> dict[str, Any] | AppError:
    """What the browser needs to make one. Raises TooManyPasskeys."""
    account = await owner_present(work, presence, refused_as=REFUSED)
    if isinstance(account, PasswordWrong):
        return account
    present = await work.passkeys.all_of(account.id)
    if len(present) >= MOST_PASSKEYS:
        raise TooManyPasskeys
    return creation_options(
        work.settings.relying_party,
        challenge=open_ceremony(work, Purpose.REGISTER, account_id=account.id),
        account_id=account.id,
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
    if await work.passkeys.count_owned(account_id) >= MOST_PASSKEYS:
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
    await tell_of_change(
        work,
        account,
        NoticeKind.PASSKEY_ADDED,
        session_id=session_id,
        asker=asker,
        passkey=name,
    )
    return passkey


async def rename_passkey(work: Work, *, access: Access, passkey_id: UUID, name: str) -> Passkey:
    passkey = await work.passkeys.one_changed(access, passkey_id)
    passkey.name = name
    return passkey


async def remove_passkey(work: Work, presence: Presence, *, passkey_id: UUID) -> AppError | None:
    """Raises NotFound and LastWayIn."""
    removed = await remove_way_in(
        work, presence, kept_in=work.passkeys, way_id=passkey_id, refused_as=REFUSED
    )
    if isinstance(removed, AppError):
        return removed
    account, passkey = removed
    await settle_factors(work, account)
    await tell_of_change(
        work,
        account,
        NoticeKind.PASSKEY_REMOVED,
        session_id=presence.session_id,
        asker=presence.asker,
        passkey=passkey.name,
    )
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
