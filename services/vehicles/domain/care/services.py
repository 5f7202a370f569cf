"""The reference list of recurring work: ids, names in three languages, ready intervals.

Generic defaults (data/service_intervals.json, own work, its sources inside); the maker's plan always wins.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from shared.messages import Text

OIL_CHANGE: Final = "oil_change"
MERGED: Final = "merge:"
SYNONYMS: Final = {"engine_oil": OIL_CHANGE, "oil": OIL_CHANGE}
"""Other words for a listed service."""
GENERAL: Final = {
    "general_service": Text(fr="Révision", en="Service", es="Revisión"),
    "repair": Text(fr="Réparation", en="Repair", es="Reparación"),
    "other": Text(fr="Autre intervention", en="Other work", es="Otra intervención"),
}
"""Work with a name and no interval."""
METRES_PER_KM: Final = 1000
LEGAL: Final = "legal"


@dataclass(frozen=True, slots=True)
class ServiceType:
    id: str
    name: Text
    aliases: tuple[str, ...]
    fuels: frozenset[str] | None
    """None: whatever drives the car."""
    transmissions: frozenset[str] | None
    every_metres: int | None
    every_months: int | None
    klass: str
    requires: str | None
    note: str

    def suits(self, *, fuel: str | None, transmission: str | None) -> bool:
        """What is not known about a car rules nothing out."""
        right_fuel = self.fuels is None or fuel is None or fuel in self.fuels
        right_box = (
            self.transmissions is None or transmission is None or transmission in self.transmissions
        )
        return right_fuel and right_box

    @property
    def is_template(self) -> bool:
        """Whether it can be offered as a ready plan: it has an interval, and nothing about the engine must be known first."""
        return (
            self.every_metres is not None or self.every_months is not None
        ) and self.requires is None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A package a garage sells by one name ("révision") that covers several services."""

    name: str
    aliases: tuple[str, ...]
    resets: tuple[str, ...]


def _read(name: str) -> dict[str, Any]:
    text = (resources.files("services.vehicles.domain") / "data" / name).read_text("utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


@cache
def service_types() -> dict[str, ServiceType]:
    names = _read("service_names.json")
    return {
        item["id"]: _service_type(item, names[item["id"]])
        for item in _read("service_intervals.json")["items"]
    }


def _service_type(item: dict[str, Any], name: dict[str, str]) -> ServiceType:
    kilometres = item["interval_km"]
    return ServiceType(
        id=item["id"],
        name=Text(**name),
        aliases=tuple(item["aliases"]),
        fuels=frozenset(item["fuels"]) if item["fuels"] else None,
        transmissions=frozenset(item["transmissions"]) if item["transmissions"] else None,
        every_metres=kilometres * METRES_PER_KM if kilometres else None,
        every_months=item["interval_months"],
        klass=item["klass"],
        requires=item["requires"],
        note=item["note"],
    )


@cache
def bundles() -> tuple[Bundle, ...]:
    rows = _read("service_intervals.json")["bundles"]
    return tuple(Bundle(row["name"], tuple(row["aliases"]), tuple(row["resets"])) for row in rows)


def templates() -> dict[str, ServiceType]:
    return {id_: service for id_, service in service_types().items() if service.is_template}


def listed(service: str) -> str:
    """The reference list's id for a service; one's own word stays."""
    return SYNONYMS.get(service, service)


def template(name: str) -> ServiceType | None:
    return templates().get(listed(name))


def is_known(service: str) -> bool:
    return service_name(service) is not None


def service_name(service: str) -> Text | None:
    """The name of a listed service; None for one its owner made up."""
    known = service_types().get(listed(service))
    return known.name if known else GENERAL.get(service)


def canonical(service: str) -> str:
    """The service whose plan this one is part of: an oil filter is part of the oil change."""
    name = listed(service)
    known = service_types().get(name)
    if known and known.requires and known.requires.startswith(MERGED):
        return known.requires.removeprefix(MERGED)
    return name


def rests_with_car(service: str) -> bool:
    """Whether it waits while a car is laid up: what the law asks for does not."""
    known = service_types().get(canonical(service))
    return known is None or known.klass != LEGAL
