from services.vehicles.storage.belongings import BELONGINGS
from services.vehicles.usecases.work import Work
from shared.bus.data_pages import send_data
from shared.contracts.auth import AccountExportStarted


async def export_account(work: Work, *, event: AccountExportStarted) -> None:
    """Sends everything held here about a person who asked for it; nothing is a last page too."""
    await send_data(work, BELONGINGS, asked=event, service="vehicles")
