from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query, Response

from services.vehicles.api.authorship import Authored, MadeOut, shown
from services.vehicles.api.care.completions import StepMade
from services.vehicles.api.dependencies import InWork, hours_of, speaks
from services.vehicles.domain.care.beats import Closing, Skip
from services.vehicles.domain.care.matching import Suggestion
from services.vehicles.domain.care.punctuality import Score, is_on_time, lateness
from services.vehicles.domain.care.services import service_name
from services.vehicles.domain.cars.units import DistanceUnit, in_unit
from services.vehicles.errors.care import ClosesNothing
from services.vehicles.storage.care.models import MaintenancePlan, PlanEntry
from services.vehicles.usecases.care.books import EntryKind
from services.vehicles.usecases.care.closings import (
    History,
    close_by_record,
    judge_punctuality,
    look_for_plans,
    read_history,
    take_back_closing,
)
from shared.contracts.base import Language
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Identifier, RequestModel
from shared.http.pagination import Page, Pages
from shared.http.router import Router

router = Router(prefix="/api", tags=["maintenance plans"])


class StepKind(StrEnum):
    MAINTENANCE = "maintenance"
    COMPLETION = "completion"
    SKIP = "skip"
    PAUSE = "pause"


class StepOut(MadeOut):
    """One step of a plan's life, beside the due it found."""

    kind: StepKind
    id: UUID
    """Of the maintenance, completion, skip or pause."""
    on: date
    until: date | None = None
    odometer: int | None = None
    hours: str | None = None
    note: str | None = None
    closes: bool = False
    """Not so for work done twice about one beat, a skip of what was done after all, and a pause."""
    due_on: date | None = None
    due_mileage: int | None = None
    due_hours: str | None = None
    late_days: int | None = None
    """Negative: early. Null where it was due by nothing that is known."""
    late_distance: int | None = None
    late_hours: str | None = None
    on_time: bool | None = None
    """At most a tenth of the interval late on every threshold; null where that cannot be judged."""

    @classmethod
    def of(cls, closing: Closing, history: History, unit: DistanceUnit) -> Self:
        step, late = closing.step, lateness(closing)
        metres = minutes = None
        if isinstance(step, Skip):
            kind, id_ = StepKind.SKIP, step.id
        else:
            kind = StepKind.MAINTENANCE if step.is_record else StepKind.COMPLETION
            id_, metres, minutes = step.record_id, step.metres, step.minutes
        entry = history.entries.get(id_)
        return cls(
            kind=kind,
            id=id_,
            on=step.on,
            odometer=in_unit(history.vehicle.shown(metres), unit),
            hours=hours_of(minutes),
            note=entry.note if entry else None,
            closes=closing.closes,
            due_on=closing.due_on,
            due_mileage=in_unit(history.vehicle.shown(closing.due_metres), unit),
            due_hours=hours_of(closing.due_minutes),
            late_days=late.days,
            late_distance=in_unit(late.metres, unit),
            late_hours=hours_of(late.minutes),
            on_time=is_on_time(history.rule, closing),
        ).about(Authored(history.vehicle.owner_id, history.vehicle.id, history.authors.get(id_)))

    @classmethod
    def pause(cls, entry: PlanEntry) -> Self:
        return cls(
            kind=StepKind.PAUSE,
            id=entry.id,
            on=entry.begins_on,
            until=entry.ends_on,
            note=entry.note,
        ).about(entry)


class ScoreOut(AnswerModel):
    closed: int
    on_time: int
    share: float | None

    @classmethod
    def of(cls, score: Score) -> Self:
        return cls(closed=score.closed, on_time=score.on_time, share=score.share)


class PlanScore(ScoreOut):
    plan: UUID


class VehicleScore(ScoreOut):
    vehicle: UUID


class PunctualityOut(ScoreOut):
    """Of the last 24 months: the share of what was closed at most a tenth of the interval late."""

    by_vehicle: list[VehicleScore]
    by_plan: list[PlanScore]


class ClosedPlan(AnswerModel):
    plan: UUID
    service_type: str
    title: str

    @classmethod
    def of(cls, plan: MaintenancePlan, language: Language) -> Self:
        name = service_name(plan.service_type)
        title = plan.title or (name.into(language) if name else plan.service_type)
        return cls(plan=plan.id, service_type=plan.service_type, title=title)


