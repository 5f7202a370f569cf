from services.notifications.domain.billing_news import of_subscription
from services.notifications.errors import ContactUnknown
from services.notifications.usecases.deliver import deliver
from services.notifications.usecases.work import Work
from shared.contracts.billing import SubscriptionChanged


async def tell_subscription(work: Work, event: SubscriptionChanged) -> None:
    """Only the latest state is news: an older one that comes late would contradict it."""
    if await work.contacts.advance_subscription(event.user_id, event.version):
        await deliver(work, of_subscription(event))
    elif await work.contacts.of(event.user_id) is None:
        raise ContactUnknown(event.user_id)
