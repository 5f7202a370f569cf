"""The reference list of recurring work: ids, names in three languages, ready intervals.

Generic defaults (data/service_intervals.json, own work, its sources inside); the maker's plan always wins.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from shared.contracts.base import Language
from shared.messages import Text

OIL_CHANGE: Final = "oil_change"
MERGED: Final = "merge:"
COUNTRY: Final = "country_rule"
SYNONYMS: Final = {"engine_oil": OIL_CHANGE, "oil": OIL_CHANGE}
"""Other words for a listed service."""
GENERAL: Final = {
    "general_service": Text(fr="Révision", en="Service", es="Revisión"),
    "repair": Text(fr="Réparation", en="Repair", es="Reparación"),
    "other": Text(fr="Autre intervention", en="Other work", es="Otra intervención"),
}
"""Work with a name and no interval."""
METRES_PER_KM: Final = 1000
_LITTLE: Final = frozenset(
    [
        "a",
        "d",
        "de",
        "del",
        "des",
        "du",
        "el",
        "l",
        "la",
        "las",
        "le",
        "les",
        "los",
        "the",
        "y",
        "et",
        "and",
        "of",
    ]
)
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
    severe_factor: float
    """What is left of the intervals of a car in severe use: short trips, dust, towing, taxi."""
    sources: tuple[str, ...]

    def suits(self, *, fuel: str | None, transmission: str | None) -> bool:
        """What is not known about a car rules nothing out."""
        right_fuel = self.fuels is None or fuel is None or fuel in self.fuels
        right_box = (
            self.transmissions is None or transmission is None or transmission in self.transmissions
        )
        return right_fuel and right_box

    @property
    def is_template(self) -> bool:
        """Whether it can be offered as a ready plan: it has an interval of its own, and is no country's law."""
        has_interval = self.every_metres is not None or self.every_months is not None
        is_its_own = self.requires is None or not self.requires.startswith((MERGED, COUNTRY))
        return has_interval and is_its_own


@dataclass(frozen=True, slots=True)
class Bundle:
    """A package a garage sells by one name ("révision") that covers several services."""

    name: str
    aliases: tuple[str, ...]
    resets: tuple[str, ...]


def read_data(name: str) -> dict[str, Any]:
    text = (resources.files("services.vehicles.domain") / "data" / name).read_text("utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


@cache
def service_types() -> dict[str, ServiceType]:
    names = read_data("service_names.json")
    return {
        item["id"]: _service_type(item, names[item["id"]])
        for item in read_data("service_intervals.json")["items"]
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
        severe_factor=item["severe_factor"],
        sources=tuple(item["sources"]),
    )


@cache
def bundles() -> tuple[Bundle, ...]:
    rows = read_data("service_intervals.json")["bundles"]
    return tuple(Bundle(row["name"], tuple(row["aliases"]), tuple(row["resets"])) for row in rows)


def listed(service: str) -> str:
    """The reference list's id for a service, also by what it is called in French, English or Spanish (`vidange`,
    `cambio_de_aceite`); one's own word stays.
    """
    if service in service_types() or service in GENERAL:
        return service
    return SYNONYMS.get(service) or _by_name().get(_key(service), service)


@cache
def _by_name() -> dict[str, str]:
    """Names, and aliases of one service alone, as ids are written."""
    names: dict[str, str] = {}
    aliases: dict[str, set[str]] = {}
    for service in service_types().values():
        names |= {_key(service.name.into(language)): service.id for language in Language}
        for word in service.aliases:
            if not set(word) & set("=+"):
                aliases.setdefault(_key(word), set()).add(service.id)
    alone = {word: next(iter(ids)) for word, ids in aliases.items() if len(ids) == 1}
    return alone | names


def _key(words: str) -> str:
    folded = unicodedata.normalize("NFKD", words.lower())
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    parts = re.split(r"[^a-z0-9]+", bare)
    return "_".join(part for part in parts if part and part not in _LITTLE)


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
