"""Ready plans by powertrain and use, from the reference list. The maker's plan always wins, and what its makers' figures say is shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, Protocol

from services.vehicles.domain.care.recognition import plain
from services.vehicles.domain.care.services import (
    METRES_PER_KM,
    ServiceType,
    listed,
    read_data,
    service_types,
)
from shared.messages import Text

ROUND: Final = 500 * METRES_PER_KM
"""Severe intervals are told in round figures."""
BUILT_FROM: Final = "year>="
CONDITIONS: Final[Mapping[str, Text]] = {
    "timing_drive=belt": Text(
        fr="Moteur à courroie de distribution", en="Engine with a timing belt",
        es="Motor con correa de distribución",
    ),
    "timing_drive=unknown": Text(
        fr="Courroie ou chaîne : à vérifier", en="Belt or chain: to be checked",
        es="Correa o cadena: por comprobar",
    ),
    "year>=2009": Text(
        fr="Diesel à filtre à particules, en général depuis 2009",
        en="Diesel with a particulate filter, usually since 2009",
        es="Diésel con filtro de partículas, en general desde 2009",
    ),
    "scr=true": Text(
        fr="Diesel à AdBlue", en="Diesel with AdBlue", es="Diésel con AdBlue"
    ),
    "awd=true": Text(
        fr="Transmission intégrale", en="All-wheel drive", es="Tracción total"
    ),
}  # fmt: skip
"""What must be known of a car before a template is right for it."""


class Use(StrEnum):
    NORMAL = "normal"
    SEVERE = "severe"
    """Short trips, much town, dust, heat, towing, taxi."""


class Fit(StrEnum):
    YES = "yes"
    NO = "no"
    ASK = "ask"
    """It depends on something its owner must say."""


class Fitted(Protocol):
    """What is known of a car."""

    @property
    def make(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def fuel_type(self) -> str | None: ...
    @property
    def transmission(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class MakersFigure:
    """What is known of one maker's engines, as sure as `confidence` says."""

    service: str
    makes: frozenset[str]
    models: tuple[str, ...]
    engines: tuple[str, ...]
    """Empty: all of them."""
    fuels: frozenset[str]
    years: tuple[int, int]
    every_metres: int | None
    every_months: int | None
    confidence: str
    note: str

    @property
    def is_none(self) -> bool:
        """Such an engine has no such part, or no such service."""
        return self.every_metres is None and self.every_months is None

    def is_of(self, car: Fitted) -> bool:
        """Of the maker, and by all that is known of the car."""
        first, last = self.years
        return (
            plain(car.make) in self.makes
            and (not self.models or any(name in plain(car.model) for name in self.models))
            and (car.fuel_type is None or car.fuel_type in self.fuels)
            and (car.year is None or first <= car.year <= last)
        )


@cache
def version() -> str:
    return str(read_data("service_intervals.json")["schema"])


@cache
def templates() -> dict[str, ServiceType]:
    return {id_: service for id_, service in service_types().items() if service.is_template}


def template(name: str) -> ServiceType | None:
    return templates().get(listed(name))


def intervals(ready: ServiceType, use: Use) -> tuple[int | None, int | None]:
    """Metres and months."""
    if use is Use.NORMAL:
        return ready.every_metres, ready.every_months
    metres, months = ready.every_metres, ready.every_months
    return (
        None if metres is None else max(round(metres * ready.severe_factor / ROUND), 1) * ROUND,
        None if months is None else max(round(months * ready.severe_factor), 1),
    )


def fit(ready: ServiceType, car: Fitted, *, is_confirmed: bool = False) -> Fit:
    """Whether a template is right for a car. Its owner's yes settles what depends on the engine, not what contradicts the car."""
    if not ready.suits(fuel=car.fuel_type, transmission=car.transmission):
        return Fit.NO
    condition = ready.requires or ""
    if condition.startswith(BUILT_FROM) and car.year is not None and not is_confirmed:
        return Fit.YES if car.year >= int(condition.removeprefix(BUILT_FROM)) else Fit.ASK
    usually_not = any(each.is_none and not each.engines for each in makers_figures(ready.id, car))
    if (condition or usually_not) and not is_confirmed:
        return Fit.ASK
    return Fit.YES


def makers_figures(service: str, car: Fitted) -> list[MakersFigure]:
    return [each for each in _figures() if each.service == service and each.is_of(car)]


def source_texts(ready: ServiceType) -> list[str]:
    """Where its figures are from."""
    return [_sources()[code] for code in ready.sources]


@cache
def _sources() -> dict[str, str]:
    found: dict[str, str] = read_data("service_intervals.json")["sources"]
    return found


@cache
def _figures() -> tuple[MakersFigure, ...]:
    return tuple(_read())


def _read() -> Iterator[MakersFigure]:
    for row in read_data("service_intervals.json")["overrides"]:
        kilometres, months = row["interval_km"], row["interval_months"]
        yield MakersFigure(
            service=row["service"],
            makes=frozenset(map(plain, row["makes"])),
            models=tuple(map(plain, row["model_contains"] or ())),
            engines=tuple(row["engine_contains"] or ()),
            fuels=frozenset(row["fuels"]),
            years=(row["years"][0], row["years"][1]),
            every_metres=kilometres * METRES_PER_KM if kilometres > 0 else None,
            every_months=months if months > 0 else None,
            confidence=row["confidence"],
            note=row["note"],
        )
