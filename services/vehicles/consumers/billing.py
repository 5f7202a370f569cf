from services.vehicles.usecases.cars.owners import note_plan
from services.vehicles.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.billing import EntitlementsChanged


@listen(EntitlementsChanged, together=True)
async def note(event: EntitlementsChanged, work: Work) -> None:
    await note_plan(work, event=event)
