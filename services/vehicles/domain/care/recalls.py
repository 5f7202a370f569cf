"""Recalls of makers, in one form whoever publishes them, and whether one may be about a car.

Never "yours": only the maker's own register knows that. `likely` where make, model and time of building fit, or its VIN lies in a range
of the campaign; `possible` where something of it is not known. What certainly does not fit is not told.
"""

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from re import split, sub
from typing import Final

from services.vehicles.domain.cars.vin import LENGTH


class FeedSource(StrEnum):
    """Who publishes."""

    RAPPELCONSO = "rappelconso"
    KBA = "kba"
    DVSA = "dvsa"
    NHTSA = "nhtsa"


COUNTRIES: Final[Mapping[FeedSource, str]] = {
    FeedSource.RAPPELCONSO: "FR",
    FeedSource.KBA: "DE",
    FeedSource.DVSA: "GB",
    FeedSource.NHTSA: "US",
}


class Certainty(StrEnum):
    POSSIBLE = "possible"
    LIKELY = "likely"


SYNONYMS: Final = {
    "vw": "volkswagen",
    "mercedes": "mercedes benz",
    "daimler": "mercedes benz",
    "chevy": "chevrolet",
    "ds automobiles": "ds",
    "landrover": "land rover",
    "alfa": "alfa romeo",
    "range rover": "land rover",
    "bayerische motoren werke": "bmw",
    "renault sas": "renault",
    "automobiles peugeot": "peugeot",
    "automobiles citroen": "citroen",
}
_JOINED = r"\s*(?:&|/|,|;|\+|\bet\b|\band\b|\bund\b)\s*"
YEAR_AFTER: Final = 1
"""A car built in autumn is of the next model year, and is registered a while after it was built."""


@dataclass(frozen=True, slots=True)
class VinRange:
    """Both ends belong to it; of the same length, compared as text."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """`makes` and `models` as they are published; no model: all of the make's, as far as anybody says."""

    source: FeedSource
    number: str
    makes: tuple[str, ...]
    models: tuple[str, ...]
    title: str
    risk: str | None = None
    remedy: str | None = None
    url: str | None = None
    published_on: date | None = None
    built_from: date | None = None
    built_to: date | None = None
    vins: tuple[VinRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A car, as far as a campaign may be about it."""

    make: str
    model: str
    year: int | None
    vin: str | None


def match(campaign: Campaign, car: Subject) -> Certainty | None:
    if not makes_of(campaign.makes) & makes_of([car.make]):
        return None
    if campaign.vins and car.vin and len(car.vin) == LENGTH:
        inside = any(_lies_in(car.vin, each) for each in campaign.vins)
        return Certainty.LIKELY if inside else None
    when = _fits_time(campaign, car.year)
    if when is False:
        return None
    if not campaign.models or not car.model.strip():
        return Certainty.POSSIBLE
    mine = model_of(car.make, car.model)
    if not any(mine == model_of(car.make, each) for each in campaign.models):
        return None
    return Certainty.LIKELY if when else Certainty.POSSIBLE


def _fits_time(campaign: Campaign, year: int | None) -> bool | None:
    """None where nobody knows."""
    first, last = campaign.built_from, campaign.built_to
    if year is None or (first is None and last is None):
        return None
    early = first is not None and year < first.year
    late = last is not None and year > last.year + YEAR_AFTER
    return not (early or late)


def _lies_in(vin: str, range_: VinRange) -> bool:
    return len(range_.first) == len(range_.last) == len(vin) and range_.first <= vin <= range_.last


def folded(text: str) -> str:
    """Without case, accents and signs: `Citroën` and `CITROEN`, `Mercedes-Benz` and `mercedes benz`."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(sub(r"[^a-z0-9]+", " ", bare.lower()).split())


def makes_of(said: Iterable[str]) -> frozenset[str]:
    """`citroën & ds` is two makes."""
    parts = (folded(part) for each in said for part in split(_JOINED, each.lower()))
    return frozenset(SYNONYMS.get(part, part) for part in parts if part)


def model_of(make: str, text: str) -> tuple[str, ...]:
    """The longest model of the make that the text begins with, else all its words: `C3 PureTech 82` is a C3, `C3 Aircross` none."""
    words = tuple(folded(text).split())
    names = makes_of([make])
    if words and words[0] in names:
        words = words[1:]
    known = [model for name in names for model in _models().get(name, ())]
    begun = [model for model in known if words[: len(model)] == model]
    return max(begun, key=len, default=words)


@cache
def _models() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """The words of each model, by make."""
    folder = resources.files("services.vehicles.domain") / "data"
    rows = csv.DictReader((folder / "makes_models_eu.csv").read_text("utf-8").splitlines())
    found: dict[str, list[tuple[str, ...]]] = {}
    for row in rows:
        for make in makes_of([row["make"]]):
            found.setdefault(make, []).append(tuple(folded(row["model"]).split()))
    return {make: tuple(models) for make, models in found.items()}
