"""How often each service falls due for one car: our generic table, the makers' known exceptions, and each country's inspection."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.ai.domain import knowledge
from services.ai.domain.car import Car, Fuel
from services.ai.domain.wording import fold

MONTHS_A_YEAR = 12
FIRST_DPF_YEAR = 2009
AIR_COOLED_BATTERIES = frozenset({"toyota", "lexus", ""})
EVERYWHERE = {"first_months": 48, "then_months": 24, "later_rule": None, "name": ""}
LATER = {"ES": (120, 12), "LU": (72, 12), "PT": (96, 12), "CH": (96, 24), "NL": (96, 12)}
"""Age in months from which the inspection comes more often, and how often then."""


@dataclass(frozen=True, slots=True)
class Interval:
    service: str
    job: str
    action: str
    klass: str
    km: int | None
    months: int | None
    not_before_km: int | None
    not_before_months: int | None
    sources: tuple[str, ...]
    confidence: str  # table | verified | likely | unverified
    note: str


def intervals_for(car: Car, *, severe: bool = False) -> list[Interval]:
    """Everything this car has to have done, inspection by law excepted."""
    found = []
    for row in knowledge.schedule()["items"]:
        if row["id"] == "technical_inspection" or not _applies(row, car):
            continue
        interval = _interval(row, _override(car, row["id"]), severe=severe)
        if interval:
            found.append(interval)
    return found


def _applies(row: Mapping[str, Any], car: Car) -> bool:
    if row["fuels"] and car.fuel is not None and car.fuel.value not in row["fuels"]:
        return False
    if row["fuels"] and car.fuel is None and not {"gasoline", "diesel"} <= set(row["fuels"]):
        return False
    if row["transmissions"] and car.gearbox not in row["transmissions"]:
        return False
    if row["id"] == "hybrid_fan_filter" and fold(car.make) not in AIR_COOLED_BATTERIES:
        return False
    return _meets(row["requires"], car)


def _meets(requires: str | None, car: Car) -> bool:  # noqa: PLR0911  (one way out for each condition of the table)
    match requires:
        case None:
            return True
        case "timing_drive=belt":
            return drive_of(car) == "belt"
        case "timing_drive=unknown":
            return drive_of(car) is None and car.fuel is not Fuel.ELECTRIC
        case "year>=2009":
            return (car.year or FIRST_DPF_YEAR) >= FIRST_DPF_YEAR
        case "scr=true":
            return car.scr is True
        case "awd=true":
            return car.has_four_driven_wheels
        case _:
            return False


def drive_of(car: Car) -> str | None:
    """Belt or chain: what the owner says, else what is known of the engine, else unknown."""
    if car.timing_drive in {"belt", "chain"}:
        return car.timing_drive
    known = _override(car, "timing_belt")
    if known is None or (not known["engine_contains"] and known["interval_km"] >= 0):
        return None
    return "chain" if known["interval_km"] < 0 else "belt"


def _override(car: Car, service: str) -> Mapping[str, Any] | None:
    """The most precise exception that fits: engine and model named before make alone."""
    found = [
        row
        for row in knowledge.schedule()["overrides"]
        if row["service"] == service and _fits(row, car)
    ]
    return max(found, key=_precision, default=None)


def _precision(row: Mapping[str, Any]) -> tuple[int, int]:
    return (
        bool(row["engine_contains"]) + bool(row["model_contains"]),
        row["confidence"] == "verified",
    )


def _fits(row: Mapping[str, Any], car: Car) -> bool:
    make = fold(car.make).replace(" ", "")
    if make not in {fold(one).replace(" ", "") for one in row["makes"]}:
        return False
    if row["fuels"] and (car.fuel is None or car.fuel.value not in row["fuels"]):
        return False
    if car.year and not row["years"][0] <= car.year <= row["years"][1]:
        return False
    model, engine = fold(car.model), f"{fold(car.model)} {fold(car.engine)}"
    if row["model_contains"] and not any(fold(part) in model for part in row["model_contains"]):
        return False
    return not row["engine_contains"] or any(
        all(word in engine for word in fold(part).split()) for part in row["engine_contains"]
    )


def _interval(
    row: Mapping[str, Any], other: Mapping[str, Any] | None, *, severe: bool
) -> Interval | None:
    km, months, sources, confidence, note = (
        row["interval_km"],
        row["interval_months"],
        row["sources"],
        "table",
        row["note"],
    )
    if other and not (row["id"] == "timing_belt" and other["interval_km"] < 0):
        km, months = other["interval_km"] or None, other["interval_months"] or None
        sources, confidence, note = other["source"], other["confidence"], other["note"]
        if km is None and months is None:
            return None
    factor = row["severe_factor"] if severe else 1.0
    least = row["not_before"]
    return Interval(
        row["id"],
        row["job"],
        row["action"],
        row["klass"],
        round(km * factor) if km else None,
        round(months * factor) if months else None,
        min(least["km"], km * factor) if least["km"] and km else least["km"],
        min(least["months"], months * factor) if least["months"] and months else least["months"],
        tuple(sources),
        confidence,
        note,
    )


def months_between(start: date, end: date) -> float:
    return (
        (end.year - start.year) * MONTHS_A_YEAR
        + end.month
        - start.month
        + (end.day - start.day) / 31
    )


def plus_months(start: date, months: float) -> date:
    """At the ends of the calendar its first or last day: callers may say any date there is."""
    whole = start.year * MONTHS_A_YEAR + start.month - 1 + int(months)
    if not date.min.year <= whole // MONTHS_A_YEAR <= date.max.year:
        return date.min if months < 0 else date.max
    return date(whole // MONTHS_A_YEAR, whole % MONTHS_A_YEAR + 1, min(start.day, 28))


def inspection_due(car: Car, last: date | None, country: str | None) -> date | None:
    """When the law wants the car inspected; None when its age is unknown and it never was."""
    rule = {**EVERYWHERE, **knowledge.schedule()["country_rules"].get((country or "").upper(), {})}
    born = car.born
    if last is None:
        return plus_months(born, rule["first_months"]) if born else None
    step = rule["then_months"]
    later = LATER.get((country or "").upper())
    if (country or "").upper() == "NL" and car.fuel is Fuel.DIESEL:
        later = (0, 12)
    if later and born and months_between(born, last) >= later[0]:
        step = later[1]
    return plus_months(last, step)


def inspection_name(country: str | None, language: str) -> str:
    named = {"fr": "contrôle technique", "en": "technical inspection", "es": "inspección técnica"}
    rule = knowledge.schedule()["country_rules"].get((country or "").upper())
    return (
        f"{named[language]} ({rule['name']})"
        if rule and rule["name"] not in named[language]
        else named[language]
    )
