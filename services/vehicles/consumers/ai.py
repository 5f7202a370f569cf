from services.vehicles.usecases.care.analyses import take_answer
from services.vehicles.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.ai import DiagnosisAnswered


@listen(DiagnosisAnswered)
async def note_answer(event: DiagnosisAnswered, work: Work) -> None:
    await take_answer(work, answer=event)
