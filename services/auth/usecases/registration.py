from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel

from services.auth.domain.devices import Asker
from services.auth.domain.passwords import Weakness, weakness
from services.auth.domain.preferences import (
    DEFAULT_CURRENCY,
    DEFAULT_SWITCHES,
    DEFAULT_TIMEZONE,
    Theme,
    Units,
)
from services.auth.errors.passwords import (
    PasswordAboutYou,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordWeak,
)
from services.auth.usecases.announcements import announce
from services.auth.usecases.pending import (
    Offer,
    keep_registration,
    mail_again,
    mark_for,
    own_among,
    registration_of,
    salt_of,
)
from services.auth.usecases.work import Work
from shared.contracts.base import Language
from shared.ids import new_id

WEAK: dict[Weakness, type[PasswordWeak]] = {
    Weakness.TOO_SHORT: PasswordTooShort,
    Weakness.TOO_LONG: PasswordTooLong,
    Weakness.COMMON: PasswordTooCommon,
    Weakness.ABOUT_YOU: PasswordAboutYou,
}
USER = "user"


class ResendCode(BaseModel):
    """A job of ours; nobody's is the job of an unknown address."""

    kind: ClassVar[str] = "auth.resend_code"
    registration_id: UUID | None = None
    account_id: UUID | None = None
    """Whose address is registered, where none of its registrations is at home with whoever asks."""
    network: str = ""


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


async def register_account(
    work: Work, *, person: Person, password: str, asker: Asker
) -> tuple[UUID, tuple[str, str]]:
    """An id, and the cookie of this registrant: the same, after the same work, whether the address is new or has an account."""
    refuse_weak(
        password, about=(person.email, person.first_name, person.last_name), pointer="/password"
    )
    async with work.let_go():
        password_hash = await work.hasher.hash(password, salt=salt_of(work, person.email))
    offer = Offer(profile_of(person), password_hash=password_hash)
    return await offer_registration(work, email=person.email, offer=offer, asker=asker)


async def offer_registration(
    work: Work, *, email: str, offer: Offer, asker: Asker
) -> tuple[UUID, tuple[str, str]]:
    """An account that is not there yet is a shell: it opens by nothing until its address is proven."""
    name, value = mark_for(work, email, asker=asker)
    offered_id = new_id()
    is_new = await work.accounts.add_once(
        id=offered_id,
        email=email,
        created_at=work.now,
        updated_at=work.now,
        **offer.profile,
        **defaults(),
    )
    account = await work.accounts.at(email, lock=True)
    if account is not None:
        if is_new:
            announce(work, account)
        await keep_registration(work, account, offer, asker=asker, mark=value.partition(".")[0])
    return offered_id, (name, value)


async def ask_for_code(work: Work, *, email: str, asker: Asker) -> None:
    """The newest registration of whoever asks; the same look-up and the same job for every address.

    Elsewhere a code would let no password in: the owner is sent a link to choose one, which proves the address as well.
    """
    known = await work.accounts.at(email)
    pending = await work.registrations.pending(known.id if known else new_id(), work.now)
    own = own_among(work, email, pending, asker=asker)
    chosen = own[0].id if own else None
    elsewhere = known.id if known and pending and not own else None
    asked = ResendCode(registration_id=chosen, account_id=elsewhere, network=asker.network)
    work.enqueue(ResendCode.kind, asked)


async def resend_code(work: Work, *, registration_id: UUID | None, network: str) -> None:
    """In a job, so that the answer takes as long for an unknown address."""
    registration = await registration_of(work, registration_id)
    account = await work.accounts.of(registration.account_id, lock=True) if registration else None
    if registration is not None and account is not None and account.verified_at is None:
        await mail_again(work, account, registration, network=network)


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
