# ruff: noqa: E501 - word lists and sentences are read as lines
"""What a car needs next, from its own history: at most five, the most important first, fewer when fewer are due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.ai.domain import knowledge
from services.ai.domain.car import Car, Fuel
from services.ai.domain.costs import Cost, cost_of
from services.ai.domain.history import INSPECTION, Record, completed, read_record
from services.ai.domain.intervals import (
    Interval,
    inspection_due,
    intervals_for,
    months_between,
    plus_months,
)

MOST = 5
SOON = timedelta(days=30)
SOON_KM = 1000
INSPECTION_AHEAD = timedelta(days=60)
USUAL_KM_A_YEAR = 12_000
LATEST = 2.0  # beyond twice its interval a service does not become more important
# How much a lone look, a wear guess or a missing record weighs beside a service whose last date is known.
NEVER_RECORDED = {"engine_critical": 1.0, "safety": 0.85, "engine_protection": 0.75}
NEVER_RECORDED_ELSE = 0.5
LOOK_ONLY = 0.5
WORTH = {"atf": 1.3, "awd_oil": 1.2, "fuel_filter": 1.1, "spark_plugs": 1.1, "accessory_belt": 0.9, "air_filter": 0.8, "battery_12v_test": 0.8, "glow_plugs_check": 0.6, "brake_pads_front_wear": 0.6, "brake_pads_front_wear_regen": 0.6, "brake_discs_wear": 0.55, "tyres_wear": 0.8, "shocks_check": 0.6}  # fmt: skip
"""Inside its class, what a neglected one costs: a gearbox more than an air filter. Wear is guessed, so it counts for less."""
CRITICAL_BONUS = 1.0
WORTH_SAYING = 0.45  # below, a guess about something never recorded is noise
ONLY_WHEN_LATE = frozenset({"wear", "comfort", "visibility"})
SAME_WORK = {"brake_discs_wear": "brake_pads_front_wear", "ev_service": "brakes_inspection"}
"""Doing the first includes the second."""
KIN = {"brake_pads_front_wear_regen": ("brake_pads_front_wear", "brake_discs_wear"), "brake_pads_front_wear": ("brake_discs_wear",), "timing_belt_check": ("timing_belt",), "brakes_inspection": ("brake_pads_front_wear", "brake_discs_wear", INSPECTION), "hybrid_fan_filter": ()}  # fmt: skip
"""A service that was done proves these were, too."""
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Suggestion:
    service: str
    job: str
    action: str
    score: float
    overdue: bool
    due_on: date | None
    due_km: int | None
    last_on: date | None
    last_km: int | None
    interval_km: int | None
    interval_months: int | None
    cost: Cost
    sources: tuple[str, ...]
    confidence: str

    @property
    def was_recorded(self) -> bool:
        return self.last_on is not None or self.last_km is not None


@dataclass(frozen=True, slots=True)
class Due:
    items: tuple[Suggestion, ...]
    warnings: tuple[str, ...]
    mileage_km: int | None
    mileage_is_estimate: bool


@dataclass(frozen=True, slots=True)
class Done:
    on: date | None
    km: int | None


def due(
    car: Car,
    history: Sequence[Record],
    *,
    today: date,
    country: str | None = None,
    annual_km: int | None = None,
    severe: bool = False,
) -> Due:
    proven = sorted(
        completed(history, today), key=lambda one: (one.on or date.min, one.mileage_km or 0)
    )
    mileage, estimated, warnings = _mileage(car, proven, today, annual_km)
    done, failed = _done(proven, car)
    rate = annual_km or _rate(car, mileage, today)
    found = [
        one
        for interval in intervals_for(car, severe=severe)
        if (one := _judge(interval, _last(interval, done), car, mileage, rate, today, country))
    ]
    inspection = _inspection(car, done.get(INSPECTION), today, country, failed=failed)
    if inspection:
        found.append(inspection)
    if failed:
        warnings.append("inspection_failed")
    if any(one.service == "timing_belt_check" for one in found):
        warnings.append("timing_drive_unknown")
    if len(history) != len(proven) and any(
        r.on and r.on > today and r.status.upper() == "COMPLETED" for r in history
    ):
        warnings.append("record_in_the_future")
    return Due(tuple(_chosen(found)), tuple(warnings), mileage, estimated)


def _mileage(
    car: Car, proven: Sequence[Record], today: date, annual_km: int | None
) -> tuple[int | None, bool, list[str]]:
    """The odometer never runs back: the highest proven value, else an estimate, else unknown."""
    seen = [(one.mileage_km, one.on) for one in proven if one.mileage_km]
    highest = max((km for km, _ in seen), default=None)
    if car.mileage_km is not None:
        if highest is not None and highest > car.mileage_km:
            return highest, False, ["odometer_runs_back"]
        return car.mileage_km, False, []
    if highest is not None:
        on = next((on for km, on in seen if km == highest), None)
        years = (today - on).days / DAYS_A_YEAR if on else 0
        return round(highest + years * (annual_km or 0)), True, ["mileage_estimated"]
    if annual_km and car.born:
        return round(annual_km * (today - car.born).days / DAYS_A_YEAR), True, ["mileage_estimated"]
    return None, False, ["mileage_unknown"]


def _rate(car: Car, mileage: int | None, today: date) -> int:
    years = (today - car.born).days / DAYS_A_YEAR if car.born else 0
    return round(mileage / years) if mileage and years >= 1 else USUAL_KM_A_YEAR


def _done(proven: Iterable[Record], car: Car) -> tuple[dict[str, Done], bool]:
    last: dict[str, Done] = {}
    failed = False
    for record in proven:
        text = " , ".join([record.text, *(name.replace("_", " ") for name in record.services)])
        said = read_record(text, electric=car.fuel is Fuel.ELECTRIC, automatic=car.shifts_itself)
        for service in said.done:
            last[service] = Done(record.on, record.mileage_km)
        if said.failed_inspection:
            failed = True
        elif INSPECTION in said.done:
            failed = False
    return last, failed


def _last(interval: Interval, done: dict[str, Done]) -> Done | None:
    """The latest proof, also by a service that includes it."""
    proofs = [
        done[name] for name in (interval.service, *KIN.get(interval.service, ())) if name in done
    ]
    if interval.service == "timing_belt" and "timing_chain" in done:
        proofs.append(done["timing_chain"])
    return max(proofs, key=lambda one: (one.on or date.min, one.km or 0), default=None)


def _judge(  # noqa: PLR0917  (the facts of one sentence: this interval, last done then, on this car, today)
    interval: Interval,
    last: Done | None,
    car: Car,
    mileage: int | None,
    rate: int,
    today: date,
    country: str | None,
) -> Suggestion | None:
    since = last or Done(car.born, 0 if car.born or mileage else None)
    since_km = since.km
    if since_km is None and since.on and mileage is not None:
        since_km = max(0, round(mileage - rate * (today - since.on).days / DAYS_A_YEAR))
    due_on = plus_months(since.on, interval.months) if interval.months and since.on else None
    due_km = (
        since_km + interval.km
        if interval.km and since_km is not None and mileage is not None
        else None
    )
    late = _lateness(interval, since, since_km, mileage, today)
    near = (due_on is not None and due_on - today <= SOON) or (
        due_km is not None and mileage is not None and due_km - mileage <= SOON_KM
    )
    if late < 1 and (interval.klass in ONLY_WHEN_LATE or interval.action != "replace"):
        return None
    if not near or (last is None and _too_young(interval, car, mileage, today)):
        return None
    score = (
        knowledge.schedule()["class_weight"][interval.klass]
        * min(late, LATEST)
        * _trust(interval, last)
    )
    if interval.klass == "engine_critical" and late >= 1:
        score += CRITICAL_BONUS
    return Suggestion(
        interval.service,
        interval.job,
        interval.action,
        round(score, 4),
        late >= 1,
        due_on,
        due_km,
        last.on if last else None,
        last.km if last else None,
        interval.km,
        interval.months,
        cost_of((interval.job,), car, country),
        interval.sources,
        interval.confidence,
    )


def _lateness(
    interval: Interval, since: Done, since_km: int | None, mileage: int | None, today: date
) -> float:
    """1.0 on the day it falls due."""
    by_time = (
        months_between(since.on, today) / interval.months if interval.months and since.on else 0.0
    )
    by_road = (
        (mileage - since_km) / interval.km
        if interval.km and mileage is not None and since_km is not None
        else 0.0
    )
    return max(by_time, by_road)


def _too_young(interval: Interval, car: Car, mileage: int | None, today: date) -> bool:
    """Never recorded and the car too new for it: it cannot be due whatever the arithmetic says."""
    months = months_between(car.born, today) if car.born else None
    limits = []
    if interval.not_before_km:
        limits.append(mileage is None or mileage < interval.not_before_km)
    if interval.not_before_months:
        limits.append(months is not None and months < interval.not_before_months)
    return bool(limits) and all(limits)


def _trust(interval: Interval, last: Done | None) -> float:
    trust = 1.0 if last else NEVER_RECORDED.get(interval.klass, NEVER_RECORDED_ELSE)
    if interval.action != "replace" and interval.klass != "engine_critical":
        trust *= LOOK_ONLY
    return trust * WORTH.get(interval.service, 1.0)


def _inspection(
    car: Car, last: Done | None, today: date, country: str | None, *, failed: bool
) -> Suggestion | None:
    when = today if failed else inspection_due(car, last.on if last else None, country)
    if when is None or when - today > INSPECTION_AHEAD:
        return None
    overdue = when <= today
    return Suggestion(
        INSPECTION,
        "technical_inspection",
        "inspect",
        2.1 if overdue else 1.2,
        overdue,
        when,
        None,
        last.on if last else None,
        last.km if last else None,
        None,
        None,
        cost_of(("technical_inspection",), car, country),
        ("CT",),
        "table",
    )


def _chosen(found: Iterable[Suggestion]) -> list[Suggestion]:
    ranked = sorted(found, key=lambda one: (-one.score, one.service))
    names = {one.service for one in ranked}
    included = {small for big, small in SAME_WORK.items() if big in names}
    kept = [one for one in ranked if one.was_recorded or one.score >= WORTH_SAYING]
    return [one for one in kept if one.service not in included][:MOST]
