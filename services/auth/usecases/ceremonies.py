"""A passkey answers a challenge of ours: made once, answered once, within five minutes."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog

from services.auth.domain.devices import Asker
from services.auth.domain.passkeys import (
    CEREMONY_LIFETIME,
    CHALLENGE_BYTES,
    Known,
    PasskeyInvalid,
    Purpose,
    challenge_in,
    credential_id_in,
    is_copied,
    names_somebody_else,
    verify_use,
)
from services.auth.domain.tokens import fingerprint
from services.auth.storage.models import Account, Ceremony, Passkey
from services.auth.usecases.announcements import notify, record
from services.auth.usecases.work import Work
from shared.contracts.auth import NoticeKind

log = structlog.get_logger()


def open_ceremony(work: Work, purpose: Purpose, *, account_id: UUID | None) -> bytes:
    """The challenge; only its digest is kept."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    work.ceremonies.add(
        Ceremony(
            account_id=account_id,
            purpose=purpose,
            digest=fingerprint(challenge.hex()),
            created_at=work.now,
            expires_at=work.now + CEREMONY_LIFETIME,
        )
    )
    return challenge


async def close_ceremony(
    work: Work, credential: Mapping[str, Any], purpose: Purpose, *, account_id: UUID | None
) -> bytes:
    """The challenge that was answered, used up whatever the answer is worth. Raises PasskeyInvalid."""
    challenge = challenge_in(credential)
    known = await work.ceremonies.use(
        fingerprint(challenge.hex()), purpose=purpose, account_id=account_id, now=work.now
    )
    if not known:
        raise PasskeyInvalid("challenge")
    return challenge


async def owner_of_passkey(
    work: Work, credential: Mapping[str, Any], purpose: Purpose, *, asker: Asker, of: UUID | None
) -> Account | None:
    """Whose passkey signed the challenge, their row locked; None for whatever is wrong.

    What was noted stays to be kept: refuse by returning.
    """
    try:
        challenge = await close_ceremony(work, credential, purpose, account_id=of)
        passkey = await work.passkeys.by_credential(credential_id_in(credential))
    except PasskeyInvalid as invalid:
        log.info("passkey.refused", reason=str(invalid))
        return None
    if passkey is None or of not in {None, passkey.account_id}:
        return None
    if names_somebody_else(credential, passkey.account_id):
        return None
    account = await work.accounts.of(passkey.account_id, lock=True)
    if account is None or not await _is_used(
        work, account, passkey, credential, challenge, asker=asker
    ):
        return None
    return account


async def _is_used(
    work: Work,
    account: Account,
    passkey: Passkey,
    credential: Mapping[str, Any],
    challenge: bytes,
    *,
    asker: Asker,
) -> bool:
    try:
        shown = verify_use(
            credential,
            challenge=challenge,
            party=work.settings.relying_party,
            public_key=passkey.public_key,
        )
    except PasskeyInvalid as invalid:
        log.info("passkey.refused", reason=str(invalid), passkey_id=str(passkey.id))
        record(work, account.id, "passkey_refused", asker=asker, passkey=passkey.name)
        return False
    if is_copied(stored=passkey.sign_count, shown=shown) or not await work.passkeys.use(
        passkey.id, sign_count=shown, now=work.now
    ):
        log.warning("passkey.copied", passkey_id=str(passkey.id), account_id=str(account.id))
        record(work, account.id, "passkey_copied", asker=asker, passkey=passkey.name)
        notify(work, account, NoticeKind.PASSKEY_COPIED, passkey=passkey.name)
        return False
    return True


def as_known(passkey: Passkey) -> Known:
    return Known(passkey.credential_id, tuple(passkey.transports))
