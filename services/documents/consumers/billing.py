from services.documents.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.billing import EntitlementsChanged


@listen(EntitlementsChanged, together=True)
async def note(event: EntitlementsChanged, work: Work) -> None:
    """What others file under an owner's car is judged by the owner's plan."""
    work.owner_plans.put(event)
