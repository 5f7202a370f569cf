"""Cases: what is wrong with a car, how bad it is, and how it ended (domain page, section 9).

What is shown is never milder than what the words and the codes say, unless somebody says why.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from services.vehicles.domain.care.fault_codes import REPAIR, FaultCode, proposed
from services.vehicles.domain.care.negation import is_calmed, undoes
from services.vehicles.domain.care.services import read_data, service_types
from services.vehicles.domain.things import folded
from shared.messages import Text


class Severity(StrEnum):
    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)

    @property
    def is_urgent(self) -> bool:
        return self.rank >= Severity.HIGH.rank


class CaseStatus(StrEnum):
    OPEN = "open"
    WAITING = "waiting"
    """For a part, an appointment, an answer."""
    RESOLVED = "resolved"


ALIASES: Final = {
    "pending": (CaseStatus.OPEN, CaseStatus.WAITING),
    "completed": (CaseStatus.RESOLVED,),
}
"""As older clients call them."""


class Outcome(StrEnum):
    """How a case ended."""

    REPAIRED = "repaired"
    NO_FAULT = "no_fault"
    OTHER = "other"


class ReplyBy(StrEnum):
    USER = "user"
    DRIVER = "driver"
    MECHANIC = "mechanic"
    AI = "ai"
    SYSTEM = "system"

    @property
    def is_a_person(self) -> bool:
        return self not in {ReplyBy.AI, ReplyBy.SYSTEM}


MOST_REPLIES: Final = 200
HAPPENED: Final = {
    Outcome.REPAIRED.value: Text(
        fr="Résolu : réparé", en="Resolved: repaired", es="Resuelto: reparado"
    ),
    Outcome.NO_FAULT.value: Text(
        fr="Résolu : aucun défaut trouvé", en="Resolved: no fault found", es="Resuelto: sin avería"
    ),
    Outcome.OTHER.value: Text(fr="Résolu", en="Resolved", es="Resuelto"),
    "reopened": Text(fr="Rouvert", en="Reopened", es="Reabierto"),
    "record_gone": Text(
        fr="Rouvert : l'entretien qui l'avait réparé n'est plus là",
        en="Reopened: the work that had mended it is not there any more",
        es="Reabierto: el mantenimiento que lo había reparado ya no está",
    ),
    "scheduled": Text(fr="Intervention prévue", en="Work scheduled", es="Trabajo previsto"),
    "planned": Text(
        fr="Plan d'entretien créé", en="Maintenance plan made", es="Plan de mantenimiento creado"
    ),
    "severity_lowered": Text(fr="Gravité abaissée", en="Severity lowered", es="Gravedad rebajada"),
}
"""What the house says itself to a case; more words may follow."""


class Analysis(StrEnum):
    """How far the assistant's answer is."""

    NONE = "none"
    ASKED = "asked"
    ANSWERED = "answered"
    LATE = "late"
    """It came when the case was resolved: kept, and not shown as new."""


UNSAID: Final = Severity.MEDIUM
"""Of a case whose severity nobody said, and whose words and codes tell nothing."""
OF_URGENCY: Final = {"low": Severity.LOW, "medium": Severity.MEDIUM, "high": Severity.HIGH}
"""Of a code of the guide, or of the assistant's answer."""


@dataclass(frozen=True, slots=True)
class RedFlag:
    """Words of danger, in three languages, as they are compared; each begins a word, and with `$` ends it too."""

    name: str
    severity: Severity
    advice: tuple[str, ...]
    words: tuple[str, ...]
    by_absence: bool = True
    """A symptom: calmed by "no smoke"."""
    by_health: bool = False
    """A part of the car: calmed by "the brakes are fine", and not by "no brakes"."""