class SuggestedPlan(ClosedPlan):
    because: str
    """The line that says it, or the service that usually contains it."""
    score: float

    @classmethod
    def suggested(cls, plan: MaintenancePlan, found: Suggestion, language: Language) -> Self:
        named = ClosedPlan.of(plan, language).model_dump()
        usual = service_name(found.because)
        because = usual.into(language) if usual else found.because
        return cls(**named, because=because, score=round(found.score, 2))


class ClosableOut(AnswerModel):
    closes: list[ClosedPlan]
    suggested: list[SuggestedPlan]
    """Closed only with a yes: POST `maintenance-plans/{plan}/closings`."""


class ClosingIn(RequestModel):
    """The yes: this completed work of the same car did the plan's work too."""

    maintenance: Identifier


@router.get("/maintenance-plans/{plan_id}/history", responses=problems(NotFound))
async def plan_history(
    plan_id: UUID, work: InWork, caller: CurrentCaller, listing: Pages
) -> Page[StepOut]:
    """What closed it and when, how late, what was left out and when it was paused, latest first."""
    history = await read_history(work, access=caller.access, plan_id=plan_id)
    unit = DistanceUnit(history.vehicle.distance_unit)
    steps = [StepOut.of(closing, history, unit) for closing in history.closings]
    steps += [
        StepOut.pause(entry) for entry in history.entries.values() if entry.kind == EntryKind.PAUSE
    ]
    steps.sort(key=lambda step: step.on, reverse=True)
    page = listing.of(steps[listing.start :][: listing.page_size], len(steps))
    return await shown(work, caller.access, page, cars=[history.vehicle])


@router.get("/maintenance-plans/on-time", responses=problems(NotFound))
async def on_time(
    work: InWork,
    caller: CurrentCaller,
    vehicle_id: Annotated[UUID | None, Query(alias="vehicle")] = None,
) -> PunctualityOut:
    """How punctual one is, in all, by car and by plan."""
    found = await judge_punctuality(work, access=caller.access, vehicle_id=vehicle_id)
    return PunctualityOut(
        **ScoreOut.of(found.whole).model_dump(),
        by_vehicle=[
            VehicleScore(vehicle=id_, **ScoreOut.of(each).model_dump())
            for id_, each in found.by_vehicle.items()
        ],
        by_plan=[
            PlanScore(plan=id_, **ScoreOut.of(each).model_dump())
            for id_, each in found.by_plan.items()
        ],
    )


@router.get("/maintenances/{record_id}/plans", responses=problems(NotFound))
async def plans_of_maintenance(record_id: UUID, work: InWork, caller: CurrentCaller) -> ClosableOut:
    """The plans it closes, and those its text tells of, in French, English or Spanish."""
    found = await look_for_plans(work, access=caller.access, record_id=record_id)
    language = speaks(caller)
    return ClosableOut(
        closes=[ClosedPlan.of(plan, language) for plan in found.closes],
        suggested=[SuggestedPlan.suggested(plan, why, language) for plan, why in found.suggested],
    )


@router.post(
    "/maintenance-plans/{plan_id}/closings",
    status_code=201,
    responses=problems(NotFound, ClosesNothing),
)
async def close_a_plan(
    plan_id: UUID, body: ClosingIn, work: InWork, caller: CurrentCaller, response: Response
) -> StepMade:
    noted = await close_by_record(
        work, access=caller.access, plan_id=plan_id, record_id=body.maintenance
    )
    path = f"/api/maintenance-plans/{plan_id}/closings"
    response.headers["Location"] = f"{path}/{body.maintenance}"
    return await shown(work, caller.access, StepMade.of(noted, speaks(caller)))


@router.delete(
    "/maintenance-plans/{plan_id}/closings/{record_id}",
    status_code=204,
    responses=problems(NotFound),
)
async def delete_closing(
    plan_id: UUID, record_id: UUID, work: InWork, caller: CurrentCaller
) -> None:
    """Takes the yes back; a record whose services name the plan's work closes it all the same."""
    await take_back_closing(work, access=caller.access, plan_id=plan_id, record_id=record_id)
