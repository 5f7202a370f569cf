"""Something that falls due, as it is told."""

from datetime import date
from typing import Self
from uuid import UUID

from services.vehicles.api.authorship import Authored, MadeOut
from services.vehicles.api.dependencies import hours_of
from services.vehicles.domain.care.reminders import (
    OccurrenceStatus,
    ReminderKind,
    ReminderSource,
    ReminderState,
    state_of,
)
from services.vehicles.domain.cars.units import DistanceUnit, from_metres, in_unit, to_hours
from services.vehicles.storage.care.reminder_models import Occurrence
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.reminders import (
    titles_of,
)
from shared.contracts.base import Language
from shared.http.models import (
    Moment,
)


class ReminderOut(MadeOut):
    """Something that falls due: made by a plan (whose id it has), by its owner, by a paper's end or by a rule."""

    id: UUID
    vehicle: UUID
    source: ReminderSource
    kind: ReminderKind
    service_type: str | None
    document: UUID | None
    title: str
    note: str | None
    status: OccurrenceStatus
    state: ReminderState
    due_on: date | None
    due_mileage: int | None
    due_hours: str | None
    distance_unit: DistanceUnit
    forecast_on: date | None
    forecast_earliest: date | None
    forecast_latest: date | None
    remind_on: date | None
    snoozed_until: date | None
    snoozed_until_mileage: int | None
    lead_days: int
    lead_distance: int
    lead_hours: str
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(
        cls,
        row: Occurrence,
        car: Vehicle,
        author: UUID | None,
        *,
        language: Language,
        today: date,
    ) -> Self:
        unit = DistanceUnit(car.distance_unit)
        return cls(
            id=row.what_id,
            vehicle=row.vehicle_id,
            source=ReminderSource(row.source),
            kind=ReminderKind(row.kind),
            service_type=row.service_type,
            document=row.document_id,
            title=titles_of(row.title, row.service_type)[language],
            note=row.note,
            status=OccurrenceStatus(row.status),
            state=_state(row, today),
            due_on=row.due_on,
            due_mileage=in_unit(car.shown(row.due_metres), unit),
            due_hours=hours_of(row.due_minutes),
            distance_unit=unit,
            forecast_on=row.forecast_on,
            forecast_earliest=row.earliest,
            forecast_latest=row.latest,
            remind_on=row.remind_on,
            snoozed_until=row.snoozed_until,
            snoozed_until_mileage=in_unit(car.shown(row.snoozed_metres), unit),
            lead_days=row.lead_days,
            lead_distance=from_metres(row.lead_metres, unit),
            lead_hours=to_hours(row.lead_minutes),
            created_at=row.created_at,
            updated_at=row.modified_at,
        ).about(Authored(row.owner_id, row.vehicle_id, author))


def _state(row: Occurrence, today: date) -> ReminderState:
    match OccurrenceStatus(row.status):
        case OccurrenceStatus.ACTIVE:
            return state_of(row.standing, today)
        case OccurrenceStatus.DISMISSED:
            return ReminderState.DISMISSED
        case _:
            return ReminderState.DONE