RED_FLAGS: Final = (
    RedFlag(
        "fire",
        Severity.CRITICAL,
        ("call_emergency", "stop_now"),
        ("fire$", "on fire", "flame", "burning", "feu sous", "prend feu", "en feu", "incendi", "fuego",
         "llamas$", "ardiendo"),
    ),
    RedFlag(
        "smoke",
        Severity.CRITICAL,
        ("call_emergency", "stop_now"),
        ("smoke", "smoking", "fumee", "fume$", "humo", "humea"),
    ),
    RedFlag(
        "brakes_gone",
        Severity.CRITICAL,
        ("do_not_drive", "brakes_checked_now"),
        ("no brakes", "brakes fail", "brake failure", "brakes do not", "brakes don't",
         "pedal goes to the floor", "pedal to the floor", "plus de frein", "pas de frein", "ne freine plus",
         "pedale au plancher", "pedale s'enfonce", "sin frenos", "no frena", "pedal se hunde",
         "pedal al suelo"),
        by_absence=False,
    ),
    RedFlag(
        "fuel_leak",
        Severity.CRITICAL,
        ("no_flames", "do_not_drive"),
        ("fuel leak", "petrol leak", "gas leak", "smell of fuel", "smells of fuel", "smell of petrol",
         "smells of petrol", "fuel smell", "petrol smell", "fuite d'essence", "fuite de carburant",
         "fuite de gazole", "odeur d'essence", "odeur de carburant", "fuga de gasolina",
         "fuga de combustible", "fugas de gasolina", "fugas de combustible", "olor a gasolina", "huele a gasolina", "olor a combustible"),
    ),
    RedFlag(
        "exhaust_inside",
        Severity.CRITICAL,
        ("ventilate_cabin", "do_not_drive"),
        ("carbon monoxide", "exhaust fumes in", "monoxyde", "gaz d'echappement dans",
         "monoxido", "gases de escape dentro"),
    ),
    RedFlag(
        "brakes",
        Severity.HIGH,
        ("brakes_checked_now",),
        ("brake", "braking", "frein", "freno", "frena", "freni"),
        by_absence=False,
        by_health=True,
    ),
    RedFlag(
        "steering",
        Severity.HIGH,
        ("do_not_drive",),
        ("steering", "direction assistee", "direction dure", "direction bloqu", "la direction",
         "volant", "direccion"),
        by_absence=False,
        by_health=True,
    ),
    RedFlag(
        "airbag",
        Severity.HIGH,
        ("restraint_risk",),
        ("airbag", "air bag", "seat belt", "seatbelt", "pretension", "ceinture", "cinturon"),
        by_absence=False,
        by_health=True,
    ),
    RedFlag(
        "overheating",
        Severity.HIGH,
        ("stop_now", "do_not_open_hot_coolant"),
        ("overheat", "boiling", "surchauff", "sobrecalent", "sobrecalient", "recalent", "recalient"),
    ),
    RedFlag(
        "oil_pressure",
        Severity.HIGH,
        ("stop_now", "check_oil_level"),
        ("oil pressure", "oil warning", "pression d'huile", "presion de aceite"),
        by_absence=False,
        by_health=True,
    ),
    RedFlag(
        "wheels",
        Severity.HIGH,
        ("torque_wheel_bolts", "check_tyre_now"),
        ("loose wheel", "wheel nut", "wheel bolt", "blowout", "burst tyre", "burst tire", "bulge",
         "roue desserree", "ecrou de roue", "pneu eclate", "hernie", "rueda suelta", "reventon",
         "bulto en el neumatico"),
        by_health=True,
    ),
    RedFlag(
        "high_voltage",
        Severity.HIGH,
        ("do_not_touch_hv",),
        ("high voltage", "electric shock", "haute tension", "decharge electrique", "alta tension",
         "descarga electrica"),
    ),
)  # fmt: skip
"""Ours, in the three languages; what to do about each is in data/safety_advice.json. A word too many is a look too many: who knows
better lowers the severity, and says why.
"""


FLAG_SERVICES: Final = {
    "brakes_gone": "brakes_inspection",
    "brakes": "brakes_inspection",
    "steering": "wheel_alignment_check",
    "overheating": "coolant",
    "oil_pressure": "oil_change",
    "wheels": "tyres_wear",
}
"""The work that words of danger propose, where there is some to begin with."""


def proposals(
    flags: Iterable[RedFlag],
    codes: Sequence[FaultCode],
    *,
    fuel: str | None,
    transmission: str | None,
) -> list[str]:
    """Services of the reference list, each once: those of the codes first. A plain repair only where nothing better is known."""
    found = dict.fromkeys(proposed(codes, fuel=fuel, transmission=transmission))
    named = (FLAG_SERVICES.get(flag.name) for flag in flags)
    for service in filter(None, named):
        if service_types()[service].suits(fuel=fuel, transmission=transmission):
            found[service] = None
    return [each for each in found if each != REPAIR or len(found) == 1]


@dataclass(frozen=True, slots=True)
class Advice:
    code: str
    level: str
    text: Text


@cache
def advice() -> dict[str, Advice]:
    return {
        code: Advice(code, row["level"], Text(fr=row["fr"], en=row["en"], es=row["es"]))
        for code, row in read_data("safety_advice.json").items()
    }


