"""What a provider's word does to accounts: a verified address is its owner's, an unverified one is asked for a code first."""

from typing import Any

from services.auth.domain.codes import NOTICE_BUDGETS
from services.auth.domain.providers import ProviderPerson
from services.auth.errors import VisitOver
from services.auth.storage.models import Account
from services.auth.usecases.announcements import announce, notify
from services.auth.usecases.codes import issue_code
from services.auth.usecases.registration import IDENTITY, Person, defaults, profile_of
from services.auth.usecases.work import Work
from shared.contracts.auth import CodePurpose, NoticeKind
from shared.contracts.base import Language
from shared.ids import new_id


async def new_account(
    work: Work, person: ProviderPerson, *, language: Language | None, verified: bool = True
) -> Account:
    """Without a password, until its owner asks for one by forgot-password. Raises VisitOver when another request was faster."""
    added = await work.accounts.add_once(
        id=new_id(),
        email=person.email,
        created_at=work.now,
        updated_at=work.now,
        verified_at=work.now if verified else None,
        **_facts(person, language),
        **defaults(),
    )
    account = await work.accounts.of(added, lock=True) if added else None
    if account is None:
        raise VisitOver
    announce(work, account)
    return account


async def take_over_unverified(
    work: Work, account: Account, person: ProviderPerson, *, language: Language | None
) -> None:
    """Somebody registered this address and never proved it: their password is not the owner's."""
    for name, value in _facts(person, language).items():
        setattr(account, name, value)
    account.verified_at = work.now
    work.accounts.touch(account, work.now)
    await work.codes.void(account.id, CodePurpose.VERIFY_EMAIL, work.now)
    await work.resets.void(account.id, work.now)
    announce(work, account)


async def ask_to_verify(work: Work, person: ProviderPerson, *, language: Language | None) -> None:
    """A code to the address, whose use completes this very registration; the answer never says whether it has an account."""
    email = person.email or ""
    known = await work.accounts.at(email)
    if known is not None and known.verified_at is not None:
        if not await work.limits.spend(NOTICE_BUDGETS, known.email_key, work.now):
            notify(work, known, NoticeKind.ADDRESS_ALREADY_REGISTERED)
        return
    if known is None:
        known = await new_account(work, person, language=language, verified=False)
    identity = {
        "provider": person.provider,
        "issuer": person.issuer,
        "subject": person.subject,
        "email": email,
    }
    candidate = _facts(person, language) | {IDENTITY: identity}
    await issue_code(work, known, purpose=CodePurpose.VERIFY_EMAIL, candidate=candidate)


def _facts(person: ProviderPerson, language: Language | None) -> dict[str, Any]:
    spoken = language or (Language(person.language) if person.language else Language.FR)
    return profile_of(
        Person(
            email=person.email or "",
            first_name=person.first_name,
            last_name=person.last_name,
            phone_number=None,
            language=spoken,
        )
    ) | {"password_hash": None}
