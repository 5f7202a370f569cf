from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self, cast
from uuid import UUID
from zoneinfo import available_timezones

from fastapi import Response
from pydantic import AfterValidator, Field

from services.vehicles.api.dependencies import (
    CarDay,
    CarMoment,
    Currency,
    InWork,
    Named,
    Number,
    TimeOfDay,
    UnitPrice,
    chosen,
    chosen_id,
)
from services.vehicles.domain.cars.energies import QuantityUnit, to_smallest
from services.vehicles.domain.running.figures import half_up
from services.vehicles.domain.running.tariffs import MICRO, Band, Charge, Part, Prices, prices_from
from services.vehicles.errors.running import ChargeTimesWrong, SolarTooMuch, TablesSameDay
from services.vehicles.storage.running.models import EnergyTariff
from services.vehicles.usecases.client_ids import add_once
from services.vehicles.usecases.running.tariffs import (
    TariffFacts,
    add_tariff,
    edit_tariff,
    read_price,
    read_tariff,
    remove_tariff,
)
from shared.errors import IdTaken, NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import (
    AnswerModel,
    Line,
    Moment,
    RequestModel,
    every_member_optional,
)
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router
from shared.money import MoneyOut

router = Router(prefix="/api/energy-tariffs", tags=["energy-tariffs"])
ZONES = frozenset(available_timezones())


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WEEK = tuple(Weekday)


def _zone(name: str) -> str:
    if name not in ZONES:
        raise ValueError("no IANA time zone")
    return name


Zone = Annotated[str, AfterValidator(_zone), Field(max_length=64, examples=["Europe/Paris"])]
Days = Annotated[list[Annotated[Weekday, chosen(Weekday)]], Field(min_length=1, max_length=7)]


def micro(price: Decimal) -> int:
    return int(price * MICRO)


def price_text(price: int) -> str:
    return f"{(Decimal(price) / MICRO).normalize():f}"


class BandIn(RequestModel):
    """From `starts` until before `ends`, over midnight if need be; the whole day when both are the same."""

    name: Line | None = None
    starts: TimeOfDay
    ends: TimeOfDay
    price: UnitPrice
    """Per kilowatt-hour."""
    days: Days = Field(default_factory=lambda: list(WEEK))
    """On which it starts."""

    def band(self) -> Band:
        return Band(
            self.starts,
            self.ends,
            micro(self.price),
            tuple(sorted({WEEK.index(day) for day in self.days})),
            self.name,
        )


class PricesIn(RequestModel):
    valid_from: CarDay
    price: UnitPrice
    """Per kilowatt-hour, in all hours that no band holds."""
    bands: Annotated[list[BandIn], Field(max_length=24)] = Field(default_factory=list)
    """The first that holds tells the price."""
    solar_price: UnitPrice | None = None
    """Of what comes from the own roof; nothing when left out."""

    def prices(self) -> Prices:
        bands = tuple(band.band() for band in self.bands)
        solar = micro(self.solar_price) if self.solar_price is not None else None
        return Prices(self.valid_from, micro(self.price), bands, solar)


class TariffIn(RequestModel):
    name: Line
    timezone: Zone
    """Of the place: its clock tells the hours."""
    currency: Currency
    prices: Annotated[list[PricesIn], Field(min_length=1, max_length=50)]
    """Each holds from its day on until the next."""


class NewTariff(Named, TariffIn):
    """Under an id of the client's choice if it likes."""


@every_member_optional
class TariffEdit(TariffIn):
    """What is left out stays as it is."""


class BandOut(AnswerModel):
    name: str | None
    starts: str
    ends: str
    price: str
    days: list[Weekday]

    @classmethod
    def of(cls, band: Band) -> Self:
        return cls(
            name=band.name,
            starts=f"{band.starts:%H:%M}",
            ends=f"{band.ends:%H:%M}",
            price=price_text(band.price),
            days=[WEEK[day] for day in band.days],
        )


class PricesOut(AnswerModel):
    valid_from: date
    price: str
    bands: list[BandOut]
    solar_price: str | None

    @classmethod
    def of(cls, prices: Prices) -> Self:
        return cls(
            valid_from=prices.valid_from,
            price=price_text(prices.price),
            bands=[BandOut.of(band) for band in prices.bands],
            solar_price=price_text(prices.solar_price) if prices.solar_price is not None else None,
        )


class TariffOut(AnswerModel):
    id: UUID
    name: str
    timezone: str
    currency: str
    prices: list[PricesOut]
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, tariff: EnergyTariff) -> Self:
        return cls(
            id=tariff.id,
            name=tariff.name,
            timezone=tariff.timezone,
            currency=tariff.currency,
            prices=[PricesOut.of(prices_from(row)) for row in tariff.table],
            created_at=tariff.created_at,
            updated_at=tariff.updated_at,
        )


