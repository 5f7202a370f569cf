from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self, cast
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import BeforeValidator, Field

from services.vehicles.api.dependencies import (
    CarDay,
    Distance,
    InWork,
    Named,
    Price,
    Runs,
    TankIn,
    TankOut,
    chosen,
    chosen_id,
)
from services.vehicles.domain.cars.categories import VehicleCategory
from services.vehicles.domain.cars.energies import Energy, energies_of, tank_from
from services.vehicles.domain.cars.lifecycle import Lifecycle
from services.vehicles.domain.cars.odometer import MeterKind, ReadingStatus
from services.vehicles.domain.cars.roles import May, Role
from services.vehicles.domain.cars.standing import standing_of
from services.vehicles.domain.cars.units import DistanceUnit, in_unit, to_hours
from services.vehicles.domain.cars.vin import warnings
from services.vehicles.errors.cars import MeterFixed, PlateMalformed, VinMalformed, VinTaken
from services.vehicles.storage.cars.models import OdometerReading, Vehicle
from services.vehicles.usecases.cars.trash import throw_away
from services.vehicles.usecases.cars.vehicles import (
    VehicleFacts,
    add_vehicle,
    edit_vehicle,
    read_vehicle,
)
from services.vehicles.usecases.client_ids import add_once
from shared.access import Access
from shared.contracts.features import Limit
from shared.errors import IdTaken, NotFound, QuotaExceeded
from shared.http.access import needs
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    LINE_SAYS_SOMETHING,
    NO_CONTROLS,
    ONE_LINE,
    AnswerModel,
    Identifier,
    Line,
    Moment,
    RequestModel,
    ZoneName,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.money import MoneyOut

router = Router(prefix="/api/vehicles", tags=["vehicles"])


class FuelType(StrEnum):
    GASOLINE = "gasoline"
    DIESEL = "diesel"
    HYBRID = "hybrid"
    PLUGIN_HYBRID = "plugin_hybrid"
    ELECTRIC = "electric"
    LPG = "lpg"
    OTHER = "other"


class Transmission(StrEnum):
    MANUAL = "manual"
    AUTOMATIC = "automatic"
    SEMI_AUTOMATIC = "semi_automatic"


SYNONYMS = {"petrol": "gasoline", "essence": "gasoline", "électrique": "electric", "gpl": "lpg"}


def _synonym(value: Any) -> Any:
    """As people say it."""
    return SYNONYMS.get(value.strip().lower(), value) if isinstance(value, str) else value


Fuel = Annotated[FuelType, chosen(FuelType), BeforeValidator(_synonym)]
Gearbox = Annotated[Transmission, chosen(Transmission)]
Unit = Annotated[DistanceUnit, chosen(DistanceUnit)]
Fitted = Annotated[MeterKind, chosen(MeterKind)]
Year = Annotated[int, Field(ge=1886, le=2100, examples=[2019])]
Plate = Annotated[str, Field(max_length=20, pattern=ONE_LINE, examples=["AB-123-CD"])]
Vin = Annotated[str, Field(max_length=40, pattern=ONE_LINE, examples=["VF1RFB00X56789012"])]
Tags = Annotated[list[Annotated[Line, Field(max_length=40)]], Field(max_length=20)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", examples=["FR"])]
Norm = Annotated[Line, Field(max_length=40, examples=["EURO 6d"])]
CustomFields = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=50, pattern=LINE_SAYS_SOMETHING)],
        Annotated[str, Field(max_length=500, pattern=NO_CONTROLS)],
    ],
    Field(max_length=30, json_schema_extra={"additionalProperties": False}),
]


REFUSALS = problems(NotFound, VinTaken, VinMalformed, PlateMalformed, MeterFixed)


class VehicleIn(RequestModel):
    make: Line
    model: Line
    year: Year | None = None
    license_plate: Plate | None = None
    vin: Vin | None = None
    color: Line | None = None
    fuel_type: Fuel | None = None
    energies: Annotated[list[Runs], Field(max_length=8)] = Field(default_factory=list)
    """What it runs on, when that is more than its fuel type tells."""
    tanks: Annotated[list[TankIn], Field(max_length=6)] = Field(default_factory=list)
    transmission: Gearbox | None = None
    distance_unit: Unit = DistanceUnit.KM
    meter: Fitted = MeterKind.DISTANCE
    """Kilometres, hours or both; it stays as it is once there are readings."""
    mileage: Distance | None = None
    mileage_on: CarDay | None = None
    purchase_date: CarDay | None = None
    purchase_price: Price | None = None
    first_registration: CarDay | None = None
    country: Country | None = None
    category: Annotated[VehicleCategory, chosen(VehicleCategory)] | None = None
    """What the law takes it for; left out, a car."""
    euro_norm: Norm | None = None
    """As its paper writes it (V.9)."""
    electric_range: Distance | None = None
    """Of a plug-in hybrid, in the car's own unit."""
    historic: bool = False
    """Registered as a collector's vehicle."""
    timezone: ZoneName | None = None
    """Where it is kept, if that is not where its owner lives: its days begin there."""
    custom_fields: CustomFields = Field(default_factory=dict)
    tags: Tags = Field(default_factory=list)
    group: Identifier | None = None
    """One of the owner's groups."""
    photo: Identifier | None = None
    """A document of the owner's."""


