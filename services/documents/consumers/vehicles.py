from services.documents.usecases.receipts import queue_receipts
from services.documents.usecases.vehicles import hand_over, note_vehicle
from services.documents.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.vehicles import VehicleChanged, VehicleHandedOver
from shared.contracts.vehicles_moving import ReceiptsWanted


@listen(VehicleChanged, together=True)
async def note(event: VehicleChanged, work: Work) -> None:
    await note_vehicle(
        work,
        vehicle_id=event.vehicle_id,
        owner_id=event.owner_id,
        version=event.version,
        deleted=event.deleted,
        members=event.members,
        restorable=event.restorable,
    )


@listen(VehicleHandedOver)
async def move_papers(event: VehicleHandedOver, work: Work) -> None:
    await hand_over(work, event=event)


@listen(ReceiptsWanted)
async def send_receipts(event: ReceiptsWanted, work: Work) -> None:
    await queue_receipts(work, wanted=event)
