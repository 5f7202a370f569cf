from dataclasses import replace
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Response
from pydantic import Field

from services.vehicles.api.authorship import MadeOut, shown
from services.vehicles.api.care.plans import PlanOut
from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    Hours,
    InWork,
    Named,
    chosen_id,
    hours_of,
    minutes_of,
    speaks,
)
from services.vehicles.domain.cars.units import DistanceUnit, in_unit
from services.vehicles.errors.care import (
    CompletedInFuture,
    NotPaused,
    PausedAlready,
    PauseTooEarly,
    ResumedTooEarly,
)
from services.vehicles.errors.cars import MeterMissing
from services.vehicles.storage.care.models import PlanEntry
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.usecases.care.books import EntryKind
from services.vehicles.usecases.care.completions import (
    Completion,
    Noted,
    complete_plan,
    pause_plan,
    read_noted,
    remove_completion,
    remove_skip,
    resume_plan,
    skip_beat,
)
from services.vehicles.usecases.client_ids import add_once
from shared.contracts.base import Language
from shared.errors import IdTaken, NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import Line, Moment, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api/maintenance-plans", tags=["maintenance plans"])


class CompletionIn(RequestModel):
    """Work done without a record; everything counts from this day and these readings, never from today."""

    on: CarDay
    odometer: Distance | None = None
    """In the car's own unit; it goes into the odometer ledger too."""
    hours: Hours | None = None
    note: Line | None = None

    def done(self) -> Completion:
        return Completion(
            on=self.on, distance=self.odometer, minutes=minutes_of(self.hours), note=self.note
        )


class NewCompletion(Named, CompletionIn):
    """Under an id of the client's choice if it likes."""


class SkipIn(Named):
    """Leaves out the beat that comes next."""

    reason: Line
    on: Annotated[CarDay | None, Field(description="Today when left out.")] = None


class PauseIn(Named):
    on: Annotated[CarDay | None, Field(description="Today when left out.")] = None
    reason: Line | None = None


class ResumeIn(RequestModel):
    on: Annotated[CarDay | None, Field(description="Today when left out.")] = None


class CompletionOut(MadeOut):
    id: UUID
    plan: UUID
    on: date
    odometer: int | None
    hours: str | None
    note: str | None
    odometer_reading: UUID | None
    created_at: Moment

    @classmethod
    def of(cls, entry: PlanEntry, unit: DistanceUnit) -> Self:
        return cls(
            id=entry.id,
            plan=entry.plan_id,
            on=entry.begins_on,
            odometer=in_unit(entry.metres, unit),
            hours=hours_of(entry.minutes),
            note=entry.note,
            odometer_reading=entry.reading_id,
            created_at=entry.created_at,
        ).about(entry)


class EntryOut(CompletionOut):
    """Whatever is said about a plan, as the delta sync tells it."""

    kind: EntryKind
    until: date | None
    """Of a pause: the first day that counts again."""
    maintenance: UUID | None
    """That closes the plan with its owner's yes."""

    @classmethod
    def of_entry(cls, entry: PlanEntry, car: Vehicle) -> Self:
        unit = DistanceUnit(car.distance_unit)
        return cls(
            **CompletionOut.of(entry, unit).model_dump(),
            kind=EntryKind(entry.kind),
            until=entry.ends_on,
            maintenance=entry.record_id,
        ).about(entry)


class CompletionMade(CompletionOut):
    odometer_doubted: bool
    """A reading given cannot be true: it waits in quarantine, and its threshold stays."""
    next: PlanOut
    """The plan as it stands with it; its `unmoved` names the thresholds that stayed for want of a reading."""


class StepMade(MadeOut):
    id: UUID
    on: date
    until: date | None
    reason: str | None
    next: PlanOut

    @classmethod
    def of(cls, noted: Noted, language: Language) -> Self:
        entry = noted.entry
        return cls(
            id=entry.id,
            on=entry.begins_on,
            until=entry.ends_on,
            reason=entry.note,
            next=PlanOut.of(noted.view, language),
        ).about(entry)


Completions = Annotated[
    ListQuery,
    listed_by({"on": PlanEntry.begins_on, "created_at": PlanEntry.created_at}, default="-on"),
]


