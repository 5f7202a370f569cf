from services.billing.usecases.customers import Account, hear_account
from services.billing.usecases.erasure import begin_erasure
from services.billing.usecases.export import export_account
from services.billing.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.auth import AccountChanged, AccountDeletionStarted, AccountExportStarted
from shared.db.persons import Hold


@listen(AccountChanged)
async def follow_account(event: AccountChanged, work: Work) -> None:
    account = Account(
        user_id=event.account_id,
        version=event.version,
        email=event.email,
        name=f"{event.first_name} {event.last_name}".strip(),
        language=event.language,
        timezone=event.timezone,
    )
    await hear_account(work, account)


@listen(AccountDeletionStarted, hold=Hold.ALONE)
async def erase_deleted_account(event: AccountDeletionStarted, work: Work) -> None:
    await begin_erasure(work, user_id=event.account_id)


@listen(AccountExportStarted)
async def hand_over_data(event: AccountExportStarted, work: Work) -> None:
    await export_account(work, event=event)
