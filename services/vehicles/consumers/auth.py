from services.vehicles.usecases.cars.owners import note_zone
from services.vehicles.usecases.erasure import erase_owner
from services.vehicles.usecases.export import export_account
from services.vehicles.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.auth import AccountChanged, AccountDeletionStarted, AccountExportStarted
from shared.db.persons import Hold


@listen(AccountChanged)
async def learn_where_they_live(event: AccountChanged, work: Work) -> None:
    await note_zone(work, account=event)


@listen(AccountDeletionStarted, hold=Hold.ALONE)
async def forget_the_owner(event: AccountDeletionStarted, work: Work) -> None:
    await erase_owner(work, owner_id=event.account_id)


@listen(AccountExportStarted)
async def hand_over_data(event: AccountExportStarted, work: Work) -> None:
    await export_account(work, event=event)
