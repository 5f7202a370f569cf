"""Proving again who is there, for five minutes of what is delicate: by the password, a passkey, a code of the app, a recovery code.

Whoever has none of these (they came by a provider) is mailed a code.
"""

from typing import Any
from uuid import UUID

from services.auth.domain.devices import Asker
from services.auth.domain.factors import Given
from services.auth.domain.passkeys import Purpose, request_options
from services.auth.domain.recency import Presence, ProofKind, is_recent
from services.auth.errors.accounts import CodeWrong
from services.auth.errors.factors import FactorWrong, PasskeyRefused
from services.auth.errors.passwords import PasswordWrong
from services.auth.errors.sessions import ProveOtherwise
from services.auth.storage.models import Account, Session
from services.auth.usecases.announcements import record
from services.auth.usecases.ceremonies import as_known, open_ceremony, owner_of_passkey
from services.auth.usecases.challenges import is_second_factor, spend_tries
from services.auth.usecases.codes import count_try, issue_code, use_code
from services.auth.usecases.proof import is_still_proof, proves_again
from services.auth.usecases.work import Work
from shared.access import Access
from shared.contracts.auth import CodePurpose
from shared.errors import AppError, NotFound, ReauthenticationRequired, Unauthorized


async def reauthenticate(
    work: Work, presence: Presence, *, given: Given | None
) -> Session | AppError:
    """A refusal is returned, not raised: its trace in the audit log is to be kept. Raises TooManyTries."""
    account_id, asker = presence.account_id, presence.asker
    if given is None:
        refusal: AppError | None = await _password_refusal(work, presence)
    else:
        refusal = await _refusal(work, account_id, given, asker=asker)
    if refusal is not None:
        record(work, account_id, "reauthentication_refused", asker=asker)
        return refusal
    session = await _session(work, account_id, presence.session_id)
    session.authenticated_at = work.now
    record(work, account_id, "reauthenticated", asker=asker, session_id=str(session.id))
    return session


async def require_recent(
    work: Work, presence: Presence, *, refused_as: str
) -> PasswordWrong | None:
    """A password given with the request is proof in itself, and renews the session's. Raises ReauthenticationRequired."""
    account_id, session_id = presence.account_id, presence.session_id
    if presence.password is None:
        async with work.apart() as reading:
            session = await _session(reading, account_id, session_id)
        if not is_recent(session.authenticated_at, work.now):
            raise ReauthenticationRequired
        return None
    refusal = await _password_refusal(work, presence)
    if refusal is not None:
        record(work, account_id, refused_as, asker=presence.asker)
        return refusal
    if session_id is not None:
        held = await work.sessions.find_seen(Access(account_id), session_id)
        if held is not None:
            held.authenticated_at = work.now
    return None


async def is_proven_lately(work: Work, *, session_id: UUID) -> bool:
    """For the gateway, which has recognised whose session it is."""
    session = await work.sessions.living(session_id, work.now)
    return session is not None and is_recent(session.authenticated_at, work.now)


async def proofs_of(work: Work, account: Account) -> tuple[ProofKind, ...]:
    """With what its owner may prove to be there. Their mailbox proves least: it is asked only where nothing else is."""
    found = []
    if account.password_hash is not None:
        found.append(ProofKind.PASSWORD)
    if await work.passkeys.count_owned(account.id):
        found.append(ProofKind.PASSKEY)
    if await work.factors.has_active(account.id):
        found.append(ProofKind.TOTP)
    if not found:
        found.append(ProofKind.MAIL)
    if await work.factors.recovery_codes_left(account.id):
        found.append(ProofKind.RECOVERY_CODE)
    return tuple(found)


async def passkey_to_prove(work: Work, *, account_id: UUID) -> dict[str, Any]:
    """What the browser needs to sign with one of the caller's passkeys. Raises NotFound."""
    passkeys = await work.passkeys.all_of(account_id)
    if not passkeys:
        raise NotFound
    return request_options(
        work.settings.relying_party,
        challenge=open_ceremony(work, Purpose.PROVE_AGAIN, account_id=account_id),
        allowed=[as_known(one) for one in passkeys],
    )


async def mail_proof(work: Work, *, account_id: UUID, asker: Asker) -> None:
    """At most one mail a minute and five an hour. Raises ProveOtherwise."""
    account = await work.accounts.of(account_id, lock=True)
    if account is None:
        raise Unauthorized
    if ProofKind.MAIL not in await proofs_of(work, account):
        raise ProveOtherwise
    await issue_code(work, account, purpose=CodePurpose.PROVE_AGAIN, network=asker.network)


async def _password_refusal(work: Work, presence: Presence) -> PasswordWrong | None:
    known = await _known(work, presence.account_id)
    password, asker = presence.password or "", presence.asker
    proven = await proves_again(work, known, password=password, asker=asker)
    if proven:
        held = await work.accounts.of(known.id, lock=True)
        proven = is_still_proof(known, held)
    return None if proven else PasswordWrong(pointer="/password")


async def _refusal(work: Work, account_id: UUID, given: Given, *, asker: Asker) -> AppError | None:
    """Uses up what was given, and counts the try at what could be guessed. Raises TooManyTries."""
    known = await _known(work, account_id)
    if given.passkey is not None:
        signer = await owner_of_passkey(
            work, given.passkey, Purpose.PROVE_AGAIN, asker=asker, of=account_id
        )
        return None if signer is not None else PasskeyRefused()
    if given.mailed_code is not None:
        purpose = CodePurpose.PROVE_AGAIN
        await count_try(work, email=f"prove {known.email}", account_id=account_id, purpose=purpose)
        used = await use_code(work, account_id, purpose=purpose, code=given.mailed_code)
        may = ProofKind.MAIL in await proofs_of(work, known)
        return None if used is not None and may else CodeWrong(pointer="/otp_code")
    await spend_tries(work, account_id)
    return None if await is_second_factor(work, known, given, asker=asker) else FactorWrong()


async def _known(work: Work, account_id: UUID) -> Account:
    """Read apart: no connection is held while a password is hashed."""
    async with work.apart() as reading:
        known = await reading.accounts.of(account_id)
    if known is None:
        raise Unauthorized
    return known


async def _session(work: Work, account_id: UUID, session_id: UUID | None) -> Session:
    """Raises ReauthenticationRequired for a caller without a living session of their own: an API key, say."""
    if session_id is None:
        raise ReauthenticationRequired
    session = await work.sessions.find_seen(Access(account_id), session_id)
    if session is None or session.ended_at is not None:
        raise ReauthenticationRequired
    return session