@cache
def _patterns() -> tuple[tuple[RedFlag, re.Pattern[str]], ...]:
    return tuple(
        (flag, re.compile(r"(?<!\w)(?:" + "|".join(map(_beginning, flag.words)) + ")"))
        for flag in RED_FLAGS
    )


def _beginning(word: str) -> str:
    whole = word.removesuffix("$")
    return re.escape(whole).replace("\\ ", r"\s") + (r"(?!\w)" if whole != word else "")


def red_flags(*texts: str | None) -> list[RedFlag]:
    """Those raised by what somebody wrote, the worst first; what is only named to say that it is not so raises none."""
    lines = folded("\n".join(text for text in texts if text)).splitlines()
    said = "\n".join(" ".join(line.split()) for line in lines).replace("\u2019", "'")
    return [
        flag
        for flag, pattern in _patterns()
        if any(_is_meant(flag, said, found) for found in pattern.finditer(said))
    ]


def _is_meant(flag: RedFlag, said: str, found: re.Match[str]) -> bool:
    if not (flag.by_absence or flag.by_health):
        return not undoes(said, found.end())
    by_absence = flag.by_absence or found.group().endswith("warning")
    return not is_calmed(said, *found.span(), by_absence=by_absence, by_health=flag.by_health)


@dataclass(frozen=True, slots=True)
class Found:
    """What words and codes say of a case."""

    severity: Severity | None
    flags: tuple[RedFlag, ...]

    def advice(self, codes: Sequence[FaultCode]) -> list[Advice]:
        """What to do first, the gravest first."""
        named = [name for flag in self.flags for name in flag.advice]
        named += [name for code in codes if code.guided for name in code.guided.safety]
        known = [advice()[name] for name in dict.fromkeys(named)]
        order = ("high", "medium", "low")
        return sorted(known, key=lambda one: order.index(one.level))


def look_at(title: str | None, text: str | None, codes: Iterable[FaultCode]) -> Found:
    flags = tuple(red_flags(title, text))
    said = [flag.severity for flag in flags]
    said += [OF_URGENCY[code.guided.urgency] for code in codes if code.guided]
    return Found(max(said, key=lambda one: one.rank, default=None), flags)


@dataclass(frozen=True, slots=True)
class Weighed:
    """`shown`: the highest of what was typed and what was found; or, with a reason, what was typed alone."""

    typed: Severity | None
    found: Severity | None
    reason: str | None = None
    reason_against: Severity | None = None
    """What had been found when somebody gave the reason: something worse found later takes no notice of it."""

    @property
    def shown(self) -> Severity:
        if self.found is None:
            return self.typed or UNSAID
        if self.typed is None:
            return self.found
        is_answered = self.reason is not None and (
            self.reason_against is None or self.found.rank <= self.reason_against.rank
        )
        return self.typed if is_answered else max(self.typed, self.found, key=lambda s: s.rank)


def lowers(before: Severity | None, after: Severity) -> bool:
    return before is not None and after.rank < before.rank


COMES_BACK_WITHIN: Final = timedelta(days=30)
COMES_BACK_WITHIN_METRES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Point:
    """When, and where the odometer stood, if that is known."""

    on: date
    metres: int | None


def has_come_back(ended: Point, seen: Point) -> bool:
    """Within 1,000 km or 30 days of the end of a case: it may not have been mended."""
    if timedelta() <= seen.on - ended.on <= COMES_BACK_WITHIN:
        return True
    if ended.metres is None or seen.metres is None or seen.on < ended.on:
        return False
    return 0 <= seen.metres - ended.metres <= COMES_BACK_WITHIN_METRES


_VIN: Final = re.compile(r"\b(?=[A-HJ-NPR-Z0-9]*\d)[A-HJ-NPR-Z0-9]{17}\b", re.IGNORECASE)
HIDDEN: Final = "…"


def without_names(text: str, *, plate: str | None, vin: str | None) -> str:
    """Complaints as another service may read them: the car's own plate and number, and whatever looks like such a number, left out."""
    found = _VIN.sub(HIDDEN, text)
    for name in (vin, plate):
        characters = [re.escape(char) for char in name or "" if char.isalnum()]
        if characters:
            spelled = r"[\s\-.]*".join(characters)
            found = re.sub(rf"(?<!\w){spelled}(?!\w)", HIDDEN, found, flags=re.IGNORECASE)
    return found