class NewVehicle(Named, VehicleIn):
    """As its owner describes it, under an id of the client's choice if it likes."""


@every_member_optional
class VehicleEdit(VehicleIn):
    """What is left out stays as it is."""


COLUMNS = {
    "license_plate": "plate",
    "mileage": "distance",
    "mileage_on": "distance_on",
    "purchase_date": "purchased_on",
    "first_registration": "first_registered_on",
    "group": "group_id",
    "photo": "photo_id",
}


def _facts(body: VehicleIn, *, only_said: bool) -> VehicleFacts:
    said = {
        COLUMNS.get(name, name): getattr(body, name)
        for name in type(body).model_fields
        if name != "id" and (not only_said or name in body.model_fields_set)
    }
    if "energies" in said:
        said["energies"] = list(dict.fromkeys(said["energies"]))
    if "tanks" in said:
        said["tanks"] = [tank.tank().row() for tank in said["tanks"]]
    price = said.get("purchase_price")
    if price is not None:
        said["purchase_price"] = price.money()
    return cast("VehicleFacts", said)  # the names are those of the model above


class VehicleOut(AnswerModel):
    id: UUID
    role: Role
    """What the caller is to it."""
    make: str
    model: str
    year: int | None
    license_plate: str | None
    vin: str | None
    color: str | None
    fuel_type: str | None
    energies: list[Energy]
    tanks: list[TankOut]
    transmission: str | None
    distance_unit: DistanceUnit
    mileage: int | None
    mileage_on: date | None
    meter: MeterKind
    hours: str | None
    hours_on: date | None
    distance_per_year: int | None
    """From the odometer ledger, once it says anything."""
    travelled: int | None
    """Over all its clusters; the mileage is what the present one shows."""
    travelled_at_least: bool
    """Nobody knows where a cluster ended: it was at least that."""
    hours_per_year: int | None
    purchase_date: date | None
    purchase_price: MoneyOut | None
    first_registration: date | None
    country: str | None
    category: VehicleCategory | None
    euro_norm: str | None
    electric_range: int | None
    historic: bool
    timezone: str | None
    custom_fields: dict[str, Any]
    tags: list[str]
    group: UUID | None
    photo: UUID | None
    lifecycle: Lifecycle
    lifecycle_since: date | None
    warnings: list[str]
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, vehicle: Vehicle, access: Access, reading: OdometerReading | None = None) -> Self:
        standing = standing_of(vehicle, access.person)
        sees_costs, sees_notes = standing.may(May.SEE_COSTS), standing.may(May.READ_CARE)
        unit = DistanceUnit(vehicle.distance_unit)
        doubted = reading is not None and reading.status == ReadingStatus.QUARANTINED
        return cls(
            id=vehicle.id,
            role=standing.role,
            make=vehicle.make,
            model=vehicle.model,
            year=vehicle.year,
            license_plate=vehicle.plate,
            vin=vehicle.vin,
            color=vehicle.color,
            fuel_type=vehicle.fuel_type,
            energies=list(energies_of(vehicle.energies, vehicle.fuel_type)),
            tanks=[TankOut.of(tank_from(row)) for row in vehicle.tanks],
            transmission=vehicle.transmission,
            distance_unit=unit,
            mileage=in_unit(vehicle.odometer_metres, unit),
            mileage_on=vehicle.odometer_on,
            meter=MeterKind(vehicle.meter),
            hours=to_hours(vehicle.hours_minutes) if vehicle.hours_minutes is not None else None,
            hours_on=vehicle.hours_on,
            distance_per_year=in_unit(vehicle.metres_a_year, unit),
            travelled=in_unit(vehicle.travelled_metres, unit),
            travelled_at_least=vehicle.odometer_is_lower_bound,
            hours_per_year=vehicle.hours_a_year,
            purchase_date=vehicle.purchased_on,
            purchase_price=vehicle.purchase_price if sees_costs else None,
            first_registration=vehicle.first_registered_on,
            country=vehicle.country,
            category=VehicleCategory(vehicle.category) if vehicle.category else None,
            euro_norm=vehicle.euro_norm,
            electric_range=in_unit(vehicle.electric_range_metres, unit),
            historic=vehicle.historic,
            timezone=vehicle.timezone,
            custom_fields=vehicle.custom_fields if sees_notes else {},
            tags=vehicle.tags if sees_notes else [],
            group=vehicle.group_id if standing.role is Role.OWNER else None,
            photo=vehicle.photo_id,
            lifecycle=Lifecycle(vehicle.lifecycle),
            lifecycle_since=vehicle.lifecycle_since,
            warnings=[
                *(f"vin_{warning}" for warning in (warnings(vehicle.vin) if vehicle.vin else ())),
                *(["mileage_quarantined"] if doubted else []),
            ],
            created_at=vehicle.created_at,
            updated_at=vehicle.updated_at,
        )