@router.get("/{plan_id}/completions", responses=problems(NotFound))
async def list_completions(
    plan_id: UUID, work: InWork, caller: CurrentCaller, listing: Completions
) -> Page[CompletionOut]:
    plan = await work.plans.one_seen(caller.access, plan_id)
    cars = await work.vehicles.measured([plan.vehicle_id])
    unit = DistanceUnit(cars[plan.vehicle_id].distance_unit)
    done = work.plan_entries.seen_by(caller.access).where(
        PlanEntry.plan_id == plan_id, PlanEntry.kind == EntryKind.DONE
    )
    page: Page[CompletionOut] = await listing.page(
        work.session, done, into=lambda entry: CompletionOut.of(entry, unit)
    )
    return await shown(work, caller.access, page)


@router.post(
    "/{plan_id}/completions",
    status_code=201,
    responses=problems(NotFound, CompletedInFuture, MeterMissing, IdTaken),
)
async def create_completion(
    plan_id: UUID, body: NewCompletion, work: InWork, caller: CurrentCaller, response: Response
) -> CompletionMade:
    noted = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body, plan_id),
        make=lambda id_: complete_plan(
            work, access=caller.access, plan_id=plan_id, done=replace(body.done(), id=id_)
        ),
        again=lambda id_: read_noted(work, access=caller.access, plan_id=plan_id, entry_id=id_),
    )
    path = f"/api/maintenance-plans/{plan_id}/completions"
    response.headers["Location"] = f"{path}/{noted.entry.id}"
    made = CompletionOut.of(noted.entry, DistanceUnit(noted.view.vehicle.distance_unit))
    told = CompletionMade(
        **made.model_dump(),
        odometer_doubted=noted.is_doubted,
        next=PlanOut.of(noted.view, speaks(caller)),
    ).about(noted.entry)
    return await shown(work, caller.access, told)


@router.delete(
    "/{plan_id}/completions/{completion_id}", status_code=204, responses=problems(NotFound)
)
async def delete_completion(
    plan_id: UUID, completion_id: UUID, work: InWork, caller: CurrentCaller
) -> None:
    """It was not done after all: the plan stands where it stood, and its reading leaves the ledger."""
    await remove_completion(work, access=caller.access, plan_id=plan_id, entry_id=completion_id)


@router.post(
    "/{plan_id}/skip",
    status_code=201,
    responses=problems(NotFound, CompletedInFuture, IdTaken),
)
async def skip_a_beat(plan_id: UUID, body: SkipIn, work: InWork, caller: CurrentCaller) -> StepMade:
    """The plan moves on by one interval, with a reason; what is done or typed in later about the same beat counts instead."""
    noted = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body, plan_id),
        make=lambda id_: skip_beat(
            work,
            access=caller.access,
            plan_id=plan_id,
            reason=body.reason,
            on=body.on,
            skip_id=id_,
        ),
        again=lambda id_: read_noted(work, access=caller.access, plan_id=plan_id, entry_id=id_),
    )
    return await shown(work, caller.access, StepMade.of(noted, speaks(caller)))


@router.delete("/{plan_id}/skips/{skip_id}", status_code=204, responses=problems(NotFound))
async def delete_skip(plan_id: UUID, skip_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    await remove_skip(work, access=caller.access, plan_id=plan_id, entry_id=skip_id)


@router.post(
    "/{plan_id}/pause",
    status_code=201,
    responses=problems(NotFound, PausedAlready, PauseTooEarly, CompletedInFuture, IdTaken),
)
async def pause_a_plan(
    plan_id: UUID, work: InWork, caller: CurrentCaller, body: PauseIn | None = None
) -> StepMade:
    """While the car is laid up: no day counts until it is resumed; the days paused are added to the date it falls due."""
    said = body or PauseIn()
    noted = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(said, plan_id),
        make=lambda id_: pause_plan(
            work,
            access=caller.access,
            plan_id=plan_id,
            on=said.on,
            reason=said.reason,
            pause_id=id_,
        ),
        again=lambda id_: read_noted(work, access=caller.access, plan_id=plan_id, entry_id=id_),
    )
    return await shown(work, caller.access, StepMade.of(noted, speaks(caller)))


@router.post(
    "/{plan_id}/resume",
    responses=problems(NotFound, NotPaused, ResumedTooEarly, CompletedInFuture),
)
async def resume_a_plan(
    plan_id: UUID, work: InWork, caller: CurrentCaller, body: ResumeIn | None = None
) -> StepMade:
    on = body.on if body else None
    noted = await resume_plan(work, access=caller.access, plan_id=plan_id, on=on)
    return await shown(work, caller.access, StepMade.of(noted, speaks(caller)))
