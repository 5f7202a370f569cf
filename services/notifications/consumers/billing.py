from services.notifications.domain import billing_news
from services.notifications.usecases.deliver import deliver
from services.notifications.usecases.subscriptions import tell_subscription
from services.notifications.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.billing import PaymentFailed, SubscriptionChanged


@listen(SubscriptionChanged, together=True)
async def announce_subscription(event: SubscriptionChanged, work: Work) -> None:
    await tell_subscription(work, event)


@listen(PaymentFailed)
async def warn_of_payment(event: PaymentFailed, work: Work) -> None:
    await deliver(work, billing_news.of_failed_payment(event))