VehicleIn.may_be(VehicleOut)
VehicleEdit.may_be(VehicleOut)

Vehicles = Annotated[
    ListQuery,
    listed_by(
        {
            "created_at": Vehicle.created_at,
            "make": Vehicle.make,
            "model": Vehicle.model,
            "year": Vehicle.year,
            "mileage": Vehicle.odometer_metres,
        },
        default="-created_at",
        search=(Vehicle.make, Vehicle.model, Vehicle.plate, Vehicle.plate_key, Vehicle.vin),
    ),
]


@dataclass(frozen=True, slots=True)
class Sharing:
    role: Role | None
    shared: bool | None


async def _sharing_asked(
    role: Annotated[Role | None, Query(description="Only what one is this to.")] = None,
    shared: Annotated[
        bool | None, Query(description="Only what others share, or only one's own.")
    ] = None,
) -> Sharing:
    return Sharing(role, shared)


HowShared = Annotated[Sharing, Depends(_sharing_asked)]


@router.get("")
async def list_vehicles(
    work: InWork,
    caller: CurrentCaller,
    listing: Vehicles,
    *,
    lifecycle: Annotated[Lifecycle | None, Query()] = None,
    tag: Annotated[Line | None, Query()] = None,
    group: Annotated[UUID | None, Query()] = None,
    sharing: HowShared,
) -> Page[VehicleOut]:
    """One's own cars and those others share."""
    access = caller.access
    found = work.vehicles.listed(access, lifecycle=lifecycle, tag=tag, group_id=group)
    found = work.vehicles.shared(access, found, role=sharing.role, is_shared=sharing.shared)
    return await listing.page(work.session, found, into=lambda car: VehicleOut.of(car, access))


@router.post(
    "",
    status_code=201,
    openapi_extra=needs(quota=Limit.VEHICLES),
    responses=problems(QuotaExceeded, VinTaken, VinMalformed, PlateMalformed, IdTaken),
)
async def create_vehicle(
    body: NewVehicle, work: InWork, caller: CurrentCaller, response: Response
) -> VehicleOut:
    async def make(id_: UUID) -> tuple[Vehicle, OdometerReading | None]:
        facts, quota = _facts(body, only_said=True), caller.limit(Limit.VEHICLES)
        return await add_vehicle(
            work, access=caller.access, facts=facts, quota=quota, vehicle_id=id_
        )

    async def again(id_: UUID) -> tuple[Vehicle, OdometerReading | None]:
        return await read_vehicle(work, access=caller.access, vehicle_id=id_), None

    vehicle, reading = await add_once(
        work, access=caller.access, chosen=chosen_id(body), make=make, again=again
    )
    response.headers["Location"] = f"/api/vehicles/{vehicle.id}"
    return VehicleOut.of(vehicle, caller.access, reading)


@router.get("/{vehicle_id}", responses=problems(NotFound))
async def get_vehicle(vehicle_id: UUID, work: InWork, caller: CurrentCaller) -> VehicleOut:
    vehicle = await read_vehicle(work, access=caller.access, vehicle_id=vehicle_id)
    return VehicleOut.of(vehicle, caller.access)


@router.put("/{vehicle_id}", responses=REFUSALS)
async def replace_vehicle(
    vehicle_id: UUID, body: VehicleIn, work: InWork, caller: CurrentCaller
) -> VehicleOut:
    vehicle, reading = await edit_vehicle(
        work, access=caller.access, vehicle_id=vehicle_id, facts=_facts(body, only_said=False)
    )
    return VehicleOut.of(vehicle, caller.access, reading)


@router.patch("/{vehicle_id}", responses=REFUSALS)
async def change_vehicle(
    vehicle_id: UUID, body: VehicleEdit, work: InWork, caller: CurrentCaller
) -> VehicleOut:
    vehicle, reading = await edit_vehicle(
        work, access=caller.access, vehicle_id=vehicle_id, facts=_facts(body, only_said=True)
    )
    return VehicleOut.of(vehicle, caller.access, reading)


@router.delete("/{vehicle_id}", status_code=204, responses=problems(NotFound))
async def delete_vehicle(vehicle_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """Into the trash, with everything recorded about it: for thirty days it can be restored."""
    await throw_away(work, access=caller.access, vehicle_id=vehicle_id)
