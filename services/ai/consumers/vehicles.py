from services.ai.usecases.diagnosis import answer_asked
from services.ai.usecases.garage_copy import copy_car, copy_record
from services.ai.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.vehicles import MaintenanceChanged, VehicleChanged
from shared.contracts.vehicles_cases import DiagnosisAsked


@listen(VehicleChanged, together=True)
async def keep_car(event: VehicleChanged, work: Work) -> None:
    await copy_car(work, event=event)


@listen(MaintenanceChanged, together=True)
async def keep_record(event: MaintenanceChanged, work: Work) -> None:
    await copy_record(work, event=event)


@listen(DiagnosisAsked)
async def answer_diagnosis(event: DiagnosisAsked, work: Work) -> None:
    await answer_asked(work, event=event)
