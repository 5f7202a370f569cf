"""What a provider's word does to accounts: a verified address is its owner's, an unverified one is asked for a code first."""

from typing import Any

from services.auth.domain.devices import Asker
from services.auth.domain.providers import ProviderPerson
from services.auth.errors.factors import VisitOver
from services.auth.storage.models import Account
from services.auth.usecases.announcements import announce
from services.auth.usecases.pending import Offer, forget_unproven
from services.auth.usecases.registration import (
    Person,
    defaults,
    offer_registration,
    profile_of,
)
from services.auth.usecases.work import Work
from shared.contracts.base import Language
from shared.ids import new_id


async def new_account(work: Work, person: ProviderPerson, *, language: Language | None) -> Account:
    """Without a password, until its owner asks for one by forgot-password. Raises VisitOver when another request was faster."""
    added = await work.accounts.add_once(
        id=new_id(),
        email=person.email,
        created_at=work.now,
        updated_at=work.now,
        verified_at=work.now,
        **_profile(person, language),
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
    """Somebody registered this address and never proved it: nothing of theirs is the owner's."""
    await forget_unproven(work, account, because="email_verified")
    for name, value in _profile(person, language).items():
        setattr(account, name, value)
    account.password_hash, account.verified_at = None, work.now
    work.accounts.touch(account, work.now)
    announce(work, account)


async def ask_to_verify(
    work: Work, person: ProviderPerson, *, language: Language | None, asker: Asker
) -> tuple[str, str]:
    """A code to the address, whose use here completes this very registration; the answer never says whether it has an account."""
    email = person.email or ""
    identity = {
        "provider": person.provider,
        "issuer": person.issuer,
        "subject": person.subject,
        "email": email,
    }
    offer = Offer(_profile(person, language), identity=identity)
    _, mark = await offer_registration(work, email=email, offer=offer, asker=asker)
    return mark


def _profile(person: ProviderPerson, language: Language | None) -> dict[str, Any]:
    spoken = language or (Language(person.language) if person.language else Language.FR)
    return profile_of(
        Person(
            email=person.email or "",
            first_name=person.first_name,
            last_name=person.last_name,
            phone_number=None,
            language=spoken,
        )
    )
