from dataclasses import dataclass
from uuid import UUID

from services.billing.clients.payments import Person
from services.billing.errors import GoneAtProvider
from services.billing.storage.models import Customer
from services.billing.usecases.entitlements import refresh_entitlement
from services.billing.usecases.messages import UPDATE_CUSTOMER, PersonMessage
from services.billing.usecases.sync import Cause, sync_subscription
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
    await work.customers.lock_person(account.user_id)
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


async def update_at_provider(work: Work, *, user_id: UUID) -> None:
    customer = await work.customers.of_user(user_id)
    if customer is None or customer.provider_id is None or customer.erased_at is not None:
        return
    await work.payments.update_customer(customer.provider_id, _person(customer))


async def ensure_at_provider(work: Work, customer: Customer) -> str:
    """The person's id at the provider; asking twice makes one, thanks to the generation in the key."""
    if customer.provider_id is None:
        key = f"customer-{customer.user_id}-{customer.generation}"
        customer.provider_id = await work.payments.create_customer(_person(customer), key=key)
        await work.flush()
    return customer.provider_id


def forget_provider_id(customer: Customer) -> None:
    """The provider's customer is gone; the next purchase makes a new one."""
    customer.provider_id = None
    customer.generation += 1


def _person(customer: Customer) -> Person:
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
    await work.customers.lock_person(customer.user_id)
    for row in await work.subscriptions.live(customer.user_id):
        try:
            await sync_subscription(
                work, user_id=customer.user_id, provider_id=row.provider_id, cause=cause
            )
        except GoneAtProvider:
            row.status, row.ended_at = "canceled", work.now
    forget_provider_id(customer)
    await work.flush()
    await refresh_entitlement(work, user_id=customer.user_id)