class ChargeIn(RequestModel):
    quantity: Number
    """Kilowatt-hours out of the wall."""
    solar_quantity: Number | None = None
    day: CarDay | None = None
    """Today when left out."""
    time: TimeOfDay | None = None
    charged_from: CarMoment | None = None
    charged_to: CarMoment | None = None

    def charge(self, today: date) -> Charge:
        unit = QuantityUnit.KILOWATT_HOUR
        return Charge(
            to_smallest(self.quantity, unit),
            self.day or today,
            self.charged_from,
            self.charged_to,
            self.time,
            to_smallest(self.solar_quantity or Decimal(0), unit),
        )


class PartOut(AnswerModel):
    name: str | None
    price: str
    quantity: float
    """Kilowatt-hours."""
    solar: bool

    @classmethod
    def of(cls, part: Part) -> Self:
        kwh = half_up(part.energy / 1000, 3)
        return cls(name=part.name, price=price_text(part.price), quantity=kwh, solar=part.is_solar)


class PricedOut(AnswerModel):
    """`total` is null where the price depends on the hour and nobody said it, or nothing was agreed by then."""

    total: MoneyOut | None
    parts: list[PartOut]


def _facts(body: TariffIn, names: Iterable[str]) -> TariffFacts:
    said: dict[str, Any] = {name: getattr(body, name) for name in names}
    if "prices" in said:
        said["table"] = [prices.prices() for prices in said.pop("prices")]
    return cast("TariffFacts", said)  # the names are those of the model above


Tariffs = Annotated[
    ListQuery,
    listed_by(
        {"name": EnergyTariff.name, "created_at": EnergyTariff.created_at},
        default="name",
        search=(EnergyTariff.name,),
    ),
]


@router.get("")
async def list_energy_tariffs(
    work: InWork, caller: CurrentCaller, listing: Tariffs
) -> Page[TariffOut]:
    mine = work.tariffs.seen_by(caller.access)
    return await listing.page(work.session, mine, into=TariffOut.of)


@router.post("", status_code=201, responses=problems(TablesSameDay, IdTaken))
async def create_energy_tariff(
    body: NewTariff, work: InWork, caller: CurrentCaller, response: Response
) -> TariffOut:
    """What electricity costs at a place, by the hour and from which day on."""
    facts = _facts(body, TariffIn.model_fields)
    tariff = await add_once(
        work,
        access=caller.access,
        chosen=chosen_id(body),
        make=lambda id_: add_tariff(work, access=caller.access, facts=TariffFacts(**facts, id=id_)),
        again=lambda id_: read_tariff(work, access=caller.access, tariff_id=id_),
    )
    response.headers["Location"] = f"/api/energy-tariffs/{tariff.id}"
    return TariffOut.of(tariff)


@router.get("/{tariff_id}", responses=problems(NotFound))
async def get_energy_tariff(tariff_id: UUID, work: InWork, caller: CurrentCaller) -> TariffOut:
    return TariffOut.of(await read_tariff(work, access=caller.access, tariff_id=tariff_id))


@router.put("/{tariff_id}", responses=problems(NotFound, TablesSameDay))
async def replace_energy_tariff(
    tariff_id: UUID, body: TariffIn, work: InWork, caller: CurrentCaller
) -> TariffOut:
    """Charges that were priced by it are priced anew."""
    facts = _facts(body, type(body).model_fields)
    return TariffOut.of(
        await edit_tariff(work, access=caller.access, tariff_id=tariff_id, facts=facts)
    )


@router.patch("/{tariff_id}", responses=problems(NotFound, TablesSameDay))
async def change_energy_tariff(
    tariff_id: UUID, body: TariffEdit, work: InWork, caller: CurrentCaller
) -> TariffOut:
    """Charges that were priced by it are priced anew."""
    facts = _facts(body, body.model_fields_set)
    return TariffOut.of(
        await edit_tariff(work, access=caller.access, tariff_id=tariff_id, facts=facts)
    )


@router.delete("/{tariff_id}", status_code=204, responses=problems(NotFound))
async def delete_energy_tariff(tariff_id: UUID, work: InWork, caller: CurrentCaller) -> None:
    """What was charged by it keeps its price."""
    await remove_tariff(work, access=caller.access, tariff_id=tariff_id)


@router.post("/{tariff_id}/price", responses=problems(NotFound, ChargeTimesWrong, SolarTooMuch))
async def price_a_charge(
    tariff_id: UUID, body: ChargeIn, work: InWork, caller: CurrentCaller
) -> PricedOut:
    """What a charge would cost, split over the hours of the tariff. Nothing is kept."""
    charge = body.charge(work.today)
    priced = await read_price(work, access=caller.access, tariff_id=tariff_id, charge=charge)
    if priced is None:
        return PricedOut(total=None, parts=[])
    return PricedOut(total=priced.total, parts=[PartOut.of(part) for part in priced.parts])
