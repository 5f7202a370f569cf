"""A fill as somebody describes it."""

from collections.abc import Iterable
from typing import Annotated, Any, cast

from pydantic import Field

from services.vehicles.api.dependencies import (
    CarDay,
    CarMoment,
    Currency,
    Distance,
    Hours,
    Level,
    Named,
    Number,
    Price,
    TimeOfDay,
    UnitPrice,
    chosen,
)
from services.vehicles.domain.cars.energies import Energy, QuantityUnit
from services.vehicles.domain.running.histories import Basis
from services.vehicles.errors.cars import MeterMissing
from services.vehicles.errors.running import (
    ChargeTimesWrong,
    CurrencyDiffers,
    EnergyMissing,
    FillIncomplete,
    NotACharge,
    SolarTooMuch,
    UnitUnfit,
)
from services.vehicles.usecases.running.describing import FillFacts
from shared.errors import NotFound, RoleInsufficient
from shared.http.errors import problems
from shared.http.models import (
    Identifier,
    Line,
    Prose,
    RequestModel,
    every_member_optional,
)

AnEnergy = Annotated[Energy, chosen(Energy)]
AUnit = Annotated[QuantityUnit, chosen(QuantityUnit)]
ABasis = Annotated[Basis, chosen(Basis)]
Documents = Annotated[list[Identifier], Field(max_length=30)]
REFUSALS = problems(
    NotFound,
    RoleInsufficient,
    FillIncomplete,
    EnergyMissing,
    UnitUnfit,
    CurrencyDiffers,
    NotACharge,
    ChargeTimesWrong,
    SolarTooMuch,
    MeterMissing,
)


class CarFillIn(RequestModel):
    """Of quantity, unit price and total two are enough; of all three it is said when they do not fit."""

    day: CarDay | None = None
    """Today when left out."""
    time: TimeOfDay | None = None
    energy: AnEnergy | None = None
    """What the car runs on, when that is one thing; else what it took last."""
    quantity: Number | None = None
    unit: AUnit | None = None
    """The tank's when left out, else litres, kilograms or kilowatt-hours."""
    unit_price: UnitPrice | None = None
    total: Price | None = None
    currency: Currency | None = None
    """Of a unit price without a total."""
    full: bool = True
    level_after: Level | None = None
    """Per cent of the tank or the battery."""
    missed_before: bool = False
    """Something was filled since the last one that is not here."""
    mileage: Distance | None = None
    trip: Number | None = None
    """Since the last fill, in the car's own unit: stands for the mileage when there is none."""
    hours: Hours | None = None
    """Of the engine's hour meter."""
    distance_on_this: Number | None = None
    """Driven on this energy since the last fill of it, by the trip computer or a meter of its own."""
    distance_on_other: Number | None = None
    """Driven on another energy since the last fill of this one."""
    station: Line | None = None
    note: Prose | None = None
    documents: Documents = Field(default_factory=list)
    measured_at: ABasis | None = None
    """Of a charge: where its quantity was counted; at the wall when left out."""
    battery_quantity: Number | None = None
    """Of a charge counted at the wall: what reached the battery, in kWh."""
    solar_quantity: Number | None = None
    """Of a charge: what came from the own roof, in kWh."""
    charged_from: CarMoment | None = None
    charged_to: CarMoment | None = None
    tariff: Identifier | None = None
    """Tells the price of a charge for which none is typed."""


class NewCarFill(Named, CarFillIn):
    """Under an id of the client's choice if it likes."""


class FillIn(CarFillIn):
    vehicle: Identifier


class NewFill(Named, FillIn):
    """Under an id of the client's choice if it likes."""


@every_member_optional
class FillEdit(FillIn):
    """What is left out stays as it is."""


COLUMNS = {
    "vehicle": "vehicle_id",
    "time": "at",
    "full": "is_full",
    "mileage": "distance",
    "distance_on_this": "own_distance",
    "distance_on_other": "other_distance",
    "documents": "document_ids",
    "battery_quantity": "battery",
    "solar_quantity": "solar",
    "tariff": "tariff_id",
}


def facts_of(body: Any, names: Iterable[str]) -> FillFacts:
    """The body's members under the use case's names, money as Money, a level in thousandths."""
    said = {COLUMNS.get(name, name): getattr(body, name) for name in names if name != "id"}
    if said.get("total") is not None:
        said["total"] = said["total"].money()
    if said.get("level_after") is not None:
        said["level_after"] = int(said["level_after"] * 10)
    return cast("FillFacts", said)  # the names are those of the models above
