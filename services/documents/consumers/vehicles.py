from services.documents.usecases.vehicles import note_vehicle
from services.documents.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.vehicles import VehicleChanged


@listen(VehicleChanged, together=True)
async def note(event: VehicleChanged, work: Work) -> None:
    await note_vehicle(
        work,
        vehicle_id=event.vehicle_id,
        owner_id=event.owner_id,
        version=event.version,
        deleted=event.deleted,
        restorable=event.restorable,
    )
