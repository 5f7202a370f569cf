"""What a change of a car's ledger may move of its care, all of it in one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.vehicles.domain.cars.lifecycle import Lifecycle, Phase
from services.vehicles.storage.care.maintenance import warranted
from services.vehicles.storage.care.models import MaintenancePlan, MaintenanceRecord
from services.vehicles.storage.care.obligations import ObligationDone
from services.vehicles.storage.care.plans import closing_records, entries_told
from services.vehicles.storage.care.reminder_models import Occurrence, ReadingRequest, Reminder
from services.vehicles.storage.cars.models import VehiclePhase
from shared.db.side_by_side import SideBySide


@dataclass(frozen=True, slots=True)
class CareRows:
    """Of one car. Occurrences and request are held."""

    plans: Sequence[MaintenancePlan]
    """As they were made."""
    reminders: Sequence[Reminder]
    occurrences: Sequence[Occurrence]
    """Oldest first, those that are over too."""
    request: ReadingRequest | None
    phases: Sequence[Phase]
    records: Sequence[Any]
    """As `PlanEntryRepository.closing_records`."""
    entries: Sequence[Any]
    """As `PlanEntryRepository.of_vehicles`."""
    done: Sequence[ObligationDone]
    """Of what the law asks, as `ObligationRepository.of_vehicle`."""
    warranted: Sequence[tuple[MaintenanceRecord, int | None]]
    """As `RecordRepository.warranted`."""


class CareBookRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of_car(self, vehicle_id: UUID, *, or_warranted: Collection[UUID]) -> CareRows:
        """The caller holds the vehicle, has checked whose it is, and has flushed what it changed of all this."""
        words = {"this": vehicle_id, "these": [vehicle_id], "told": list(or_warranted)}
        with self.session.no_autoflush:  # the car itself is written once, at the end
            found = await _all_of_it().fetch(self.session, words)
        plans = [plan for (plan,) in found["plans"]]
        reminders = [reminder for (reminder,) in found["reminders"]]
        occurrences = [row for (row,) in found["occurrences"]]
        return CareRows(
            plans=sorted(plans, key=lambda plan: (plan.created_at, plan.id)),
            reminders=sorted(reminders, key=lambda reminder: reminder.id),
            occurrences=sorted(occurrences, key=lambda row: row.id),
            request=next((row for (row,) in found["request"]), None),
            phases=[
                Phase(Lifecycle(phase), since)
                for phase, since, *_ in sorted(found["phases"], key=lambda row: row[1:])
            ],
            records=found["records"],
            entries=sorted(
                found["entries"],
                key=lambda row: (row[0].begins_on, row[0].created_at, row[0].id),
            ),
            done=sorted(
                (row for (row,) in found["done"]),
                key=lambda row: (row.done_on or date.max, row.id),
            ),
            warranted=sorted(found["warranted"], key=lambda row: row[0].id),
        )


@cache
def _all_of_it() -> SideBySide:
    this = bindparam("this", type_=Uuid)
    told = bindparam("told", type_=ARRAY(Uuid))
    phase = VehiclePhase
    return SideBySide(
        plans=select(MaintenancePlan).where(MaintenancePlan.vehicle_id == this),
        reminders=select(Reminder).where(Reminder.vehicle_id == this),
        occurrences=select(Occurrence).where(Occurrence.vehicle_id == this).with_for_update(),
        request=select(ReadingRequest).where(ReadingRequest.vehicle_id == this).with_for_update(),
        phases=select(phase.lifecycle, phase.since, phase.created_at, phase.id).where(
            phase.vehicle_id == this
        ),
        records=closing_records(),
        entries=entries_told(),
        done=select(ObligationDone).where(
            ObligationDone.vehicle_id == this, ObligationDone.trashed_at.is_(None)
        ),
        warranted=warranted(this, told),
    )
