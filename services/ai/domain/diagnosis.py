# ruff: noqa: E501 - word lists and sentences are read as lines
"""From complaints, trouble codes and the car to likely causes, urgency, safety advice and a cost range. Pure: the same
words about the same car always give the same answer, with or without a model.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.ai.domain import knowledge
from services.ai.domain.car import Car, Fuel
from services.ai.domain.codes import Explained, explain_code
from services.ai.domain.costs import Cost, cost_of
from services.ai.domain.knowledge import RANK, Finding
from services.ai.domain.symptoms import GENERIC, Complaint, codes_in, named_components, recognise

MOST_CAUSES = 5
MOST_CODES = 12
CODE_COUNTS = 1.25  # a code is measured, a complaint is felt
NAMED_COUNTS = 2.5
SUPERSEDED = {"P0700": "P07", "P1000": "P", "U0100": "", "P0600": ""}
"""Codes that only announce others: next to a code that begins so, they add nothing."""

SPARK = ("spark_plugs", "ignition_coil")
EXHAUST = (
    "o2_sensor",
    "catalytic_converter",
    "exhaust_leak",
    "egr_valve",
    "dpf",
    "dpf_pressure_sensor",
    "nox_sensor",
    "adblue_low",
    "adblue_system",
)
DIESEL_ONLY = (
    "glow_plugs",
    "glow_plug_relay",
    "dpf",
    "dpf_pressure_sensor",
    "nox_sensor",
    "adblue_low",
    "adblue_system",
)
ELECTRIC_ONLY = (
    "hv_battery",
    "hv_isolation",
    "hv_cooling",
    "inverter",
    "dc_dc_converter",
    "onboard_charger",
    "charging_equipment",
)
PLUGGED = ("onboard_charger", "charging_equipment")
MANUAL_ONLY = ("clutch", "clutch_hydraulics")
AUTOMATIC_ONLY = ("atf_low", "tcm_solenoid", "mechatronic_unit", "torque_converter")
ENGINE_PARTS = (
    "alternator", "starter_motor", "accessory_belt", "belt_tensioner", "timing_belt", "timing_chain", "engine_oil_low", "engine_oil_leak",
    "engine_oil_degraded", "oil_pump", "oil_pressure_sensor", "oil_consumption", "head_gasket", "thermostat", "turbocharger", "boost_leak",
    "wastegate_actuator", "throttle_body", "valve_clearance", "engine_compression", "pcv_valve", "vvt_solenoid", "air_filter", "intake_leak",
    "maf_sensor", "map_sensor", "injector", "fuel_pump", "fuel_filter", "fuel_leak", "fuel_cap", "fuel_quality", "high_pressure_pump", "dual_mass_flywheel",
    "clutch", "clutch_hydraulics", "torque_converter", "knock_sensor", "camshaft_sensor", "crankshaft_sensor", "evap_leak", "evap_purge_valve",
    "intake_fouling", "iat_sensor", "fuel_pressure_sensor", "power_steering_pump",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    component: str
    likelihood: float
    evidence: tuple[str, ...]
    cost: Cost


@dataclass(frozen=True, slots=True)
class Diagnosis:
    urgency: str
    causes: tuple[Cause, ...]
    safety: tuple[str, ...]
    cost: Cost | None
    complaints: tuple[Finding, ...]
    codes: tuple[Explained, ...]
    understood: bool

    @property
    def confidence(self) -> float:
        """How far the first cause stands out, lowered when no code was read."""
        if not self.causes:
            return 0.1
        first = self.causes[0].likelihood
        return round(
            min(0.95, first + (0.3 if any(code.in_guide for code in self.codes) else 0.15)), 2
        )


def diagnose(
    symptoms: str,
    dtcs: Sequence[str],
    car: Car,
    *,
    language: str = "fr",
    country: str | None = None,
) -> Diagnosis:
    codes = tuple(explain_code(code) for code in _codes(symptoms, dtcs))
    complaints = recognise(symptoms, language=language, car=car)
    findings = _weighed(codes, complaints)
    scores, evidence = _scores(findings, car)
    if not scores:
        scores = {
            name: NAMED_COUNTS
            for name in named_components(symptoms, language)
            if possible(name, car)
        }
    urgency = max((one.urgency for one, _ in findings), key=RANK.__getitem__, default="medium")
    causes = _causes(scores, evidence, car, country)
    return Diagnosis(
        urgency,
        causes,
        _advice((one for one, _ in findings), urgency, car),
        _range(causes),
        tuple(one.finding for one in complaints),
        codes,
        understood=bool(findings),
    )


def _codes(symptoms: str, dtcs: Sequence[str]) -> list[str]:
    given = [*dtcs, *codes_in(symptoms)]
    return list(dict.fromkeys(code.strip().upper() for code in given if code.strip()))[:MOST_CODES]


def _weighed(
    codes: Sequence[Explained], complaints: Sequence[Complaint]
) -> list[tuple[Finding, float]]:
    """What is known, each with its weight. A specific code silences the lamp it lit and the code that only announces it."""
    told = [code.finding for code in codes if code.finding]
    names = {finding.id for finding in told}
    specific = [
        one
        for one in told
        if one.id not in SUPERSEDED
        or not any(n != one.id and n.startswith(SUPERSEDED[one.id]) for n in names)
    ]
    guided = any(code.in_guide for code in codes)
    felt = [
        one
        for one in complaints
        if not (one.finding.id in GENERIC and (guided or len(complaints) > 1))
    ]
    if guided and not felt:
        felt = [one for one in complaints if one.finding.id == "red_warning"]
    if not specific and not felt:
        felt = list(complaints)
    return [(one, CODE_COUNTS) for one in specific] + [(one.finding, one.strength) for one in felt]


def _scores(
    findings: Iterable[tuple[Finding, float]], car: Car
) -> tuple[dict[str, float], Mapping[str, list[str]]]:
    scores: dict[str, float] = defaultdict(float)
    evidence: dict[str, list[str]] = defaultdict(list)
    for finding, weight in findings:
        for component, plausible in finding.causes:
            if possible(component, car):
                scores[component] += weight * plausible
                evidence[component].append(finding.id)
    return dict(scores), evidence


def possible(component: str, car: Car) -> bool:  # noqa: PLR0911  (one way out for each kind of car)
    """Whether this car can have that part at all."""
    if car.fuel is Fuel.ELECTRIC:
        return component not in (*ENGINE_PARTS, *SPARK, *EXHAUST, *DIESEL_ONLY)
    if car.fuel is Fuel.DIESEL and component in SPARK:
        return False
    if (
        car.fuel in {Fuel.GASOLINE, Fuel.HYBRID, Fuel.PLUGIN_HYBRID, Fuel.LPG}
        and component in DIESEL_ONLY
    ):
        return component in {"dpf", "dpf_pressure_sensor"} and (car.year or 0) >= 2018  # noqa: PLR2004  (petrol particle filters came with Euro 6d)
    if car.fuel in {Fuel.GASOLINE, Fuel.DIESEL, Fuel.LPG} and component in ELECTRIC_ONLY:
        return False
    if car.fuel is Fuel.HYBRID and component in PLUGGED:
        return False
    if (component == "timing_belt" and car.timing_drive == "chain") or (
        component == "timing_chain" and car.timing_drive == "belt"
    ):
        return False
    if car.gearbox == "automatic" and component in MANUAL_ONLY:
        return False
    return not (car.gearbox == "manual" and component in AUTOMATIC_ONLY)


def _causes(
    scores: Mapping[str, float], evidence: Mapping[str, list[str]], car: Car, country: str | None
) -> tuple[Cause, ...]:
    total = sum(scores.values()) or 1.0
    first = sorted(scores, key=lambda name: -scores[name])[:MOST_CAUSES]
    return tuple(
        Cause(
            name,
            round(scores[name] / total, 2),
            tuple(evidence.get(name, ())),
            cost_of(knowledge.components()[name].jobs, car, country),
        )
        for name in first
    )


def _advice(findings: Iterable[Finding], urgency: str, car: Car) -> tuple[str, ...]:
    wanted = list(dict.fromkeys(code for finding in findings for code in finding.safety)) or [
        "pro_diagnosis"
    ]
    if urgency == "high" and "dpf_regen_drive" in wanted:
        wanted.remove("dpf_regen_drive")
    if "pro_diagnosis" not in wanted:
        wanted.append("pro_diagnosis")
    if car.fuel is not Fuel.ELECTRIC or "check_oil_level" not in wanted:
        return tuple(sorted(wanted, key=_gravity))
    return tuple(sorted((code for code in wanted if code != "check_oil_level"), key=_gravity))


def _gravity(code: str) -> int:
    return -RANK[knowledge.advice()[code].level]


def _range(causes: Sequence[Cause]) -> Cost | None:
    """From the cheapest to the dearest of the three likeliest causes: an honest range before anything is measured."""
    likely = [cause.cost for cause in causes[:3]]
    if not likely:
        return None
    return Cost(
        min(one.low for one in likely),
        likely[0].typical,
        max(one.high for one in likely),
        tuple(dict.fromkeys(job for one in likely for job in one.jobs)),
        tuple(dict.fromkeys(source for one in likely for source in one.sources)),
    )
