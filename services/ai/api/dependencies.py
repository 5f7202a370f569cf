from typing import Annotated, Literal

from fastapi import Depends, Request
from pydantic import Field, StringConstraints

from services.ai.domain.car import Car, fuel_named, gearbox_named
from services.ai.settings import Settings
from services.ai.usecases.work import Desk, Work
from shared.http.models import (
    LINE_SAYS_SOMETHING,
    SAYS_SOMETHING,
    AnswerModel,
    Day,
    Line,
    RequestModel,
)
from shared.http.work import open_work, opener_for

InWork = Annotated[Work, Depends(open_work, scope="function")]
OLDEST_YEAR, NEWEST_YEAR = 1950, 2035
MOST_KM = 3_000_000


async def _desk(request: Request) -> Desk:
    return Desk(opener_for(request), request.app.state.llm)


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.ai_settings
    return settings


AtDesk = Annotated[Desk, Depends(_desk)]
"""For answers that wait for a model: opens short works of its own."""
InSettings = Annotated[Settings, Depends(_settings)]


Asked = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=SAYS_SOMETHING)]
"""What a person writes to the assistant, at most 4,000 characters."""
Code = Annotated[str, StringConstraints(min_length=1, max_length=16, pattern=LINE_SAYS_SOMETHING)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(examples=["FR"])]


class VehicleInfo(RequestModel):
    """A car that is not in the garage, or not yet."""

    make: Line = Field(examples=["Renault"])
    model: Line = Field(examples=["Clio"])
    year: int | None = Field(default=None, ge=OLDEST_YEAR, le=NEWEST_YEAR)
    mileage: int | None = Field(default=None, ge=0, le=MOST_KM, description="Kilometres.")
    fuel_type: Line | None = Field(default=None, examples=["diesel"])
    transmission: Line | None = Field(default=None, examples=["manual"])
    engine: Line | None = Field(default=None, examples=["1.5 dCi"])
    first_registration: Day | None = None
    timing_drive: Literal["belt", "chain"] | None = None
    scr: bool | None = Field(default=None, description="Whether it takes AdBlue.")
    awd: bool | None = None
    country: Country | None = None

    def car(self) -> Car:
        return Car(
            make=self.make,
            model=self.model,
            year=self.year,
            fuel=fuel_named(self.fuel_type),
            gearbox=gearbox_named(self.transmission),
            engine=self.engine or "",
            mileage_km=self.mileage,
            first_registration=self.first_registration,
            timing_drive=self.timing_drive,
            scr=self.scr,
            awd=self.awd,
        )


class AdviceOut(AnswerModel):
    code: str
    level: str
    text: str


class SourceOut(AnswerModel):
    id: str
    text: str


class CostOut(AnswerModel):
    low: int
    typical: int
    high: int
    currency: str = "EUR"
    basis: str = "parts, labour and VAT, diagnosis excluded"
