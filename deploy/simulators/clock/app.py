"""The demo's clock: services ask it how far ahead of real time they live, and wait for it to be moved."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from deploy.simulators.clock.time import Backwards, MovableClock, TooFar


class Time(BaseModel):
    offset_seconds: float
    now: datetime


class Move(BaseModel):
    model_config = ConfigDict(extra="forbid")

    advance_seconds: Annotated[float, Field(ge=0, le=2e9, allow_inf_nan=False)] | None = None
    now: AwareDatetime | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> Self:
        if (self.advance_seconds is None) == (self.now is None):
            raise ValueError("say advance_seconds or now, one of them")
        return self


def _clock(request: Request) -> MovableClock:
    clock: MovableClock = request.app.state.clock
    return clock


InClock = Annotated[MovableClock, Depends(_clock)]
router = APIRouter()


def create_app(clock: MovableClock | None = None) -> FastAPI:
    app = FastAPI(title="AutoTrack demo clock", docs_url=None, redoc_url=None)
    app.state.clock = clock or MovableClock()
    app.include_router(router)
    return app


@router.get("/", include_in_schema=False)
@router.get("/clock")
async def read(
    clock: InClock,
    other_than: Annotated[float | None, Query(allow_inf_nan=False)] = None,
    seconds: Annotated[float, Query(ge=0, le=10)] = 0,
) -> Time:
    """At once; or, while the offset is `other_than`, when it changes, at the latest after so many seconds."""
    if other_than is not None:
        await clock.leaves(other_than, seconds)
    return told(clock)


def told(clock: MovableClock) -> Time:
    return Time(offset_seconds=clock.offset.total_seconds(), now=clock.now())


@router.post("/clock")
async def move(body: Move, clock: InClock) -> Time:
    try:
        if body.now is not None:
            clock.move_to(body.now)
        else:
            clock.advance(timedelta(seconds=body.advance_seconds or 0))
    except Backwards as refusal:
        raise HTTPException(409, "time only goes forward; DELETE /clock resets") from refusal
    except TooFar as refusal:
        raise HTTPException(409, "at most fifty years ahead") from refusal
    return told(clock)


@router.delete("/clock")
async def reset(clock: InClock) -> Time:
    clock.reset()
    return told(clock)


@router.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "ok"}
