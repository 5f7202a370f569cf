from services.notifications.domain.account_news import of_verification
from services.notifications.usecases.deliver import deliver
from services.notifications.usecases.work import Work
from shared.contracts.auth import AccountChanged


async def keep_contact(work: Work, event: AccountChanged) -> None:
    """The newest version wins; the first verified one is greeted."""
    if await work.contacts.keep(event, now=work.now):
        await deliver(work, of_verification(event))
