# ruff: noqa: E501 - word lists and sentences are read as lines
"""A diagnostic trouble code explained: from the guide when it is there, else from its structure (SAE J2012: the letter
names the system, the first digit who defined it, the second the group), and never from a guess about one make.
"""

import re
from dataclasses import dataclass

from services.ai.domain import knowledge
from services.ai.domain.knowledge import Finding

SHAPE = re.compile(r"^([PCBU])([0-3])([0-9A-F])([0-9A-F]{2})$")
CYLINDERS = 12

SYSTEMS = {
    "P": {"fr": "moteur et transmission", "en": "engine and transmission", "es": "motor y transmisión"},
    "C": {"fr": "châssis (freins, direction, suspension)", "en": "chassis (brakes, steering, suspension)", "es": "chasis (frenos, dirección, suspensión)"},
    "B": {"fr": "carrosserie (airbags, confort)", "en": "body (airbags, comfort)", "es": "carrocería (airbags, confort)"},
    "U": {"fr": "réseau entre calculateurs", "en": "network between control units", "es": "red entre centralitas"},
}  # fmt: skip
GROUPS = {
    "0": {"fr": "mélange, distribution et commande auxiliaire d'émissions", "en": "fuel, air and auxiliary emission control", "es": "combustible, aire y control auxiliar de emisiones"},
    "1": {"fr": "dosage air/carburant", "en": "fuel and air metering", "es": "dosificación de aire y combustible"},
    "2": {"fr": "dosage air/carburant (injecteurs)", "en": "fuel and air metering (injectors)", "es": "dosificación de combustible (inyectores)"},
    "3": {"fr": "allumage ou ratés", "en": "ignition or misfire", "es": "encendido o fallos de combustión"},
    "4": {"fr": "dépollution", "en": "emission control", "es": "control de emisiones"},
    "5": {"fr": "vitesse, ralenti et alimentation", "en": "speed, idle and supply", "es": "velocidad, ralentí y alimentación"},
    "6": {"fr": "calculateur et sorties", "en": "control unit and outputs", "es": "centralita y salidas"},
    "7": {"fr": "transmission", "en": "transmission", "es": "transmisión"},
    "8": {"fr": "transmission", "en": "transmission", "es": "transmisión"},
    "9": {"fr": "transmission", "en": "transmission", "es": "transmisión"},
    "A": {"fr": "propulsion hybride ou électrique", "en": "hybrid or electric drive", "es": "propulsión híbrida o eléctrica"},
    "B": {"fr": "propulsion hybride ou électrique", "en": "hybrid or electric drive", "es": "propulsión híbrida o eléctrica"},
    "C": {"fr": "propulsion hybride ou électrique", "en": "hybrid or electric drive", "es": "propulsión híbrida o eléctrica"},
    "D": {"fr": "propulsion hybride ou électrique", "en": "hybrid or electric drive", "es": "propulsión híbrida o eléctrica"},
}  # fmt: skip
UNKNOWN_GROUP = {"fr": "groupe inconnu", "en": "unknown group", "es": "grupo desconocido"}
DEFINED_BY = {
    True: {"fr": "code générique", "en": "generic code", "es": "código genérico"},
    False: {"fr": "code propre au constructeur", "en": "maker-specific code", "es": "código propio del fabricante"},
}  # fmt: skip
# system letter + group -> (urgency, safety codes, (component, weight)…)
FALLBACK: dict[str, tuple[str, tuple[str, ...], tuple[tuple[str, float], ...]]] = {
    "P1": ("medium", ("pro_diagnosis",), (("maf_sensor", 3), ("intake_leak", 3), ("fuel_pressure_sensor", 3), ("wiring_connector", 3))),
    "P2": ("medium", ("avoid_load", "pro_diagnosis"), (("injector", 5), ("fuel_pressure_sensor", 3), ("wiring_connector", 3))),
    "P3": ("medium", ("stop_if_flashing", "avoid_load", "pro_diagnosis"), (("ignition_coil", 4), ("spark_plugs", 4), ("wiring_connector", 2))),
    "P4": ("medium", ("pro_diagnosis",), (("egr_valve", 3), ("catalytic_converter", 3), ("o2_sensor", 3), ("wiring_connector", 3))),
    "P5": ("medium", ("pro_diagnosis",), (("throttle_body", 3), ("speed_sensor", 2), ("wiring_connector", 3))),
    "P6": ("medium", ("pro_diagnosis",), (("ecu_module", 4), ("wiring_connector", 4), ("battery_12v", 2))),
    "P7": ("medium", ("limit_speed_distance", "pro_diagnosis"), (("tcm_solenoid", 4), ("atf_low", 4), ("wiring_connector", 3))),
    "P8": ("medium", ("limit_speed_distance", "pro_diagnosis"), (("tcm_solenoid", 4), ("atf_low", 4), ("wiring_connector", 3))),
    "PA": ("high", ("do_not_touch_hv", "pro_diagnosis", "limit_speed_distance"), (("hv_battery", 4), ("inverter", 4), ("hv_cooling", 3), ("wiring_connector", 2))),
    "P": ("medium", ("pro_diagnosis",), (("wiring_connector", 3), ("ecu_module", 1))),
    "C": ("medium", ("longer_braking", "pro_diagnosis"), (("abs_sensor", 3), ("wiring_connector", 3), ("abs_module", 2))),
    "B": ("medium", ("pro_diagnosis",), (("wiring_connector", 3), ("fuse_relay", 2))),
    "B0": ("medium", ("restraint_risk", "pro_diagnosis"), (("airbag_system", 5), ("wiring_connector", 4))),
    "U": ("medium", ("limit_speed_distance", "pro_diagnosis"), (("can_bus", 4), ("wiring_connector", 4), ("battery_12v", 3), ("fuse_relay", 2))),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explained:
    code: str
    valid: bool
    in_guide: bool
    finding: Finding | None


def tidy(code: str) -> str:
    """P0420-00, "p 0420" and "P0420 " are one code."""
    return re.sub(r"[^0-9A-Z]", "", code.upper())[:5]


def explain_code(code: str) -> Explained:
    tidied = tidy(code)
    known = knowledge.codes().get(tidied)
    if known:
        return Explained(tidied, valid=True, in_guide=True, finding=known)
    shape = SHAPE.match(tidied)
    if not shape:
        return Explained(tidied or code[:10], valid=False, in_guide=False, finding=None)
    sibling = _sibling(tidied)
    finding = _renamed(sibling, tidied) if sibling else _by_structure(tidied, *shape.groups()[:3])
    return Explained(tidied, valid=True, in_guide=False, finding=finding)


def _sibling(code: str) -> Finding | None:
    """Numbered copies of a known code: the other cylinders of P0301 (misfire), P0201 (injector) and P0351 (coil)."""
    for first in ("P0301", "P0201", "P0351"):
        if code[:3] == first[:3] and code[3:].isdigit():
            cylinder = int(code[3:]) - int(first[3:]) + 1
            if 1 <= cylinder <= CYLINDERS:
                return knowledge.codes()[first]
    return None


def _renamed(finding: Finding, code: str) -> Finding:
    label = {
        language: re.sub(r"\b1\b", str(int(code[3:]) % 50), text)
        for language, text in finding.label.items()
    }
    return Finding(code, label, finding.urgency, finding.safety, finding.causes)


def _by_structure(code: str, letter: str, digit: str, group: str) -> Finding:
    generic = digit == "0" or {
        "P": digit == "2" or (digit == "3" and group in "456789"),
        "U": digit == "3",
    }.get(letter, False)
    wanted = "A" if group in "BCD" else group
    if letter == "P" and digit != "0" and group in "ABCD":
        wanted = ""  # only P0Axx to P0Dxx are hybrid drives in everybody's cars
    elif letter != "P":
        wanted = digit if letter == "B" and group == "0" else ""
    urgency, safety, causes = FALLBACK.get(f"{letter}{wanted}", FALLBACK[letter])
    of_group = GROUPS.get(group, UNKNOWN_GROUP) if letter == "P" else None
    label = {
        language: " · ".join(
            part
            for part in (
                SYSTEMS[letter][language],
                of_group[language] if of_group else "",
                DEFINED_BY[generic][language],
            )
            if part
        )
        for language in ("fr", "en", "es")
    }
    return Finding(code, label, urgency, safety, causes)
