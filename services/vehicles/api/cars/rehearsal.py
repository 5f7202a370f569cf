"""What `?dry_run=true` answers: the readings, the car and its plans before and after a change that is not made."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from services.vehicles.domain.cars.odometer import Doubt, Meter, ReadingStatus
from services.vehicles.domain.cars.units import DistanceUnit, from_metres, in_unit, to_hours
from services.vehicles.usecases.cars.rehearsal import Due, Foreseen, Judged, Stand
from shared.contracts.base import Language
from shared.http.models import AnswerModel

DryRun = Annotated[
    bool, Query(description="Change nothing: answer what would change.", examples=[False])
]


class ForeseenReading(AnswerModel):
    id: UUID | None
    """None for the one that would be new."""
    meter: Meter
    mileage: int | None
    hours: str | None
    read_on: date
    was: ReadingStatus | None
    status: ReadingStatus
    doubts: list[Doubt]

    @classmethod
    def of(cls, judged: Judged, unit: DistanceUnit) -> Self:
        is_distance = judged.meter is Meter.DISTANCE
        return cls(
            id=judged.id if judged.was else None,
            meter=judged.meter,
            mileage=from_metres(judged.value, unit) if is_distance else None,
            hours=None if is_distance else to_hours(judged.value),
            read_on=judged.read_on,
            was=judged.was,
            status=judged.status,
            doubts=[Doubt(each) for each in judged.doubts],
        )


class ForeseenCar(AnswerModel):
    mileage: int | None
    mileage_on: date | None
    hours: str | None

    @classmethod
    def of(cls, stand: Stand, unit: DistanceUnit) -> Self:
        hours = None if stand.minutes is None else to_hours(stand.minutes)
        return cls(mileage=in_unit(stand.metres, unit), mileage_on=stand.read_on, hours=hours)


class ForeseenDue(AnswerModel):
    due_on: date | None
    due_mileage: int | None
    due_hours: str | None
    forecast_on: date | None

    @classmethod
    def of(cls, due: Due, unit: DistanceUnit) -> Self:
        return cls(
            due_on=due.thing.due_on,
            due_mileage=in_unit(due.due_metres, unit),
            due_hours=None if due.thing.due_minutes is None else to_hours(due.thing.due_minutes),
            forecast_on=due.thing.forecast_on,
        )


class ForeseenPlan(AnswerModel):
    id: UUID
    title: str
    before: ForeseenDue
    after: ForeseenDue


class ForeseenOut(AnswerModel):
    """What a change would do, which was not done."""

    distance_unit: DistanceUnit
    readings: list[ForeseenReading]
    """The changed reading, and each other whose status would change with it."""
    before: ForeseenCar
    after: ForeseenCar
    plans: list[ForeseenPlan]
    """Those that would fall due otherwise."""

    @classmethod
    def of(cls, foreseen: Foreseen, language: Language) -> Self:
        unit = foreseen.unit
        return cls(
            distance_unit=unit,
            readings=[ForeseenReading.of(each, unit) for each in foreseen.readings],
            before=ForeseenCar.of(foreseen.before, unit),
            after=ForeseenCar.of(foreseen.after, unit),
            plans=_plans(foreseen.before.due, foreseen.after.due, unit, language),
        )


def _plans(
    before: Sequence[Due], after: Sequence[Due], unit: DistanceUnit, language: Language
) -> list[ForeseenPlan]:
    stood = {each.thing.id: each for each in before}
    return [
        ForeseenPlan(
            id=due.thing.id,
            title=_title(due, language),
            before=ForeseenDue.of(stood[due.thing.id], unit),
            after=ForeseenDue.of(due, unit),
        )
        for due in after
        if due.thing.id in stood and stood[due.thing.id] != due
    ]


def _title(due: Due, language: Language) -> str:
    title = due.thing.title
    return title if isinstance(title, str) else title.into(language)
