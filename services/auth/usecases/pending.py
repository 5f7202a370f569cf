"""Registrations that wait for their code.

Each attempt is a row with its own secrets and its own code. A code completes the registration it was mailed for, typed where that one
was asked for: on the same device, which a cookie tells, or in the same network, or where its password was given since. So nobody's
secrets come into an account by a code that somebody else typed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.auth.domain.codes import (
    AGAIN,
    AS_FOR_SOMEBODY,
    NOTICE_BUDGETS,
    REGISTRATION_LIFETIME,
    REGISTRATIONS,
)
from services.auth.domain.device_marks import known_device, mark_name, new_mark, registrant
from services.auth.domain.devices import Asker
from services.auth.storage.models import Account, ProviderIdentity, Registration
from services.auth.usecases.announcements import announce, notify
from services.auth.usecases.api_keys import revoke_api_keys
from services.auth.usecases.codes import keep_code, mail, may_mail
from services.auth.usecases.revocations import end_sessions
from services.auth.usecases.work import Work
from shared.contracts.auth import CodePurpose, NoticeKind
from shared.ids import new_id
from shared.mailboxes import canonical
from shared.security.secrets import keyed_digest, same

MOST_NETWORKS = 5
"""In which one registration is at home: where it was asked for, and where its password was given since."""
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody registers with; nothing of it counts before its code is typed."""

    profile: dict[str, Any]
    password_hash: str | None = None
    identity: dict[str, Any] | None = None


def salt_of(work: Work, email: str) -> bytes:
    """One for all registrations of an address, so that a sign-in compares with all of them by computing one hash."""
    return keyed_digest(work.pepper, "registration salt", canonical(email))[:_SALT_BYTES]


async def keep_registration(
    work: Work, account: Account, offer: Offer, *, asker: Asker, mark: str
) -> None:
    """With a code of its own, mailed; the account's row is held. The same work is done for a verified account, whose owner is told.

    When this network had all the mails it may have, no code of its earlier registrations counts any more: whoever types it may
    mean this one.
    """
    pending = await work.registrations.pending(account.id, work.now)
    if not await may_mail(work, account.email, network=asker.network, limits=REGISTRATIONS):
        from_here = [one.id for one in pending if asker.network in one.networks]
        await work.codes.void_of(from_here, work.now)
        return
    spacing, mine = AGAIN[0].of_network, f"{account.email_key} {asker.network}"
    await work.limits.use(spacing, mine, work.now)  # its code need not be asked for at once
    is_taken = account.verified_at is not None
    row = work.registrations.add(
        Registration(
            id=new_id(),
            account_id=account.id,
            networks=[asker.network],
            mark=mark,
            password_hash=None if is_taken else offer.password_hash,
            profile={} if is_taken else offer.profile,
            identity=None if is_taken else offer.identity,
            created_at=work.now,
            expires_at=work.now + REGISTRATION_LIFETIME,
        )
    )
    await work.flush()  # the code's row refers to it
    whose = account.email_key if is_taken else f"unproven {account.email_key}"
    told = await work.limits.spend(NOTICE_BUDGETS, whose, work.now)
    kept = keep_code(
        work,
        account,
        purpose=CodePurpose.VERIFY_EMAIL,
        email=account.email,
        registration_id=row.id,
    )
    if not is_taken:
        mail(work, kept, offer.profile["language"])
    elif told is None:
        notify(work, account, NoticeKind.ADDRESS_ALREADY_REGISTERED)
    else:
        await work.limits.use(AS_FOR_SOMEBODY, whose, work.now)


async def mail_again(
    work: Work, account: Account, registration: Registration, *, network: str
) -> bool:
    """A new code of this registration takes the place of its earlier one; the others' live on."""
    if not await may_mail(work, account.email, network=network, limits=AGAIN):
        return False
    await work.codes.void_of([registration.id], work.now)
    kept = keep_code(
        work,
        account,
        purpose=CodePurpose.VERIFY_EMAIL,
        email=account.email,
        registration_id=registration.id,
    )
    mail(work, kept, registration.profile["language"])
    return True


def registrant_mark(work: Work, email: str) -> str:
    """The name of that cookie."""
    return mark_name(work.pepper, registrant(canonical(email)))


def mark_for(work: Work, email: str, *, asker: Asker) -> tuple[str, str]:
    """Name and value of the cookie that tells this registrant from others of the same network."""
    return new_mark(work.pepper, registrant(canonical(email)), marks=asker.marks, now=work.now)


def own_among(
    work: Work, email: str, pending: Sequence[Registration], *, asker: Asker
) -> Sequence[Registration]:
    """Those asked for on this device; on a device that asked for none, those of its network."""
    whose = registrant(canonical(email))
    mark = known_device(work.pepper, whose, marks=asker.marks, now=work.now)
    marked = [one for one in pending if mark is not None and one.mark == mark]
    return marked or [one for one in pending if asker.network in one.networks]


async def those_of_password(
    work: Work, email: str, pending: Sequence[Registration], *, password: str
) -> Sequence[Registration]:
    """Raises HashingBusy."""
    computed = await work.hasher.hash(password, salt=salt_of(work, email))
    return [one for one in pending if one.password_hash and same(one.password_hash, computed)]


def settle_in(registration: Registration, *, network: str) -> None:
    """Whoever gave its password here may type its code here."""
    others = [one for one in registration.networks if one != network]
    registration.networks = [*others, network][-MOST_NETWORKS:]


async def complete(
    work: Work, account: Account, registration: Registration, *, with_secrets: bool
) -> None:
    """The account becomes this registration's, and nothing is left in it of whoever had it before the proof."""
    await forget_unproven(work, account, because="email_verified")
    for name, value in registration.profile.items():
        setattr(account, name, value)
    account.password_hash = registration.password_hash if with_secrets else None
    account.password_changed_at = None
    if with_secrets and registration.identity is not None:
        await work.identities.add_once(
            ProviderIdentity(account_id=account.id, created_at=work.now, **registration.identity)
        )
    account.verified_at = work.now
    work.accounts.touch(account, work.now)
    announce(work, account)


async def forget_unproven(work: Work, account: Account, *, because: str) -> None:
    """Before an address is proven: all that others tied to it. The account's row is held."""
    await work.registrations.erase_owner(account.id)
    await work.codes.void(account.id, CodePurpose.VERIFY_EMAIL, work.now)
    await work.resets.void(account.id, work.now)
    await work.challenges.void(account.id)
    await work.factors.forget_since(account.id, account.created_at)
    await revoke_api_keys(work, account.id)
    await end_sessions(work, account.id, because=because)


async def registration_of(work: Work, registration_id: UUID | None) -> Registration | None:
    if registration_id is None:
        return None
    return await work.registrations.living(registration_id, work.now)
