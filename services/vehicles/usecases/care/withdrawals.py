"""What was told of something that is over is taken back, from whoever was told."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.vehicles.usecases.work import Work
from shared.contracts.vehicles import ReminderWithdrawn, ToldState, WithdrawnBecause


@dataclass(frozen=True, slots=True)
class Withdrawn:
    occurrence: str
    """As it was told."""
    what_id: UUID
    because: WithdrawnBecause


async def withdraw(work: Work, vehicle_id: UUID, over: Sequence[Withdrawn]) -> None:
    """The caller holds what is over, so that nobody is told of it meanwhile."""
    if not over:
        return
    by_key = {one.occurrence: one for one in over}
    told = await work.notices.of_occurrences(vehicle_id, by_key)
    for (occurrence, account_id), states in sorted(told.items()):
        work.emit(
            ReminderWithdrawn(
                reminder_id=by_key[occurrence].what_id,
                owner_id=account_id,
                vehicle_id=vehicle_id,
                occurrence=occurrence,
                states=tuple(ToldState(state) for state in sorted(states)),
                because=by_key[occurrence].because,
            )
        )
