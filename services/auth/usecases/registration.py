from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel

from services.auth.domain.codes import NOTICE_BUDGETS
from services.auth.domain.devices import Asker
from services.auth.domain.passwords import Weakness, weakness
from services.auth.domain.preferences import (
    DEFAULT_CURRENCY,
    DEFAULT_SWITCHES,
    DEFAULT_TIMEZONE,
    Theme,
    Units,
)
from services.auth.errors import (
    CodeWrong,
    PasswordAboutYou,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordWeak,
)
from services.auth.storage.models import Account, ProviderIdentity
from services.auth.usecases.announcements import announce, notify, record
from services.auth.usecases.codes import count_try, issue_code, use_code
from services.auth.usecases.second_factor import answer_from_here
from services.auth.usecases.sessions import SignedIn, open_session
from services.auth.usecases.work import Work
from shared.contracts.auth import CodePurpose, NoticeKind
from shared.contracts.base import Language
from shared.ids import new_id

WEAK: dict[Weakness, type[PasswordWeak]] = {
    Weakness.TOO_SHORT: PasswordTooShort,
    Weakness.TOO_LONG: PasswordTooLong,
    Weakness.COMMON: PasswordTooCommon,
    Weakness.ABOUT_YOU: PasswordAboutYou,
}
USER = "user"
IDENTITY = "identity"
"""The member of a candidate that names who they are at a provider."""


class ResendCode(BaseModel):
    """A job of ours; nobody's id is the job of an unknown address."""

    kind: ClassVar[str] = "auth.resend_code"
    account_id: UUID | None


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody says of themselves when they register."""

    email: str
    first_name: str
    last_name: str
    phone_number: str | None
    language: Language


def refuse_weak(password: str, *, about: tuple[str, ...], pointer: str) -> None:
    """Raises PasswordWeak."""
    found = weakness(password, about=about)
    if found is not None:
        raise WEAK[found](pointer=pointer)


async def register_account(work: Work, *, person: Person, password: str) -> UUID:
    """Answers the same, after the same work, whether the address is new or has an account.

    A second registration of an unverified address is a candidate of its own, completed by its own code: whoever registered first
    cannot have their password confirmed by the owner's code.
    """
    refuse_weak(
        password, about=(person.email, person.first_name, person.last_name), pointer="/password"
    )
    password_hash = await work.hasher.hash(password)
    offered_id = new_id()
    facts = profile_of(person) | {"password_hash": password_hash}
    if await work.accounts.add_once(
        id=offered_id,
        email=person.email,
        created_at=work.now,
        updated_at=work.now,
        **facts,
        **defaults(),
    ):
        account = await work.accounts.of(offered_id)
        if account is None:  # pragma: no cover - inserted one statement ago
            raise RuntimeError("account not found")
        announce(work, account)
        await issue_code(work, account, purpose=CodePurpose.VERIFY_EMAIL)
        return offered_id
    known = await work.accounts.at(person.email)
    if known is not None and known.verified_at is None:
        await issue_code(work, known, purpose=CodePurpose.VERIFY_EMAIL, candidate=facts)
    elif known is not None and not await work.limits.spend(
        NOTICE_BUDGETS, known.email_key, work.now
    ):
        notify(work, known, NoticeKind.ADDRESS_ALREADY_REGISTERED)
    return offered_id


async def verify_code(work: Work, *, email: str, code: str, asker: Asker) -> SignedIn | CodeWrong:
    """The code of a registration, or of a sign-in begun here whose second factor is mailed.

    Raises CodeWrong, whatever is wrong, TooManyTries and ChallengeOver.
    """
    async with work.apart() as reading:
        known = await reading.accounts.at(email)
    if known is not None and known.verified_at is not None:
        answered = await answer_from_here(work, account_id=known.id, code=code, asker=asker)
        if answered is not None:
            return answered if isinstance(answered, SignedIn) else CodeWrong(pointer="/otp_code")
    purpose = CodePurpose.VERIFY_EMAIL
    await count_try(work, email=email, account_id=known.id if known else None, purpose=purpose)
    account = await work.accounts.of(known.id, lock=True) if known else None
    if account is None or account.locked_at is not None or account.verified_at is not None:
        raise CodeWrong(pointer="/otp_code")
    used = await use_code(work, account.id, purpose=purpose, code=code)
    if used is None:
        raise CodeWrong(pointer="/otp_code")
    await _complete(work, account, used.candidate)
    await work.codes.void(account.id, CodePurpose.VERIFY_EMAIL, work.now)
    record(work, account.id, "email_verified", asker=asker)
    return await open_session(work, account, asker=asker)


async def ask_for_code(work: Work, *, email: str) -> None:
    """The same look-up and the same job for every address."""
    known = await work.accounts.at(email)
    work.enqueue(ResendCode.kind, ResendCode(account_id=known.id if known else None))


async def resend_code(work: Work, *, account_id: UUID | None) -> None:
    """In a job, so that the answer takes as long for an unknown address."""
    account = await work.accounts.of(account_id) if account_id else None
    if account is None or account.verified_at is not None:
        return
    pending = await work.codes.live(account.id, CodePurpose.VERIFY_EMAIL, work.now)
    candidate = pending[0].candidate if pending else None
    await issue_code(work, account, purpose=CodePurpose.VERIFY_EMAIL, candidate=candidate)


async def _complete(work: Work, account: Account, candidate: dict[str, Any] | None) -> None:
    """The account becomes the candidate's; with the identity at a provider under which it was asked for, if any."""
    facts = dict(candidate or {})
    identity = facts.pop(IDENTITY, None)
    for name, value in facts.items():
        setattr(account, name, value)
    if identity is not None:
        await work.identities.add_once(
            ProviderIdentity(account_id=account.id, created_at=work.now, **identity)
        )
    account.verified_at = work.now
    work.accounts.touch(account, work.now)
    announce(work, account)


def profile_of(person: Person) -> dict[str, Any]:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "phone_number": person.phone_number,
        "language": person.language.value,
    }


def defaults() -> dict[str, Any]:
    return {
        "roles": [USER],
        "theme": Theme.SYSTEM,
        "timezone": DEFAULT_TIMEZONE,
        "units": Units.METRIC,
        "currency": DEFAULT_CURRENCY,
        "switches": DEFAULT_SWITCHES,
        "custom_settings": {},
    }
