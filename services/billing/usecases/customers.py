from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from services.billing.clients.payments import Person
from services.billing.errors import GoneAtProvider
from services.billing.storage.models import Customer
from services.billing.usecases.entitlements import refresh_entitlement
from services.billing.usecases.messages import UPDATE_CUSTOMER, PersonMessage
from services.billing.usecases.sync import Cause, Heard, apply_heard, ask, rivals_of
from services.billing.usecases.turns import turn_at_provider
from services.billing.usecases.work import Work
from shared.contracts.base import Language


@dataclass(frozen=True, slots=True)
class Account:
    """What auth says about a person, as far as billing needs it."""

    user_id: UUID
    version: int
    email: str
    name: str
    language: Language
    timezone: str


async def hear_account(work: Work, account: Account) -> None:
    """A new account has FREE; a changed one is changed at the payment provider too, by a job. Older news is dropped."""
    await work.hold_owner(account.user_id)
    customer = await work.customers.ensure(account.user_id)
    if customer.account_version >= account.version:
        return
    shown = (account.email, account.name, account.language.value)
    is_news = (customer.email, customer.name, customer.language) != shown
    customer.email, customer.name, customer.language = shown
    customer.timezone = account.timezone
    customer.account_version = account.version
    customer.updated_at = work.now
    if is_news and customer.provider_id is not None:
        key = f"{account.user_id}:{account.version}"
        work.enqueue(UPDATE_CUSTOMER, PersonMessage(user_id=account.user_id), key=key)
    await refresh_entitlement(work, user_id=account.user_id)


async def tell_provider(work: Work, *, user_id: UUID) -> None:
    customer = await work.customers.of_user(user_id)
    if customer is None or customer.provider_id is None or customer.erased_at is not None:
        return
    provider_id, person = customer.provider_id, person_of(customer)
    async with work.paused():
        await work.payments.update_customer(provider_id, person)


@dataclass(slots=True)
class AtStripe:
    """Who a person is at the provider, as plain values: for while no transaction is open."""

    person: Person
    provider_id: str | None
    generation: int


def at_stripe(customer: Customer) -> AtStripe:
    return AtStripe(person_of(customer), customer.provider_id, customer.generation)


async def ensure_at_provider(work: Work, who: AtStripe) -> str:
    """The person's id at the provider, written down at once; asking twice makes one, thanks to the generation in the key."""
    if who.provider_id is None:
        key = f"customer-{who.person.user_id}-{who.generation}"
        who.provider_id = await work.payments.create_customer(who.person, key=key)
        await _note(work, who)
    return who.provider_id


async def forget_at_provider(work: Work, who: AtStripe) -> None:
    """The provider's customer is gone; the next purchase makes a new one."""
    who.provider_id = None
    who.generation += 1
    await _note(work, who)


async def _note(work: Work, who: AtStripe) -> None:
    await work.keep(
        lambda: work.customers.note_provider(
            who.person.user_id, who.provider_id, generation=who.generation
        )
    )


def person_of(customer: Customer) -> Person:
    return Person(
        user_id=customer.user_id,
        email=customer.email,
        name=customer.name,
        language=Language(customer.language),
    )


async def close_customer(work: Work, *, provider_id: str, cause: Cause) -> None:
    """Somebody deleted the customer at the provider: its subscriptions are over, and nothing tries its id again."""
    customer = await work.customers.by_provider_id(provider_id)
    if customer is None or customer.erased_at is not None:
        return
    user_id = customer.user_id
    async with turn_at_provider(work, user_id) as turn:
        rivals = await rivals_of(work, user_id)
        live = [row.provider_id for row in await work.subscriptions.live(user_id)]
        heard: dict[str, list[Heard]] = {}
        async with turn.asking():
            for one in live:
                with suppress(GoneAtProvider):
                    heard[one] = await ask(work, rivals, one, cause)
        for row in await work.subscriptions.live(user_id):
            if row.provider_id not in heard:
                row.status, row.ended_at = "canceled", work.now
        await work.flush()
        for told in heard.values():
            await apply_heard(work, user_id=user_id, heard=told)
        found = await work.customers.by_provider_id(provider_id)
        if found is not None:
            found.provider_id = None
            found.generation += 1
        await work.flush()
        await refresh_entitlement(work, user_id=user_id)
